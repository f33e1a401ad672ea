"""Reads and writes records: a client of a schema registry with Confluent's REST API, and Avro.

Avro is fastavro or, if it is not installed, Apache's avro. Both return records as dicts.
"""

from __future__ import annotations

import base64
import io
import json
import struct
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from .errors import AccessError, RecordError, ServiceError

try:
    import fastavro
except ImportError:
    fastavro = None
    from . import apache

NAMESPACE = "io.promptstream.schemas"
_HEADER = struct.Struct(">bI")
_MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"
_VIEW = 4_096


class _Views(io.BytesIO):
    """Reads long byte strings, such as masks, as views of a record instead of copies."""

    def read(self, size: Any = -1) -> Any:
        if size < _VIEW:
            return super().read(size)
        start = self.tell()
        return memoryview(self.record)[start : self.seek(start + size)]


@cache
def schema(name: str) -> dict[str, Any]:
    """Returns the schema of a record, with the types that it refers to, which are in files of their own."""
    return _inlined(f"{NAMESPACE}.{name}", set())


def _inlined(node: Any, defined: set[str]) -> Any:
    if isinstance(node, str) and node.startswith(NAMESPACE) and node not in defined:
        file = Path(__file__).parent / "avro" / (node[len(NAMESPACE) + 1 :] + ".avsc")
        return _inlined(json.loads(file.read_text(encoding="utf-8")), defined)
    if isinstance(node, list):
        return [_inlined(item, defined) for item in node]
    if isinstance(node, dict):
        if "symbols" in node or "fields" in node:
            defined.add(f"{NAMESPACE}.{node['name']}")
        return {k: _inlined(v, defined) if k in ("type", "fields", "items") else v for k, v in node.items()}
    return node


def reader(writer: Any, expected: Any) -> Callable[[Any], dict[str, Any]]:
    """Returns a function that reads a datum of the writer's schema from a stream, as the expected one."""
    if not fastavro:
        return apache.reader(writer, expected)
    writer, expected = fastavro.parse_schema(writer), fastavro.parse_schema(expected)
    return lambda stream: fastavro.schemaless_reader(stream, writer, expected)


def writer(node: Any) -> Callable[[Any, Any], None]:
    """Returns a function that writes a datum to a stream. (name, record) chooses among the records of a union."""
    if not fastavro:
        return apache.writer(node)
    parsed = fastavro.parse_schema(node)
    return lambda stream, datum: fastavro.schemaless_writer(stream, parsed, datum)


class SchemaRegistry:
    """Decodes and encodes records. Asks the registry once for each schema.

    auth: user and password of basic authentication; context: an ssl.SSLContext with certificates
    """

    def __init__(self, url: str, auth: tuple[str, str] | None = None, context: Any = None, timeout: float = 10.0):
        self._url, self._context, self._timeout = url.rstrip("/"), context, timeout
        self._headers = {"Accept": _MEDIA_TYPE, "Content-Type": _MEDIA_TYPE}
        if auth:
            self._headers["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        self._readers: dict[tuple[str, int], Callable[[Any], dict[str, Any]]] = {}
        self._writers: dict[str, tuple[bytes, Callable[[Any, Any], None]]] = {}

    @classmethod
    def of(cls, registry: str | SchemaRegistry) -> SchemaRegistry:
        return cls(registry) if isinstance(registry, str) else registry

    def decode(self, name: str, value: bytes | None) -> dict[str, Any]:
        """Returns the record in a message's value. `name` is the record's name, such as SparseEmbedding."""
        if value is None or len(value) < _HEADER.size or value[0] != 0:
            raise RecordError("It is not in Confluent's wire format.")
        schema_id = _HEADER.unpack_from(value)[1]
        read = self._readers.get((name, schema_id)) or self._reader(name, schema_id)
        stream = _Views(value) if len(value) >= 4 * _VIEW else io.BytesIO(value)
        stream.record = value
        stream.seek(_HEADER.size)
        try:
            record = read(stream)
        except Exception as e:  # The two libraries share no superclass of exceptions.
            raise RecordError(f"It is not a valid {name} of schema id {schema_id}: {e!r}.") from e
        if stream.tell() != len(value):
            raise RecordError(f"{len(value) - stream.tell()} bytes follow the {name}.")
        return record

    def _reader(self, name: str, schema_id: int) -> Callable[[Any], dict[str, Any]]:
        found = json.loads(self._ask("GET", f"/schemas/ids/{schema_id}")["schema"])
        full_name = f"{found.get('namespace')}.{found.get('name')}" if isinstance(found, dict) else found
        if full_name not in (f"{NAMESPACE}.{name}", f"None.{NAMESPACE}.{name}"):
            raise RecordError(f"It was written as {full_name}, not as {name}.")
        self._readers[name, schema_id] = reader(found, schema(name))
        return self._readers[name, schema_id]

    def encode(self, name: str, topic: str, record: Mapping[str, Any]) -> bytes:
        """Returns a message's value. Registers the record's schema when the topic is first used."""
        if topic not in self._writers:
            answer = self._ask("POST", f"/subjects/{topic}-value/versions", {"schema": json.dumps(schema(name))})
            self._writers[topic] = _HEADER.pack(0, answer["id"]), writer(schema(name))
        header, write = self._writers[topic]
        stream = io.BytesIO(header)
        stream.seek(len(header))
        try:
            write(stream, record)
        except Exception as e:
            raise ValueError(f"It is not a valid {name}: {e}.") from e
        return stream.getvalue()

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, self._headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=self._timeout, context=self._context) as response:
                return json.load(response)
        except urllib.error.HTTPError as e:
            answer = e.read(300).decode(errors="replace")
            if "40403" in answer:
                raise RecordError(f"The registry {self._url} has no schema for {path}.") from e
            kind = AccessError if e.code in (401, 403) else ServiceError
            raise kind(f"The registry {self._url} answers {path} with status {e.code}: {answer}") from e
        except (OSError, ValueError) as e:
            kind = AccessError if "CERTIFICATE_VERIFY" in str(e) else ServiceError
            raise kind(f"The registry {self._url} gives no answer to {path}: {e}.") from e
