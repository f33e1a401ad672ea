"""A registry that fails or answers nonsense."""

import socket
import threading
from contextlib import contextmanager

import pytest

from promptstream import RecordError, SchemaRegistry, ServiceError


@contextmanager
def answering(answer, then=lambda: None):
    """Gives the address of a server that reads a request and sends these bytes."""

    def serve():
        while True:
            try:
                connection = server.accept()[0]
            except OSError:
                return
            with connection:
                requests.append(connection.recv(10_000))
                connection.sendall(answer)
                then()

    requests = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", requests
        server.shutdown(socket.SHUT_RDWR)


def http(body, status="200 OK", headers=""):
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n{body}".encode()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"no HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        http("<html>Log in</html>"),
        http("[]"),
        http("{}"),
        http('{"schema": "' + "x" * (2 << 20) + '"}'),
        http("<html>/schemas/ids/40403 failed</html>", "502 Bad Gateway"),
        http("<html>not found</html>", "404 Not Found"),
    ],
)
def test_a_registry_that_gives_no_schema_is_an_error(answer):
    with answering(answer) as (url, _), pytest.raises(ServiceError, match=f"{url}.*/schemas/ids/1"):
        SchemaRegistry(url).decode("ModelCard", b"\0\0\0\0\1")


@pytest.mark.parametrize("status", ["200 OK", "500 Internal Server Error"])
def test_a_registry_that_answers_late_is_an_error(status):
    late = threading.Event()
    answer = f"HTTP/1.1 {status}\r\nContent-Length: 9\r\n\r\n".encode()
    with answering(answer, late.wait) as (url, _), pytest.raises(ServiceError, match="timed out"):
        SchemaRegistry(url, timeout=0.2).decode("ModelCard", b"\0\0\0\0\1")
    late.set()


@pytest.mark.parametrize("schema", ['"syntax = proto3"', "7", '"{\\"name\\": \\"ModelCard\\"}"', '"[]"'])
def test_a_schema_that_cannot_be_used_is_an_error(schema):
    with answering(http(f'{{"schema": {schema}}}')) as (url, _):
        with pytest.raises(RecordError, match="ModelCard"):
            SchemaRegistry(url).decode("ModelCard", b"\0\0\0\0\1")


def test_a_redirect_does_not_get_the_password():
    with answering(http("{}")) as (elsewhere, requests):
        with answering(http("", "302 Found", f"Location: {elsewhere}/\r\n")) as (url, first):
            with pytest.raises(ServiceError):
                SchemaRegistry(url, ("ann", "secret")).decode("ModelCard", b"\0\0\0\0\1")
    assert b"Authorization: Basic" in first[0] and b"Authorization" not in requests[0]
