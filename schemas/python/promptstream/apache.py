"""Avro by Apache's library."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import avro.io
import avro.schema

_PRIMITIVES = {name: getattr(avro.io.BinaryDecoder, f"read_{name}") for name in ("null", "int", "long", "bytes")}
_PRIMITIVES["string"] = avro.io.BinaryDecoder.read_utf8
_NAMELESS = {"array": avro.io.DatumReader.read_array, "union": avro.io.DatumReader.read_union}


class _Reader(avro.io.DatumReader):
    def read_data(self, writer: Any, expected: Any, decoder: Any) -> Any:
        """Without the library's checks whether the types match, except those of names and between unions."""
        kind = writer.type
        if kind == expected.type:
            if kind in _PRIMITIVES:
                return _PRIMITIVES[kind](decoder)
            if kind in _NAMELESS:
                return _NAMELESS[kind](self, writer, expected, decoder)
        return super().read_data(writer, expected, decoder)


class _Writer(avro.io.DatumWriter):
    def write_union(self, schema: Any, datum: Any, encoder: Any) -> None:
        if not isinstance(datum, tuple):
            return super().write_union(schema, datum, encoder)
        index = [getattr(branch, "fullname", None) for branch in schema.schemas].index(datum[0])
        encoder.write_long(index)
        self.write_data(schema.schemas[index], datum[1], encoder)


def reader(writer: Any, expected: Any) -> Callable[[Any], Any]:
    datum = _Reader(*(avro.schema.parse(json.dumps(node)) for node in (writer, expected)))
    return lambda stream: datum.read(avro.io.BinaryDecoder(stream))


def writer(node: Any) -> Callable[[Any, Any], None]:
    schema = avro.schema.parse(json.dumps(node))
    # Not write(), which knows no (name, record).
    return lambda stream, datum: _Writer().write_data(schema, datum, avro.io.BinaryEncoder(stream))
