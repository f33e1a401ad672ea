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
from functools import cache
from pathlib import Path
from typing import Any

from .errors import AccessError, RecordError, ServiceError

try:
    import fastavro
except ImportError:
    fastavro = None
    import avro.io
    import avro.schema

_NAMESPACE = "io.promptstream.schemas"
_HEADER = struct.Struct(">bI")
_MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"
_VIEW = 4_096


class _Views(io.BytesIO):
    """Reads long byte strings, such as masks, as views of a record instead of copies."""

    def __init__(self, record: bytes):
        super().__init__(record)
        self.record = memoryview(record)

    def read(self, size: Any = -1) -> Any:
        if size < _VIEW:
            return super().read(size)
        start = self.tell()
        return self.record[start : self.seek(start + size)]


@cache
def schema(name: str) -> dict[str, Any]:
    """Returns the schema of a record, with the types that it refers to, which are in files of their own."""
    return _inlined(f"{_NAMESPACE}.{name}", set())


def _inlined(node: Any, defined: set[str]) -> Any:
    if isinstance(node, str) and node.startswith(_NAMESPACE) and node not in defined:
        file = Path(__file__).parent / "avro" / (node[len(_NAMESPACE) + 1 :] + ".avsc")
        return _inlined(json.loads(file.read_text(encoding="utf-8")), defined)
    if isinstance(node, list):
        return [_inlined(item, defined) for item in node]
    if isinstance(node, dict):
        if "symbols" in node or "fields" in node:
            defined.add(f"{_NAMESPACE}.{node['name']}")
        return {k: _inlined(v, defined) if k in ("type", "fields", "items") else v for k, v in node.items()}
    return node


def parse(node: Any) -> Any:
    return fastavro.parse_schema(node) if fastavro else avro.schema.parse(json.dumps(node))


def read(writer: Any, reader: Any, record: bytes, start: int = _HEADER.size) -> dict[str, Any]:
    """Reads the datum that begins at an offset of a record and ends where the record ends."""
    source = _Views(record) if len(record) >= 4 * _VIEW else io.BytesIO(record)
    source.seek(start)
    if fastavro:
        datum = fastavro.schemaless_reader(source, writer, reader)
    else:
        datum = avro.io.DatumReader(writer, reader).read(avro.io.BinaryDecoder(source))
    if source.tell() != len(record):
        raise ValueError(f"{len(record) - source.tell()} bytes follow the datum")
    return datum


class SchemaRegistry:
    """Decodes and encodes records. Asks the registry once for each schema.

    auth: user and password of basic authentication; context: an ssl.SSLContext with certificates
    """

    def __init__(self, url: str, auth: tuple[str, str] | None = None, context: Any = None, timeout: float = 10.0):
        self._url, self._context, self._timeout = url.rstrip("/"), context, timeout
        self._headers = {"Accept": _MEDIA_TYPE, "Content-Type": _MEDIA_TYPE}
        if auth:
            self._headers["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        self._readers: dict[tuple[str, int], tuple[Any, Any]] = {}
        self._writers: dict[str, tuple[bytes, Any]] = {}

    @classmethod
    def of(cls, registry: Any) -> SchemaRegistry:
        return registry if isinstance(registry, cls) else cls(registry)

    def decode(self, name: str, value: bytes | None) -> dict[str, Any]:
        """Returns the record in a message's value. `name` is the record's name, such as SparseEmbedding."""
        if value is None or len(value) < _HEADER.size or value[0] != 0:
            raise RecordError("It is not in Confluent's wire format.")
        schema_id = _HEADER.unpack_from(value)[1]
        schemas = self._readers.get((name, schema_id)) or self._reader(name, schema_id)
        try:
            return read(*schemas, value)
        except Exception as e:  # The two libraries share no superclass of exceptions.
            raise RecordError(f"It is not a valid {name} of schema id {schema_id}: {e!r}.") from e

    def _reader(self, name: str, schema_id: int) -> tuple[Any, Any]:
        writer = json.loads(self._ask("GET", f"/schemas/ids/{schema_id}")["schema"])
        found = f"{writer.get('namespace')}.{writer.get('name')}" if isinstance(writer, dict) else writer
        if found not in (f"{_NAMESPACE}.{name}", f"None.{_NAMESPACE}.{name}"):
            raise RecordError(f"It was written as {found}, not as {name}.")
        schemas = self._readers[name, schema_id] = parse(writer), parse(schema(name))
        return schemas

    def encode(self, name: str, topic: str, record: dict[str, Any]) -> bytes:
        """Returns a message's value. Registers the record's schema when the topic is first used."""
        if topic not in self._writers:
            answer = self._ask("POST", f"/subjects/{topic}-value/versions", {"schema": json.dumps(schema(name))})
            self._writers[topic] = _HEADER.pack(0, answer["id"]), parse(schema(name))
        header, parsed = self._writers[topic]
        value = io.BytesIO()
        value.write(header)
        if fastavro:
            fastavro.schemaless_writer(value, parsed, record)
        else:
            avro.io.DatumWriter(parsed).write(record, avro.io.BinaryEncoder(value))
        return value.getvalue()

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
