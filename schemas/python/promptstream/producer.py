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

    topic, actions_topic: of prompt events, and of actions
    config: settings of librdkafka, such as security.protocol, sasl.username and ssl.ca.location
    """

    def __init__(
        self,
        bootstrap_servers: str,
        schema_registry: str | SchemaRegistry,
        topic: str = "prompt-events",
        actions_topic: str = "prompt-actions",
        config: Mapping[str, Any] = {},
    ):
        self._registry, self._errors, self._failure = SchemaRegistry.of(schema_registry), KafkaErrors(), None
        self._topic, self._actions_topic = topic, actions_topic
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
        ((name, fields),) = action["action"].items()
        record = {**action, "action": (f"{NAMESPACE}.{name}", fields)}
        self._send("PromptAction", self._actions_topic, record, key, headers)

    def _send(self, name: str, topic: str, record: Mapping[str, Any], key: bytes | None, headers: Any) -> None:
        self._errors.raise_if(self._failure)
        defaults = {field["name"]: field.get("default") for field in schema(name)["fields"]}
        if record.keys() - defaults.keys():
            raise ValueError(f"{name} has no field {sorted(record.keys() - defaults.keys())}.")
        value = self._registry.encode(name, topic, {**defaults, **record})
        key = record["image_id"].encode() if key is None else key
        while True:
            try:
                self._producer.produce(topic, value, key, headers=headers, on_delivery=self._delivered)
                break
            except BufferError:  # The queue of unsent records is full.
                self._producer.poll(0.1)
        self._producer.poll(0)

    def flush(self, timeout: float = 30.0) -> None:
        """Waits until everything is written, and raises if something is not."""
        deadline, left = time.monotonic() + timeout, 1
        while left and time.monotonic() < deadline:
            left = self._producer.flush(0.5)
            self._errors.raise_if(self._failure)
        if left:
            raise ServiceError(f"{left} records were not written in {timeout} s.")

    def _delivered(self, error: Any, _: Any) -> None:
        self._failure = self._failure or error
