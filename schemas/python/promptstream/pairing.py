"""Pairs the two records of each prompt, by the rules of docs/contract.md."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from confluent_kafka import TopicPartition

_REMEMBERED = 10_000

Key = tuple[int, str, str]  # Offset of the event, prompt_id, model_id.


class Half(NamedTuple):
    """One of the two records of a prompt."""

    offset: int
    size: int
    record: dict[str, Any]
    message_key: bytes | None


class Side:
    """One partition of one of the two topics."""

    def __init__(self, topic: str, number: int):
        self.topic, self.number, self.position = topic, number, -1
        self.waiting: OrderedDict[Key, Half] = OrderedDict()
        self.unfinished: OrderedDict[int, None] = OrderedDict()

    def finished(self) -> TopicPartition:
        """Returns the offset before which all records are finished."""
        return TopicPartition(self.topic, self.number, next(iter(self.unfinished), self.position))

    def event(self) -> int:
        return next(iter(self.waiting))[0]


class Pairing:
    """The partitions of the two topics with the same number: both records of a prompt are in them.

    lost: called with a side and the half that never finds its other half, which was removed
    """

    def __init__(self, number: int, topics: Sequence[str], lost: Callable[[Side, Key, Half], None]):
        self.number, self._lost, self.bytes, self.repeats = number, lost, 0, 0
        self.sides = Side(topics[0], number), Side(topics[1], number)
        self._paired: OrderedDict[Key, None] = OrderedDict()

    def add(self, number: int, key: Key, half: Half) -> tuple[Half, Half] | None:
        """Adds a record of the topic with this number. Returns both halves if the other one is there."""
        mine, other = self.sides[number], self.sides[1 - number]
        mine.unfinished[half.offset] = None
        mine.position = half.offset + 1
        if key in self._paired:
            self._repeat(mine, half)
        elif key in other.waiting:
            # Both topics have the order of the events: what waits in front of a pair never finds its half.
            while mine.waiting:
                self._lose(mine)
            while next(iter(other.waiting)) != key:
                self._lose(other)
            self._paired[key] = None
            if len(self._paired) > _REMEMBERED:
                self._paired.popitem(last=False)
            match = self._take(other)[1]
            return (match, half) if number else (half, match)
        else:
            if key in mine.waiting:
                self._repeat(mine, mine.waiting[key])
                self.bytes -= mine.waiting[key].size
            mine.waiting[key] = half
            self.bytes += half.size
        return None

    def free(self) -> list[Side]:
        """Reports what the other topic has passed, by the offsets of the events. Returns the side that still waits.

        Without need, offsets do not decide, because those of a recreated input begin at zero again.
        """
        sparse, dense = self.sides
        while sparse.waiting and dense.waiting:
            self._lose(sparse if sparse.event() < dense.event() else dense)
        return [side for side in self.sides if side.waiting]

    def finish(self, halves: Sequence[Half]) -> None:
        for side, half in zip(self.sides, halves):
            side.unfinished.pop(half.offset, None)

    def _repeat(self, side: Side, half: Half) -> None:
        self.repeats += 1
        del side.unfinished[half.offset]

    def _lose(self, side: Side) -> None:
        key, half = self._take(side)
        self._lost(side, key, half)
        del side.unfinished[half.offset]

    def _take(self, side: Side) -> tuple[Key, Half]:
        key, half = side.waiting.popitem(last=False)
        self.bytes -= half.size
        return key, half
