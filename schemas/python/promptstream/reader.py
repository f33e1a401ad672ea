"""Reads pairs of records, and hands them out in batches."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from confluent_kafka import Consumer, KafkaException, TopicPartition

from .batch import Arrays, Batch, Model, Prompt
from .errors import KafkaErrors, PromptStreamError, RecordError, ServiceError
from .pairing import Half, Key, Pairing, Side
from .registry import SchemaRegistry

OFFSET_HEADER = "promptstream.offset"

_log = logging.getLogger(__name__)
_POLL_SECONDS = 0.2


class _Pair(NamedTuple):
    pairing: Pairing
    halves: tuple[Half, Half]
    prompt: Prompt
    group: tuple[Any, ...]  # What all pairs of a batch share: the model first.


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
        self._max_bytes, self._timeout = max_bytes, timeout
        self._cards: dict[str, dict[str, Any]] = {}
        self._models: dict[str, Model] = {}
        self._pairings: dict[int, Pairing] = {}
        self._paused: list[Side] = []
        self._queue: deque[_Pair] = deque()
        self._message = self._card = None  # Messages that were polled, but not yet used.
        self._errors = KafkaErrors()
        settings = {
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
            **config,
            "bootstrap.servers": bootstrap_servers,
            "group.id": group_id,
            # Gives a reader the same partitions of both topics.
            "partition.assignment.strategy": "range",
            "enable.auto.offset.store": False,
            "error_cb": self._errors,
        }
        self._card_consumer = Consumer({**settings, "auto.offset.reset": "earliest"}, logger=_log)
        self._consumer = Consumer(settings, logger=_log)
        try:
            self._subscribe()
        except BaseException:
            self.close()
            raise

    def _subscribe(self) -> None:
        deadline, found = time.monotonic() + self._timeout, None
        while found is None:
            try:
                found = self._card_consumer.list_topics(timeout=1).topics
            except KafkaException as e:
                self._card_consumer.poll(0)  # Reports the cause to the error callback.
                self._errors.raise_if()
                if time.monotonic() > deadline:
                    raise ServiceError(f"The brokers give no answer: {e.args[0].str()}.") from e
        missing = [topic for topic in self._topics if topic not in found]
        if missing:
            raise ServiceError(f"The brokers have no topic {' and no topic '.join(missing)}.")
        self._card_consumer.assign([TopicPartition(self._topics[2], 0, 0)])
        self._consumer.subscribe(list(self._topics[:2]), on_assign=self._assigned, on_revoke=self._revoked)

    def __enter__(self) -> EmbeddingReader:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """Commits what is finished, and leaves the group."""
        self._consumer.close()
        self._card_consumer.close()

    def batches(
        self, max_prompts: int = 64, one_image: bool = False, idle_seconds: float | None = None
    ) -> Iterator[Batch]:
        """Yields batches of at most max_prompts prompts. Waits only if there is no prompt at all.

        The prompts of an image keep their order. With one_image, a batch has prompts of one image only, as
        the decoder of the first SAM needs it. Ends if nothing comes for idle_seconds; None: never.
        """
        last = time.monotonic()
        while idle_seconds is None or time.monotonic() - last < idle_seconds:
            try:
                self._fill(4 * max_prompts)
            except PromptStreamError:
                if not self._queue:  # Pairs come before the failure.
                    raise
            pairs = self._take(max_prompts, one_image)
            if not pairs:
                continue
            sparse, dense = zip(*(pair.halves for pair in pairs))
            try:
                yield Batch(self._models[pairs[0].group[0]], [pair.prompt for pair in pairs], sparse, dense)
            except BaseException:
                self._queue.extendleft(reversed(pairs))
                raise
            for pair in pairs:
                pair.pairing.finish(pair.halves)
            offsets = [side.finished() for p in self._pairings.values() for side in p.sides if side.position >= 0]
            if offsets:
                # librdkafka commits them every auto.commit.interval.ms, before a rebalance and when it closes.
                self._consumer.store_offsets(offsets=offsets)
            last = time.monotonic()

    def _take(self, max_prompts: int, one_image: bool) -> list[_Pair]:
        """Takes the oldest pair and those that fit to it, but none before an older one of its image."""
        taken: list[_Pair] = []
        left: list[_Pair] = []
        held: set[str] = set()
        while self._queue and len(taken) < max_prompts:
            pair = self._queue.popleft()
            first, image = taken[0] if taken else pair, pair.prompt.image_id
            fits = pair.group == first.group and (not one_image or image == first.prompt.image_id)
            if fits and image not in held:
                taken.append(pair)
            else:
                held.add(image)
                left.append(pair)
        self._queue.extendleft(reversed(left))
        return taken

    def _fill(self, window: int) -> None:
        """Pairs the records that are there."""
        while len(self._queue) < window:
            self._balance()
            if self._message is None:
                self._message = self._poll(self._consumer, 0 if self._queue else _POLL_SECONDS)
            if self._message is None:
                return
            self._accept(self._message)
            self._message = None  # Only now: a failure, such as of the registry, loses no record.

    def _poll(self, consumer: Any, seconds: float) -> Any:
        message = consumer.poll(seconds)
        error = None if message is None else message.error()
        self._errors.raise_if(error)
        return None if error else message

    def _waiting_bytes(self) -> int:
        return sum(pairing.bytes for pairing in self._pairings.values())

    def _balance(self) -> None:
        """Pauses the topics that are ahead while too many of their records wait for the other topic's."""
        waiting = self._waiting_bytes()
        if waiting <= self._max_bytes and (not self._paused or waiting > self._max_bytes // 2):
            return
        over = self._pairings.values() if waiting > self._max_bytes else ()
        ahead = [side for pairing in over for side in pairing.free()]
        if ahead == self._paused:
            return
        if ahead:
            _log.warning("Wait for the other halves of %s", ", ".join(f"{side.topic}-{side.number}" for side in ahead))
        at = [TopicPartition(side.topic, side.number, side.position) for side in self._paused if side not in ahead]
        self._consumer.resume(at)
        for partition in at:  # Some versions of librdkafka resume behind what they had fetched.
            self._consumer.seek(partition)
        self._consumer.pause([TopicPartition(side.topic, side.number) for side in ahead])
        self._paused = ahead

    def _accept(self, message: Any) -> None:
        pairing = self._pairings.get(message.partition())
        if pairing is None:
            return  # Revoked: its new reader reads the record.
        number = self._topics.index(message.topic())
        try:
            record = self._registry.decode(("SparseEmbedding", "DenseEmbedding")[number], message.value())
            event = _event_offset(message)
            self._model(record["model_id"]).check(record)
        except RecordError as e:
            where = f"{message.topic()}-{message.partition()} at offset {message.offset()}"
            raise RecordError(f"The record of {where} cannot be used. {e}") from e
        key = event, record["prompt_id"], record["model_id"]
        half = Half(message.offset(), len(message.value()), record, message.key())
        repeats = pairing.repeats
        halves = pairing.add(number, key, half)
        self.repeats += pairing.repeats - repeats
        if halves:
            self._queue.append(_pair(pairing, halves, event))

    def _lost(self, side: Side, key: Key, half: Half) -> None:
        self.unpaired += 1
        _log.warning("No other half of %s-%d at offset %d", side.topic, side.number, half.offset)
        if self._on_unpaired:
            self._on_unpaired(side.topic, side.number, half.offset, key[1])

    def _model(self, model_id: str) -> Model:
        """Returns a model. Waits for its card, which may be written after its first embeddings are read."""
        if model_id not in self._models:
            self._await_card(model_id)
            card = self._cards[model_id]
            if self._wanted not in (None, model_id, card["family"]):
                raise RecordError(f"Its model is {model_id} of family {card['family']}, not {self._wanted}.")
            self._models[model_id] = Model(card, self._arrays)
        return self._models[model_id]

    def _await_card(self, model_id: str) -> None:
        deadline = time.monotonic() + self._timeout
        while model_id not in self._cards:
            if time.monotonic() > deadline:
                raise RecordError(f"Its model {model_id} has no card after {self._timeout} s.")
            if self._card is None:
                self._card = self._poll(self._card_consumer, _POLL_SECONDS)
            if self._card is not None and self._card.value() is not None:
                card = self._registry.decode("ModelCard", self._card.value())
                self._cards[card["model_id"]] = card
            self._card = None

    def _assigned(self, _: Any, assigned: list[TopicPartition]) -> None:
        numbers = [{p.partition for p in assigned if p.topic == topic} for topic in self._topics[:2]]
        if numbers[0] != numbers[1]:
            raise ServiceError(f"The topics {self._topics[:2]} do not have equally many partitions.")
        self._pairings = {number: Pairing(number, self._topics, self._lost) for number in numbers[0]}

    def _revoked(self, *_: Any) -> None:
        self._pairings, self._paused = {}, []
        self._queue.clear()


def _event_offset(message: Any) -> int:
    try:
        return int(dict(message.headers() or ())[OFFSET_HEADER])
    except (KeyError, TypeError, ValueError) as e:
        raise RecordError(f"It has no header {OFFSET_HEADER} with a number.") from e


def _pair(pairing: Pairing, halves: tuple[Half, Half], event: int) -> _Pair:
    sparse, dense = (half.record for half in halves)
    tokens, values = sparse["embedding"], dense["values"]
    kind = tokens["shape"][0], tokens["data_type"], values["data_type"], dense["encoding"]
    ids = (sparse.get(name) for name in Prompt._fields[:4])
    prompt = Prompt(*ids, halves[0].message_key, pairing.number, event)
    return _Pair(pairing, halves, prompt, (sparse["model_id"], *kind))
