"""Reads pairs of records, and hands them out in batches."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from itertools import chain
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

from .batch import Arrays, Batch, Model
from .errors import KafkaErrors, PromptStreamError, RecordError, ServiceError
from .pairing import Half, Pairing, Prompt, Side
from .registry import SchemaRegistry

OFFSET_HEADER = "promptstream.offset"

_log = logging.getLogger(__name__)
_POLL_SECONDS = 0.2


class EmbeddingReader:
    """Reads prompt embeddings as the inputs of a mask decoder, each prompt at least once. Not thread-safe.

    A batch is finished when the loop asks for the next one. Only then do the committed offsets pass its
    records: a reader that is killed reads unfinished batches again.

    group_id: readers of a group share the partitions
    schema_registry: its address, or a SchemaRegistry with a password
    topics: of sparse embeddings, dense embeddings and model cards
    model: model id or family that the decoder is made for; any other raises RecordError
    device, dtype: torch's, such as "cuda" and "bfloat16"; without a device, arrays are numpy's
    max_bytes: limits the records in memory that wait for their other half; then one topic is paused
    timeout: seconds to wait for the brokers at the start, and for the card of a model
    on_unpaired: called with topic, partition, offset and prompt_id of a record whose other half never came
    config: settings of librdkafka, such as security.protocol, sasl.username and ssl.ca.location
    """

    def __init__(
        self,
        bootstrap_servers: str,
        schema_registry: str | SchemaRegistry,
        group_id: str,
        *,
        topics: Sequence[str] = ("sparse-embeddings", "dense-embeddings", "prompt-encoder-models"),
        model: str | None = None,
        device: Any | None = None,
        dtype: str = "float32",
        max_bytes: int = 256 << 20,
        timeout: float = 30.0,
        on_unpaired: Callable[[str, int, int, str], None] | None = None,
        config: Mapping[str, Any] = {},
    ):
        self.unpaired = self.repeats = 0
        self._arrays, self._registry = Arrays(device, dtype), SchemaRegistry.of(schema_registry)
        self._topics, self._wanted, self._on_unpaired = topics, model, on_unpaired
        self._max_bytes, self._timeout, self._process = max_bytes, timeout, os.getpid()
        self._cards: dict[str, dict[str, Any]] = {}
        self._model = cache(self._new_model)
        self._unused: dict[Consumer, Any] = {}  # Messages that were polled, but not yet used.
        self._errors = KafkaErrors()
        self._revoked()
        settings = {
            "auto.offset.reset": "earliest",
            **config,
            "bootstrap.servers": bootstrap_servers,
            "group.id": group_id,
            # Gives a reader the same partitions of both topics.
            "partition.assignment.strategy": "range",
            "enable.auto.offset.store": False,
            "error_cb": self._errors,
        }
        with ExitStack() as stack:
            self._card_consumer = Consumer(settings, logger=_log)
            stack.callback(self._card_consumer.close)
            self._consumer = Consumer(settings, logger=_log)
            stack.callback(self._consumer.close)
            self._subscribe()
            self._close = stack.pop_all().close

    def _subscribe(self) -> None:
        deadline, found = time.monotonic() + self._timeout, None
        while found is None:
            try:
                found = self._card_consumer.list_topics(timeout=1).topics
            except KafkaException as e:
                self._card_consumer.poll(0)  # Reports the cause to the error callback.
                self._errors.raise_first()
                if time.monotonic() > deadline:
                    raise ServiceError(f"The brokers give no answer: {e.args[0].str()}.") from e
        missing = [topic for topic in self._topics if topic not in found]
        if missing:
            raise ServiceError(f"The brokers have no topic {' and no topic '.join(missing)}.")
        self._card_consumer.assign([TopicPartition(self._topics[2], 0, OFFSET_BEGINNING)])
        self._consumer.subscribe(list(self._topics[:2]), on_assign=self._assigned, on_revoke=self._revoked)

    def __enter__(self) -> EmbeddingReader:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """Commits what is finished, and leaves the group."""
        self._close()

    def batches(
        self, max_prompts: int = 64, one_image: bool = False, idle_seconds: float | None = None
    ) -> Iterator[Batch]:
        """Yields batches of at most max_prompts prompts. Waits only if there is no prompt at all.

        The prompts of an image keep their order. With one_image, a batch has prompts of one image only, as
        the decoder of the first SAM needs it. Ends if nothing comes for idle_seconds; None: never.
        """
        if max_prompts < 1:
            raise ValueError(f"max_prompts is {max_prompts}; expected 1 or more.")
        last = time.monotonic()
        while idle_seconds is None or time.monotonic() - last < idle_seconds:
            try:
                self._fill(4 * max_prompts)
            except PromptStreamError:
                if not self._queue:  # Pairs come before the failure.
                    raise
            except BaseException:  # Such as KeyboardInterrupt, which can lose a message.
                self.close()
                raise
            pairs = self._choose(max_prompts, one_image)
            if not pairs:
                continue
            yield Batch(self._model(pairs[0][0].group[0]), pairs)
            finished = {id(pair) for pair in pairs}
            self._queue = [pair for pair in self._queue if id(pair) not in finished]
            for half in chain(*pairs):
                half.finish()
            offsets = [side.finished() for p in self._pairings.values() for side in p.sides if side.position >= 0]
            # librdkafka commits them every auto.commit.interval.ms, before a rebalance and when it closes.
            self._consumer.store_offsets(offsets=offsets)
            last = time.monotonic()

    def _choose(self, max_prompts: int, one_image: bool) -> list[tuple[Half, Half]]:
        """Returns the oldest pair and those that fit to it, but none before an older one of its image."""
        chosen: list[tuple[Half, Half]] = []
        held: set[str] = set()
        for pair in self._queue:
            first, image = (chosen or [pair])[0], pair[0].prompt.image_id
            fits = pair[0].group == first[0].group and pair[1].group == first[1].group
            if not fits or image in held or one_image and image != first[0].prompt.image_id:
                held.add(image)
            elif len(chosen) < max_prompts:
                chosen.append(pair)
        return chosen

    def _fill(self, window: int) -> None:
        """Pairs the records that are there."""
        if self._unequal:
            raise ServiceError(f"The topics {self._topics[:2]} do not have equally many partitions.")
        while len(self._queue) < window and self._use_next(self._consumer, self._accept):
            for side in self._paused[:]:
                self._pairings[side.number].free()  # Or the other side can wait for a record that is not read.
                if self._waiting_bytes() <= self._max_bytes // 2 or not side.waiting:
                    self._paused.remove(side)
                    partition = TopicPartition(side.topic, side.number, side.position)
                    self._consumer.resume([partition])
                    self._consumer.seek(partition)  # Some versions of librdkafka resume behind what they had fetched.

    def _use_next(self, consumer: Consumer, use: Callable[[Any], None]) -> bool:
        """Uses the next message, if there is one. If that fails, such as the registry, the next call uses it."""
        if os.getpid() != self._process:
            raise ServiceError(f"Process {self._process} opened the reader: open another one in process {os.getpid()}.")
        message = self._unused.get(consumer)
        if message is None:
            message = consumer.poll(0 if self._queue else _POLL_SECONDS)
            if message is not None and message.error():
                self._errors.keep(message.error())
                message = None
            if message is None:
                if not self._queue:
                    self._errors.raise_first()
                return False
            self._unused[consumer] = message
        try:
            use(message)
        except RecordError as e:
            where = f"{message.topic()}-{message.partition()} at offset {message.offset()}"
            raise RecordError(f"The record of {where} cannot be used. {e}") from e
        del self._unused[consumer]
        return True

    def _waiting_bytes(self) -> int:
        return sum(pairing.bytes for pairing in self._pairings.values())

    def _accept(self, message: Any) -> None:
        pairing = self._pairings.get(message.partition())
        if pairing is None:
            return  # Its offset is not stored.
        number = self._topics.index(message.topic())
        side = pairing.sides[number]
        if self._waiting_bytes() > self._max_bytes:
            pairing.free()
            if side.waiting and side not in self._paused:
                _log.warning("Wait for the other halves of %s-%d", side.topic, side.number)
                self._consumer.pause([TopicPartition(side.topic, side.number)])
                self._paused.append(side)
        if side in self._paused:
            return  # It is read again.
        record = self._registry.decode(("SparseEmbedding", "DenseEmbedding")[number], message.value())
        model_id, ids = record["model_id"], (record.get(name) for name in Prompt._fields[:4])
        prompt = Prompt(*ids, message.key(), message.partition(), _event_offset(message))
        tensor = self._model(model_id).tensor(record)
        group = model_id, record.get("encoding"), tensor["data_type"], tensor["shape"]
        pair = pairing.add(Half(side, message.offset(), len(message.value()), prompt, group, tensor))
        if pair:
            self._queue.append(pair)

    def _dropped(self, half: Half, repeat: bool) -> None:
        if repeat:
            self.repeats += 1
            return
        self.unpaired += 1
        place = half.side.topic, half.side.number, half.offset
        _log.warning("No other half of %s-%d at offset %d", *place)
        if self._on_unpaired:
            self._on_unpaired(*place, half.prompt.prompt_id)

    def _new_model(self, model_id: str) -> Model:
        """Waits for the model's card, which may be written after its first embeddings are read."""
        seconds = 0 if self._queue else self._timeout  # Pairs do not wait.
        deadline = time.monotonic() + seconds
        while model_id not in self._cards:
            if not self._use_next(self._card_consumer, self._add_card) and time.monotonic() >= deadline:
                raise RecordError(f"Its model {model_id} has no card after {seconds} s.")
        card = self._cards[model_id]
        if self._wanted not in (None, model_id, card["family"]):
            raise RecordError(f"Its model is {model_id} of family {card['family']}, not {self._wanted}.")
        return Model(card, self._arrays)

    def _add_card(self, message: Any) -> None:
        if message.value() is not None:
            card = self._registry.decode("ModelCard", message.value())
            self._cards[card["model_id"]] = card

    def _assigned(self, _: Any, assigned: list[TopicPartition]) -> None:
        numbers = [{p.partition for p in assigned if p.topic == topic} for topic in self._topics[:2]]
        self._pairings = {n: Pairing(n, self._topics, self._dropped) for n in numbers[0] & numbers[1]}
        self._unequal = numbers[0] != numbers[1]

    def _revoked(self, *_: Any) -> None:
        self._pairings: dict[int, Pairing] = {}
        self._paused: list[Side] = []
        self._unequal = False
        self._queue: list[tuple[Half, Half]] = []


def _event_offset(message: Any) -> int:
    try:
        return int(dict(message.headers() or ())[OFFSET_HEADER])
    except (KeyError, TypeError, ValueError) as e:
        raise RecordError(f"It has no header {OFFSET_HEADER} with a number.") from e
