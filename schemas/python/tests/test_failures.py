"""Services that fail or answer nonsense, interrupts, and records that contradict each other."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from contextlib import contextmanager

import pytest
from confluent_kafka import KafkaError, TopicPartition
from conftest import Stream
from reference import WEIGHT, card, ids, records, take, tensor
from test_reader import await_pairs

from promptstream import AccessError, PromptProducer, RecordError, SchemaRegistry, ServiceError

NO_BROKER = "127.0.0.1:9"
EVENT = {"prompt_id": "p", "image_id": "i"}


class OneSchema(SchemaRegistry):
    """A registry in which all schemas have the id 1."""

    def __init__(self):
        super().__init__("http://127.0.0.1:9")

    def _ask(self, *_):
        return 1


def test_a_producer_does_not_wait_for_ever_for_space_in_its_queue():
    config = {"queue.buffering.max.messages": 1}
    producer = PromptProducer(NO_BROKER, OneSchema(), timeout=1, config=config)
    producer.send(EVENT)
    with pytest.raises(ServiceError, match="did not accept 1 records in 1 s; PromptEvent of prompt-events is not sent"):
        producer.send(EVENT)
    with pytest.raises(ServiceError, match="did not accept 1 records in 1 s"):
        producer.flush()


@pytest.mark.parametrize("report", [lambda producer: producer.send(EVENT), PromptProducer.flush])
def test_a_failed_delivery_is_reported_once(report):
    producer = PromptProducer(NO_BROKER, OneSchema(), config={"message.timeout.ms": 100})
    producer.send(EVENT)
    while len(producer._producer):
        producer._producer.poll(0.1)
    with pytest.raises(ServiceError, match="MSG_TIMED_OUT"):
        report(producer)
    producer.flush()


def test_a_full_queue_of_failed_records_is_reported():
    config = {"queue.buffering.max.messages": 1, "message.timeout.ms": 100}
    producer = PromptProducer(NO_BROKER, OneSchema(), config=config)
    producer.send(EVENT)
    with pytest.raises(ServiceError, match="MSG_TIMED_OUT"):
        producer.send(EVENT)


@pytest.mark.parametrize("action", [{}, {"action": None}, {"action": "Undo"}, {"action": {"Undo": {}, "Redo": {}}}])
def test_an_action_without_one_name_is_not_sent(action):
    producer = PromptProducer(NO_BROKER, OneSchema())
    with pytest.raises(ValueError, match="^action is .*; expected one name"):
        producer.send_action({"action_id": "1", "session_id": "s", "image_id": "i", **action})


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


class Interrupted:
    """A consumer whose poll() is interrupted after it has removed a message from the queue."""

    def __init__(self, consumer):
        self._consumer = consumer

    def __getattr__(self, name):
        return getattr(self._consumer, name)

    def poll(self, seconds):
        if self._consumer.poll(seconds) is not None:
            raise KeyboardInterrupt


def test_an_interrupted_reader_is_closed_and_loses_nothing(stream):
    stream.write(2, card())
    group = uuid.uuid4().hex
    for offset in range(2):
        stream.pair(*records(f"{offset}"), offset)
    with stream.reader(group_id=group) as reader:
        reader._consumer = Interrupted(reader._consumer)
        with pytest.raises(KeyboardInterrupt):
            next(reader.batches())
        with pytest.raises(RuntimeError, match="(?i)closed"):
            next(reader.batches())
    with stream.reader(group_id=group) as reader:
        assert ids(take(reader.batches(), 2)) == ["0", "1"]


def test_a_reader_can_be_closed_twice(stream):
    with stream.reader() as reader:
        reader.close()


def test_a_child_process_cannot_use_the_reader(stream):
    with stream.reader() as reader:
        child = os.fork()
        if not child:
            signal.alarm(20)
            try:
                next(reader.batches())
            except ServiceError as e:
                os._exit(0 if "opened the reader" in str(e) else 2)
            finally:
                os._exit(1)
        assert os.waitpid(child, 0)[1] == 0


def test_torch_is_optional():
    script = """
import sys
sys.modules["torch"] = None
from promptstream.batch import Arrays
three = Arrays().stack([{"data_type": "BFLOAT16", "shape": [1], "data": b"\\x40\\x40"}])
assert three.tolist() == [[3.0]]
try:
    Arrays("cpu")
except ImportError as e:
    assert "torch" in str(e)
else:
    raise AssertionError
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_an_error_of_the_brokers_is_raised_once_and_behind_the_pairs(stream):
    stream.write(2, card())
    stream.pair(*records("first"), 0)
    with stream.reader() as reader:
        await_pairs(reader, 1)
        reader._errors(KafkaError(KafkaError._AUTHENTICATION, "wrong password"))
        batches = reader.batches()
        assert ids([next(batches)]) == ["first"]
        with pytest.raises(AccessError, match="wrong password"):
            next(batches)
        stream.pair(*records("second"), 1)
        assert ids(take(reader.batches(), 1)) == ["second"]


def test_a_damaged_card_is_named(stream):
    stream.write(2, None, value=b"junk")
    stream.pair(*records("first"), 0)
    with stream.reader() as reader, pytest.raises(RecordError, match=f"{stream.topics[2]}-0 at offset 0 .*wire format"):
        next(reader.batches())


@pytest.mark.parametrize("shape", [[], [256], [16, 256], [-256, -16]])
def test_a_card_with_another_shape_is_refused(stream, shape):
    wrong = card()
    wrong["projection"]["weight"] = {**tensor(WEIGHT), "shape": shape}
    stream.write(2, wrong)
    stream.pair(*records("first"), 0)
    with stream.reader() as reader, pytest.raises(RecordError, match="card's weight needs shape"):
        next(reader.batches())


def test_pairs_do_not_wait_for_the_card_of_another_model(stream):
    stream.write(2, card())
    stream.pair(*records("first"), 0)
    with stream.reader(timeout=60) as reader:
        await_pairs(reader, 1)
        stream.pair(*records("other", model_id="other"), 1)
        with pytest.raises(RecordError, match="other has no card after 0 s"):
            while True:
                reader._fill(2)
        assert ids([next(reader.batches())]) == ["first"]


def test_a_repeat_behind_a_handed_out_pair_does_not_hold_the_offsets(stream):
    stream.write(2, card())
    first, group = records("first"), uuid.uuid4().hex
    with stream.reader(group_id=group) as reader:
        stream.pair(*first, 0)
        assert ids(reader.batches(idle_seconds=2)) == ["first"]
        stream.pair(*first, 0)
        stream.pair(*records("second"), 1)
        assert ids(take(reader.batches(idle_seconds=20), 1)) == ["second"]
        assert ids(reader.batches(idle_seconds=0.1)) == ["second"]
        assert (reader.repeats, reader.unpaired) == (2, 0)
    with stream.reader(group_id=group) as reader:
        places = [TopicPartition(topic, 0) for topic in stream.topics[:2]]
        assert [place.offset for place in reader._consumer.committed(places, 30)] == [3, 3]


def test_records_of_topics_of_different_sizes_are_not_skipped(services):
    stream = Stream(services, (1, 2))
    stream.write(2, card())
    stream.write(1, records("half")[1], partition=1)
    with stream.reader() as reader:
        for _ in range(3):
            with pytest.raises(ServiceError, match="equally many partitions"):
                next(reader.batches())


def test_a_rebalance_while_a_batch_is_out_loses_nothing(services):
    stream = Stream(services, (2, 2))
    stream.write(2, card())
    group = uuid.uuid4().hex
    for offset in range(20):
        stream.pair(*records(f"{offset}"), offset, offset % 2)
    seen = []
    with stream.reader(group_id=group) as first:
        await_pairs(first, 20)
        batches = first.batches(max_prompts=8)
        seen += ids([next(batches)])
        with stream.reader(group_id=group) as second:
            seen += ids(second.batches(idle_seconds=0.5))
            seen += ids([next(batches)])
            deadline = time.monotonic() + 60
            while len(set(seen)) < 20 and time.monotonic() < deadline:
                for reader in (first, second):
                    seen += ids(reader.batches(idle_seconds=0.3))
    assert set(seen) == {f"{offset}" for offset in range(20)}


@pytest.mark.parametrize("max_prompts", [0, -1])
def test_a_batch_has_at_least_one_prompt(stream, max_prompts):
    with stream.reader() as reader, pytest.raises(ValueError, match=f"max_prompts is {max_prompts}"):
        next(reader.batches(max_prompts=max_prompts))
