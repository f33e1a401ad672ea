"""Reads and writes records: a client of a schema registry with Confluent's REST API, and Avro.

Avro is fastavro or, if it is not installed, Apache's avro. Both return records as dicts.
"""

from __future__ import annotations

import base64
import io
import json
import re
import struct
from collections.abc import Callable, Mapping
from functools import cache
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from .errors import AccessError, PromptStreamError, RecordError, ServiceError

try:
    import fastavro
except ImportError:
    fastavro = None
    from . import apache

NAMESPACE = "io.promptstream.schemas"
_HEADER = struct.Struct(">bI")
_MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"
_MAX_ANSWER = 1 << 20
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
    defined = set()

    def definition(name: re.Match[str]) -> str:
        if name[0] in defined:
            return name[0]
        defined.add(name[0])
        file = Path(__file__).parent / "avro" / f"{name[1]}.avsc"
        return references.sub(definition, file.read_text(encoding="utf-8"))

    references = re.compile(rf'"{NAMESPACE}\.(\w+)"')
    return json.loads(references.sub(definition, f'"{NAMESPACE}.{name}"'))


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
        self._url, self._auth, self._context, self._timeout = url.rstrip("/"), auth, context, timeout
        self._reader, self._writer = cache(self._new_reader), cache(self._new_writer)

    @classmethod
    def of(cls, registry: str | SchemaRegistry) -> SchemaRegistry:
        return cls(registry) if isinstance(registry, str) else registry

    def decode(self, name: str, value: bytes | None) -> dict[str, Any]:
        """Returns the record in a message's value. `name` is the record's name, such as SparseEmbedding."""
        if value is None or len(value) < _HEADER.size or value[0] != 0:
            raise RecordError("It is not in Confluent's wire format.")
        schema_id = _HEADER.unpack_from(value)[1]
        stream = _Views(value) if len(value) >= 4 * _VIEW else io.BytesIO(value)
        stream.record = value
        stream.seek(_HEADER.size)
        try:
            record = self._reader(name, schema_id)(stream)
        except PromptStreamError:
            raise
        except Exception as e:  # The two libraries share no superclass of exceptions.
            raise RecordError(f"It is not a valid {name} of schema id {schema_id}: {e!r}.") from e
        if stream.tell() != len(value):
            raise RecordError(f"{len(value) - stream.tell()} bytes follow the {name}.")
        return record

    def encode(self, name: str, topic: str, record: Mapping[str, Any]) -> bytes:
        """Returns a message's value. Registers the record's schema when the topic is first used."""
        header, write = self._writer(name, topic)
        stream = io.BytesIO()
        stream.write(header)
        try:
            write(stream, record)
        except Exception as e:
            raise ValueError(f"It is not a valid {name}: {e}.") from e
        return stream.getvalue()

    def _new_reader(self, name: str, schema_id: int) -> Callable[[Any], dict[str, Any]]:
        found = json.loads(self._ask("schema", f"/schemas/ids/{schema_id}"))
        full_name = f"{found.get('namespace')}.{found.get('name')}" if isinstance(found, dict) else found
        if full_name not in (f"{NAMESPACE}.{name}", f"None.{NAMESPACE}.{name}"):
            raise RecordError(f"It was written as {full_name}, not as {name}.")
        return reader(found, schema(name))

    def _new_writer(self, name: str, topic: str) -> tuple[bytes, Callable[[Any, Any], None]]:
        schema_id = self._ask("id", f"/subjects/{topic}-value/versions", {"schema": json.dumps(schema(name))})
        return _HEADER.pack(0, schema_id), writer(schema(name))

    def _ask(self, field: str, path: str, body: Any = None) -> Any:
        """Returns a field of the registry's answer. Sends a POST request if there is a body."""
        headers = {"Accept": _MEDIA_TYPE, "Content-Type": _MEDIA_TYPE}
        try:
            request = Request(self._url + path, body and json.dumps(body).encode(), headers)
            if self._auth:
                password = base64.b64encode(":".join(self._auth).encode()).decode()
                # Not to the host of a redirect.
                request.add_unredirected_header("Authorization", f"Basic {password}")
            try:
                with urlopen(request, timeout=self._timeout, context=self._context) as response:
                    return json.loads(response.read(_MAX_ANSWER))[field]
            except HTTPError as e:
                status, answer = e.code, e.read(300).decode(errors="replace")
        except (OSError, HTTPException, LookupError, TypeError, ValueError) as e:
            kind = AccessError if "CERTIFICATE_VERIFY" in str(e) else ServiceError
            raise kind(f"The registry {self._url} gives no {field} for {path}: {e!r}.") from e
        if status == 404 and "40403" in answer:
            raise RecordError(f"The registry {self._url} has no schema for {path}.")
        kind = AccessError if status in (401, 403) else ServiceError
        raise kind(f"The registry {self._url} answers {path} with status {status}: {answer}")
