"""Pairs the two records of each prompt, by the rules of docs/contract.md."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from confluent_kafka import TopicPartition

_REMEMBERED = 10_000

Key = tuple[int, str, str]  # Offset of the event, prompt_id, model_id.


class Prompt(NamedTuple):
    """One prompt of a batch. `partition` and `offset` are those of its event in the input topic."""

    prompt_id: str
    image_id: str
    object_id: str | None
    image_size: dict[str, int] | None  # height and width, in pixels
    key: bytes | None
    partition: int
    offset: int


class Side:
    """One partition of one of the two topics."""

    def __init__(self, topic: str, number: int):
        self.topic, self.number, self.position = topic, number, -1
        self.waiting: OrderedDict[Key, Half] = OrderedDict()
        self.unfinished: OrderedDict[int, None] = OrderedDict()

    def finished(self) -> TopicPartition:
        """Returns the offset before which all records are finished."""
        return TopicPartition(self.topic, self.number, next(iter(self.unfinished), self.position))


class Half(NamedTuple):
    """One of the two records of a prompt. All of a batch have the same group: model_id, encoding, type and shape."""

    side: Side
    offset: int
    size: int
    prompt: Prompt
    group: tuple[Any, ...]
    tensor: dict[str, Any]

    def finish(self) -> None:
        self.side.unfinished.pop(self.offset, None)


class Pairing:
    """The partitions of the two topics with the same number: both records of a prompt are in them.

    dropped: called with a half that gets no other half, and whether it is a repeat
    """

    def __init__(self, number: int, topics: Sequence[str], dropped: Callable[[Half, bool], None]):
        self.bytes, self._dropped = 0, dropped
        self.sides = Side(topics[0], number), Side(topics[1], number)
        self._paired: OrderedDict[Key, None] = OrderedDict()

    def add(self, half: Half) -> tuple[Half, Half] | None:
        """Adds a record. Returns the sparse and the dense half if both are there."""
        sparse, dense = self.sides
        mine, other = half.side, sparse if half.side is dense else dense
        key = half.prompt.offset, half.prompt.prompt_id, half.group[0]
        mine.unfinished[half.offset] = None
        mine.position = half.offset + 1
        if key in self._paired:
            self._drop(half, True)
        elif key in other.waiting:
            # Both topics have the order of the events: what waits in front of a pair never finds its half.
            while mine.waiting:
                self._drop(self._take(mine))
            while next(iter(other.waiting)) != key:
                self._drop(self._take(other))
            self._paired[key] = None
            if len(self._paired) > _REMEMBERED:
                self._paired.popitem(last=False)
            match = self._take(other)
            return (half, match) if mine is sparse else (match, half)
        else:
            if key in mine.waiting:
                self.bytes -= mine.waiting[key].size
                self._drop(mine.waiting[key], True)
            mine.waiting[key] = half
            self.bytes += half.size
        return None

    def free(self) -> None:
        """Drops what the other topic has passed, by the offsets of the events.

        Without need, offsets do not decide, because those of a recreated input begin at zero again.
        """
        while all(side.waiting for side in self.sides):
            self._drop(self._take(min(self.sides, key=lambda side: next(iter(side.waiting)))))

    def _drop(self, half: Half, repeat: bool = False) -> None:
        self._dropped(half, repeat)
        half.finish()

    def _take(self, side: Side) -> Half:
        half = side.waiting.popitem(last=False)[1]
        self.bytes -= half.size
        return half
