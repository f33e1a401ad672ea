"""Pairs, batches, offsets and failures, with records that the tests write themselves."""

import http.server
import io
import json
import signal
import struct
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import numpy as np
import pytest
from conftest import Stream
from reference import BIAS, RANDOM, WEIGHT, card, ids, records, take

from promptstream import (
    AccessError,
    EmbeddingReader,
    RecordError,
    SchemaRegistry,
    ServiceError,
    registry,
)


def await_pairs(reader, count):
    """Waits until the reader can choose among so many pairs."""
    while len(reader._queue) < count:
        reader._fill(count)


def test_schemas_are_those_of_the_java_module():
    for file in (Path(__file__).parents[2] / "src/main/avro").glob("*.avsc"):
        assert (Path(registry.__file__).parent / "avro" / file.name).read_bytes() == file.read_bytes()


def test_a_batch_has_one_token_count_and_an_image_keeps_its_order(stream):
    stream.write(2, card())
    images = ("a", 2), ("b", 3), ("b", 2), ("a", 2), ("a", 3), ("c", 2)
    for offset, (image, tokens) in enumerate(images):
        stream.pair(*records(f"{image}{offset}", tokens=tokens, image_id=image), offset)
    with stream.reader() as reader:
        await_pairs(reader, 6)
        batches = take(reader.batches(), 6)
        shapes = [batch.sparse.shape for batch in batches]
    assert ids(batches) == ["a0", "a3", "c5", "b1", "a4", "b2"]
    assert shapes == [(3, 2, 256), (2, 3, 256), (1, 2, 256)]
    assert all((batch.sparse == batch.sparse.shape[1]).all() for batch in batches)


def test_a_batch_can_be_of_one_image(stream):
    stream.write(2, card())
    for offset in range(6):
        stream.pair(*records(f"{offset}", image_id="ab"[offset % 2]), offset)
    with stream.reader() as reader:
        await_pairs(reader, 6)
        batches = take(reader.batches(one_image=True, max_prompts=2), 6)
    assert [{prompt.image_id for prompt in batch.prompts} for batch in batches] == [{"a"}, {"b"}] * 2


@pytest.mark.parametrize("device", [None, "cpu"])
@pytest.mark.parametrize("data_type", ["FLOAT32", "FLOAT16", "BFLOAT16"])
def test_masks_of_a_batch_are_expanded_together(stream, device, data_type):
    if device:
        pytest.importorskip("torch")
    stream.write(2, card())
    masks = RANDOM.integers(-8, 8, (3, 16, 64, 64)).astype("f4") / 4  # Exact in 16 bits.
    for offset, mask in enumerate(masks):
        stream.pair(*records(f"{offset}", mask=mask, data_type=data_type), offset)
    with stream.reader(device=device) as reader:
        dense = np.concatenate([np.asarray(batch.dense) for batch in take(reader.batches(), 3)])
    expected = np.einsum("ck,bkyx->bcyx", WEIGHT, masks) + BIAS[:, None, None]
    assert np.abs(dense - expected).max() <= 1e-4


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_tensors_have_the_type_of_choice(stream, dtype):
    torch = pytest.importorskip("torch")
    stream.write(2, card())
    stream.pair(*records("masked", mask=np.ones((16, 64, 64), "f4"), tokens=0), 0)
    with stream.reader(device="cpu", dtype=dtype) as reader:
        (batch,) = take(reader.batches(), 1)
    for array in (batch.sparse, batch.dense, batch.image_pe):
        assert array.dtype == getattr(torch, dtype)
    assert batch.sparse.shape == (1, 0, 256)


@pytest.mark.parametrize("device", [None, "cpu"])
def test_without_masks_the_dense_embedding_is_a_view(stream, device):
    if device:
        pytest.importorskip("torch")
    stream.write(2, card())
    stream.pair(*records("click"), 0)
    with stream.reader(device=device) as reader:
        (batch,) = take(reader.batches(), 1)
    strides = batch.dense.stride() if device else batch.dense.strides
    assert batch.dense.shape == (1, 256, 64, 64) and strides[2:] == (0, 0)
    assert (np.asarray(batch.dense) == BIAS[:, None, None]).all()


def test_a_mask_is_a_view_of_its_message(stream):
    record = records("masked", mask=np.ones((16, 64, 64), "f4"))[1]
    value = stream.registry.encode("DenseEmbedding", stream.topics[1], record)
    data = stream.registry.decode("DenseEmbedding", value)["values"]["data"]
    assert isinstance(data, memoryview) and data.obj is value


def test_repeats_are_handed_out_once(stream):
    stream.write(2, card())
    first = records("first")
    stream.write(0, first[0], 0)
    stream.pair(*first, 0)
    stream.pair(*records("second"), 1)
    stream.pair(*first, 0)  # The application was restarted, and encoded the event again.
    stream.pair(*records("third"), 2)
    with stream.reader() as reader:
        assert ids(take(reader.batches(), 3)) == ["first", "second", "third"]
        assert (reader.repeats, reader.unpaired) == (3, 0)


def test_a_half_that_never_comes_is_reported_and_does_not_hold_the_offsets(stream):
    stream.write(2, card())
    stream.pair(*records("first"), 0)
    stream.write(0, records("half")[0], 1)
    stream.pair(*records("last"), 2)
    lost = []
    group = uuid.uuid4().hex
    with stream.reader(group_id=group, on_unpaired=lambda *half: lost.append(half)) as reader:
        await_pairs(reader, 2)
        assert ids(reader.batches(idle_seconds=0.1)) == ["first", "last"]
        assert reader.unpaired == 1
    assert lost == [(stream.topics[0], 0, 1, "half")]
    stream.pair(*records("next"), 3)
    with stream.reader(group_id=group) as reader:
        assert ids(take(reader.batches(), 1)) == ["next"]


def test_memory_is_bounded_while_one_topic_is_ahead(stream):
    stream.write(2, card())
    pairs = [records(f"{i}") for i in range(200)]
    for offset, (sparse, _) in enumerate(pairs):
        stream.write(0, sparse, offset, flush=offset == 199)
    with stream.reader(max_bytes=100_000) as reader:
        while not reader._paused:
            reader._fill(1)
        reader._fill(1)
        assert reader._waiting_bytes() < 110_000
        for offset, (_, dense) in enumerate(pairs):
            stream.write(1, dense, offset, flush=offset == 199)
        assert ids(take(reader.batches(), 200)) == [str(i) for i in range(200)]
        assert (reader.repeats, reader.unpaired) == (0, 0)


def test_halves_without_others_do_not_fill_the_memory(stream):
    stream.write(2, card())
    for offset in range(40):
        stream.write(offset % 2, records(f"{offset}")[offset % 2], offset, flush=False)
    stream.pair(*records("last"), 40)
    with stream.reader(max_bytes=10_000) as reader:
        assert ids(take(reader.batches(), 1)) == ["last"]
        assert reader.unpaired == 40


def test_an_unfinished_batch_is_handed_out_again(stream):
    stream.write(2, card())
    group = uuid.uuid4().hex
    for offset in range(4):
        stream.pair(*records(f"{offset}"), offset)
    with stream.reader(group_id=group) as reader:
        for batch in reader.batches(max_prompts=2):
            if batch.prompts[0].prompt_id == "2":
                break
        again = ids(take(reader.batches(max_prompts=2), 1))
        assert again == ["2", "3"]
    with stream.reader(group_id=group) as reader:
        assert ids(take(reader.batches(), 2)) == ["2", "3"]


def test_a_killed_reader_hands_out_every_pair_at_least_once(stream, tmp_path):
    stream.write(2, card())
    count = 120
    for offset in range(count):
        stream.pair(*records(f"{offset}", tokens=1 + offset % 3), offset)
    out = tmp_path / "prompts"
    script = [sys.executable, str(Path(__file__).with_name("reader_process.py")), str(out)]
    script += [stream.services.bootstrap_servers, stream.services.registry_url, uuid.uuid4().hex]
    script += stream.topics

    def seen():
        return out.read_text().split() if out.exists() else []

    def read_until(seen_enough):
        started = subprocess.Popen(script)
        try:
            while not seen_enough(seen()):
                assert started.poll() is None
                time.sleep(0.01)
        finally:
            started.send_signal(signal.SIGKILL)
            started.wait()

    read_until(lambda prompts: len(prompts) >= count // 2)
    before = len(seen())
    read_until(lambda prompts: len(set(prompts)) == count)
    assert before < len(seen()) < before + count


def test_two_readers_share_the_partitions(services):
    stream = Stream(services, (2, 2))
    stream.write(2, card())
    group = uuid.uuid4().hex
    first, second = stream.reader(group_id=group), stream.reader(group_id=group)
    with first, second:
        seen = [], []
        deadline = time.monotonic() + 60
        offset = 0
        while not all(seen) and time.monotonic() < deadline:
            for partition in range(2):
                stream.pair(*records(f"{partition}-{offset}"), offset, partition)
            offset += 1
            for reader, prompts in zip((first, second), seen):
                prompts += ids(reader.batches(idle_seconds=0.3))
        assert all(seen)
        deadline = time.monotonic() + 20
        while len({*seen[0], *seen[1]}) < 2 * offset and time.monotonic() < deadline:
            for reader, prompts in zip((first, second), seen):
                prompts += ids(reader.batches(idle_seconds=0.3))
    assert {*seen[0], *seen[1]} == {f"{p}-{n}" for p in range(2) for n in range(offset)}


def test_a_card_may_come_late(stream):
    stream.pair(*records("early"), 0)
    threading.Timer(1, lambda: stream.write(2, card())).start()
    with stream.reader() as reader:
        assert ids(take(reader.batches(), 1)) == ["early"]


def test_a_model_without_a_card_is_named(stream):
    stream.pair(*records("early", model_id="unknown-1"), 0)
    with stream.reader(timeout=1) as reader, pytest.raises(RecordError, match="unknown-1.* no card"):
        take(reader.batches(), 1)


@pytest.mark.parametrize("expected", ["sam", "sam-1"])
def test_another_model_or_family_is_refused(stream, expected):
    stream.write(2, card("sam2-1", "sam2"))
    stream.pair(*records("foreign", model_id="sam2-1"), 0)
    with stream.reader(model=expected) as reader:
        with pytest.raises(RecordError, match=f"at offset 0 .*sam2-1 of family sam2, not {expected}"):
            take(reader.batches(), 1)


def test_a_card_that_contradicts_the_record_is_refused(stream):
    stream.write(2, card("model", "sam3-tracker", grid=72))
    stream.pair(*records("other"), 0)
    with stream.reader() as reader, pytest.raises(RecordError, match=r"\[256, 64, 64\].*256, 72, 72"):
        take(reader.batches(), 1)


def damaged(stream, change):
    return change(stream.registry.encode("DenseEmbedding", stream.topics[1], records("bad")[1]))


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda value: value[:-7], "not a valid"),
        (lambda value: value + b"more", "4 bytes follow"),
        (lambda value: b"", "wire format"),
        (lambda value: b"\1" + value[1:], "wire format"),
        (lambda value: b"\0\7\7\7\7" + value[5:], "has no schema"),
    ],
)
def test_a_damaged_record_is_named_and_not_skipped(stream, change, message):
    stream.write(2, card())
    stream.pair(*records("good"), 0)
    where = f"{stream.topics[1]}-0 at offset 1 .*{message}"
    with stream.reader() as reader:
        batches = reader.batches()
        assert ids([next(batches)]) == ["good"]
        stream.write(1, None, 1, value=damaged(stream, change))
        for repeated in (batches, reader.batches()):
            with pytest.raises(RecordError, match=where):
                next(repeated)


def test_a_record_of_another_type_is_refused(stream):
    stream.write(2, card())
    value = stream.registry.encode("ModelCard", stream.topics[2], card())
    stream.write(0, None, 0, value=value)
    with stream.reader() as reader, pytest.raises(RecordError, match="ModelCard, not as Sparse"):
        next(reader.batches())


@pytest.mark.parametrize("headers", [{}, {"promptstream.offset": "five"}])
def test_a_record_without_the_header_is_refused(stream, headers):
    stream.write(2, card())
    stream.write(0, records("bare")[0], headers=headers)
    with stream.reader() as reader, pytest.raises(RecordError, match="no header promptstream.offset"):
        next(reader.batches())


def test_a_newer_writer_can_be_read(stream):
    stream.write(2, card())
    sparse, dense = records("newer")
    schema = registry.schema("SparseEmbedding")
    added = {"name": "colour", "type": ["null", "string"], "default": None}
    newer = {**schema, "fields": [added, *schema["fields"]]}
    id_ = stream.registry._ask("id", f"/subjects/{stream.topics[0]}-value/versions", {"schema": json.dumps(newer)})
    value = io.BytesIO()
    value.write(struct.pack(">bI", 0, id_))
    registry.writer(newer)(value, {"colour": "red", **sparse})
    stream.write(0, None, value=value.getvalue())
    stream.write(1, dense, 0)
    with stream.reader() as reader:
        assert ids(take(reader.batches(), 1)) == ["newer"]


def test_a_missing_topic_is_named(services, stream):
    topics = (*stream.topics[:2], "no-such-topic")
    with pytest.raises(ServiceError, match="no topic no-such-topic"):
        services.reader(topics)


def test_topics_of_different_sizes_are_refused(services):
    stream = Stream(services, (1, 2))
    with stream.reader() as reader, pytest.raises(ServiceError, match="equally many partitions"):
        take(reader.batches(), 1)


def test_an_absent_broker_is_an_error():
    with pytest.raises(ServiceError, match="no answer"):
        EmbeddingReader("127.0.0.1:9", "http://127.0.0.1:9", "group", timeout=1)


def test_an_absent_registry_is_an_error_and_loses_nothing(stream):
    stream.write(2, card())
    stream.pair(*records("first"), 0)
    options = {"group_id": "group", "topics": stream.topics}
    with EmbeddingReader(stream.services.bootstrap_servers, "http://127.0.0.1:9", **options) as reader:
        with pytest.raises(ServiceError, match="127.0.0.1:9"):
            take(reader.batches(), 1)
        reader._registry = stream.registry
        assert ids(take(reader.batches(), 1)) == ["first"]


class Refusing(http.server.BaseHTTPRequestHandler):
    status = 401

    def do_GET(self):
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("status, error", [(401, AccessError), (403, AccessError), (500, ServiceError)])
def test_a_registry_that_refuses_is_an_error(status, error):
    handler = type("Handler", (Refusing,), {"status": status})
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        refusing = SchemaRegistry(f"http://127.0.0.1:{server.server_port}", auth=("ann", "wrong-secret"))
        with pytest.raises(error, match=f"status {status}") as raised:
            refusing.decode("ModelCard", b"\0\0\0\0\1")
        server.shutdown()
    assert "secret" not in str(raised.value)


def test_numpy_has_no_bfloat16():
    with pytest.raises(ValueError, match="numpy has no bfloat16"):
        EmbeddingReader("127.0.0.1:9", "http://127.0.0.1:9", "group", dtype="bfloat16")
