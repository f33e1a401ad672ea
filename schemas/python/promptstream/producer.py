"""Sends prompt events, and actions of sessions."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from confluent_kafka import Producer

from .errors import KafkaErrors, ServiceError
from .registry import NAMESPACE, SchemaRegistry, schema


class PromptProducer:
    """Sends records as dicts with the fields of their schemas; absent fields get their defaults.

    A failed delivery raises ServiceError, once, in the next send() or flush() after it is known.

    topic, actions_topic: of prompt events, and of actions
    timeout: seconds that send() waits for space in librdkafka's queue, and flush() for the brokers
    config: settings of librdkafka, such as security.protocol, sasl.username and ssl.ca.location
    """

    def __init__(
        self,
        bootstrap_servers: str,
        schema_registry: str | SchemaRegistry,
        topic: str = "prompt-events",
        actions_topic: str = "prompt-actions",
        timeout: float = 30.0,
        config: Mapping[str, Any] = {},
    ):
        self._registry, self._errors = SchemaRegistry.of(schema_registry), KafkaErrors()
        self._topic, self._actions_topic, self._timeout = topic, actions_topic, timeout
        # Java's partitioner: an image has one partition, whatever client sends its prompts.
        settings = {"partitioner": "murmur2_random", "enable.idempotence": True, **config}
        self._producer = Producer({**settings, "bootstrap.servers": bootstrap_servers, "error_cb": self._errors})

    def __enter__(self) -> PromptProducer:
        return self

    def __exit__(self, *_: Any) -> None:
        self.flush()

    def send(self, event: Mapping[str, Any], key: bytes | None = None, headers: Any = None) -> None:
        """Sends a PromptEvent, keyed by its image_id unless a key is given. Returns before it is written."""
        self._send("PromptEvent", self._topic, event, key, headers)

    def send_action(self, action: Mapping[str, Any], key: bytes | None = None, headers: Any = None) -> None:
        """Sends a PromptAction, as send() does. Its field `action` is {name: fields}, for example {"Undo": {}}."""
        step = action.get("action")
        if not isinstance(step, Mapping) or len(step) != 1:
            raise ValueError(f"action is {step!r}; expected one name with its fields, for example {{'Undo': {{}}}}.")
        ((name, fields),) = step.items()
        record = {**action, "action": (f"{NAMESPACE}.{name}", fields)}
        self._send("PromptAction", self._actions_topic, record, key, headers)

    def _send(self, name: str, topic: str, record: Mapping[str, Any], key: bytes | None, headers: Any) -> None:
        defaults = {field["name"]: field.get("default") for field in schema(name)["fields"]}
        if record.keys() - defaults.keys():
            raise ValueError(f"{name} has no field {sorted(record.keys() - defaults.keys())}.")
        value = self._registry.encode(name, topic, {**defaults, **record})
        key = record["image_id"].encode() if key is None else key
        deadline, seconds = time.monotonic() + self._timeout, 0.0
        while True:
            self._producer.poll(seconds)
            self._errors.raise_first()
            try:
                return self._producer.produce(topic, value, key, headers=headers, on_delivery=self._delivered)
            except BufferError as e:  # librdkafka's queue is full.
                if time.monotonic() > deadline:
                    raise ServiceError(f"{self._unsent()}; {name} of {topic} is not sent.") from e
                seconds = 0.1

    def flush(self) -> None:
        """Waits until everything is written, and raises if something is not."""
        deadline = time.monotonic() + self._timeout
        while self._producer.flush(0.5):
            self._errors.raise_first()
            if time.monotonic() > deadline:
                raise ServiceError(f"{self._unsent()}.")
        self._errors.raise_first()

    def _unsent(self) -> str:
        return f"The brokers did not accept {len(self._producer)} records in {self._timeout} s"

    def _delivered(self, error: Any, _: Any) -> None:
        if error:
            self._errors.keep(error)
