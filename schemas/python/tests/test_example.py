"""The example of a decoder, with a stand-in for the official network."""

import base64
import http.client
import io
import json
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from reference import WEIGHT, card, records

pytest.importorskip("torch")
Image = pytest.importorskip("PIL.Image")
TESTS = Path(__file__).parent
sys.path[:0] = [str(TESTS / "stand_in"), str(TESTS.parent / "examples")]
import decode_masks
import segment_anything
import torch
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import NewTopic

from promptstream.batch import Arrays, Model


@pytest.fixture(scope="module")
def image_pe():
    return Model(card(), Arrays()).image_pe


@pytest.fixture
def decoder(tmp_path, image_pe):
    for name in ("a.png", "b.png"):
        Image.new("L", (40, 30)).save(tmp_path / name)
    (tmp_path / "masks").mkdir()
    return decode_masks.Decoder(segment_anything.Sam(image_pe), tmp_path)


def decoded(rle):
    """Decodes COCO's compressed RLE."""
    runs, text = [], iter(rle["counts"].encode())
    for byte in text:
        run = shift = 0
        while True:
            run |= (byte - 48 & 31) << shift
            shift += 5
            if not byte - 48 & 32:
                break
            byte = next(text)
        run -= 1 << shift if byte - 48 & 16 else 0
        runs.append(run + (runs[-2] if len(runs) > 2 else 0))
    height, width = rle["size"]
    return np.repeat(np.arange(len(runs)) % 2, runs).reshape(width, height).T.astype(bool)


@pytest.mark.parametrize("kind", ["empty", "full", "random", "one", "blocks"])
def test_the_run_lengths_are_those_of_coco(kind):
    random = np.random.default_rng(2)
    mask = {
        "empty": np.zeros((7, 5), bool),
        "full": np.ones((7, 5), bool),
        "random": random.random((37, 53)) < 0.5,
        "one": np.eye(1, 5000, 4999, dtype=bool),
        "blocks": np.kron(random.random((4, 3)) < 0.5, np.ones((300, 40))).astype(bool),
    }[kind]
    assert (decoded(decode_masks.coco_rle(mask)) == mask).all()


def test_coco_writes_this_mask_so():
    mask = np.zeros((4, 4), bool)
    mask[1:3, 1:3] = True
    assert decode_masks.coco_rle(mask) == {"size": [4, 4], "counts": "52203"}


def test_prompts_of_the_stream_become_masks(stream, decoder, tmp_path):
    # The stand-in has the positional encoding of another card.
    model_card = card()
    decoder.sam.prompt_encoder.image_pe = Model(model_card, Arrays("cpu")).image_pe
    stream.write(2, model_card)
    for offset, image in enumerate(("a.png", "b.png", "a.png")):
        stream.pair(*records(f"session/{offset}", image_id=image), offset)
    topic, before = f"masks-{stream.topics[0]}", segment_anything.SamPredictor.images
    producer = Producer({"bootstrap.servers": stream.services.bootstrap_servers})
    with stream.reader(device="cpu") as reader:
        with pytest.raises(SystemExit, match=f"no topic {topic}"):
            decode_masks.stream(reader, decoder, producer, topic, tmp_path / "masks")
        stream.services.admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(30)
        while len(reader._queue) < 3:
            reader._fill(3)
        decode_masks.stream(reader, decoder, producer, topic, tmp_path / "masks", idle_seconds=1)
    assert segment_anything.SamPredictor.images == before + 2
    settings = {"group.id": "masks", "auto.offset.reset": "earliest"}
    consumer = Consumer({"bootstrap.servers": stream.services.bootstrap_servers, **settings})
    consumer.subscribe([topic])
    values = []
    while len(values) < 3:
        message = consumer.poll(30)
        assert message and not message.error()
        values.append(json.loads(message.value()))
    consumer.close()
    for value in values:
        png = np.asarray(Image.open(tmp_path / "masks" / f"{value['prompt_id'].replace('/', '%2F')}.png"))
        best = decoded(value["masks"][0])
        assert (png == best).all() and best.sum() == 0.75 * 30 * 40
        assert value["scores"] == [0.75, 0.5, 0.25] and value["model_id"] == "model"


def test_a_decoder_of_other_weights_is_refused(decoder):
    with pytest.raises(SystemExit, match="not that of the prompts"):
        decoder.require_same_weights(torch.zeros(1, 256, 64, 64))


@pytest.fixture
def url(decoder):
    with decode_masks.server(decoder, 0) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/masks"
        server.shutdown()


def ask(url, request):
    body = request if isinstance(request, bytes) else json.dumps(request).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body)) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as e:
        return e.code, json.load(e)


def wire(values):
    values = np.asarray(values, "<f4")
    return {"shape": list(values.shape), "data": base64.b64encode(values.tobytes()).decode()}


def request(**fields):
    return {"sparse": wire(np.zeros((2, 256))), "dense": wire(np.arange(256)), "image_id": "a.png", **fields}


def test_a_page_gets_the_masks_of_a_prompt(url, decoder):
    status, found = ask(url, request())
    assert status == 200 and found["scores"] == [0.75, 0.5, 0.25]
    assert [decoded(mask).mean() for mask in found["masks"]] == found["scores"]
    assert (decoder.sam.mask_decoder.dense.numpy() == np.arange(256)[:, None, None]).all()


def test_a_page_may_send_the_image(url):
    png = io.BytesIO()
    Image.new("RGB", (8, 4)).save(png, "png")
    sent = request(image=base64.b64encode(png.getvalue()).decode(), multimask=False)
    del sent["image_id"]
    status, found = ask(url, sent)
    assert (status, found["scores"], found["masks"][0]["size"]) == (200, [0.5], [4, 8])


def test_a_page_may_send_a_mask_that_is_not_expanded(url, decoder):
    values = np.random.default_rng(3).random((16, 64, 64), "f4")
    with torch.no_grad():
        decoder.sam.prompt_encoder.mask_downscaling[-1].weight.copy_(torch.as_tensor(WEIGHT)[:, :, None, None])
    assert ask(url, request(dense=wire(values)))[0] == 200
    bias = decoder.sam.prompt_encoder.mask_downscaling[-1].bias.detach().numpy()
    expected = np.einsum("ck,kyx->cyx", WEIGHT, values) + bias[:, None, None]
    assert np.abs(decoder.sam.mask_decoder.dense[0].detach().numpy() - expected).max() <= 1e-4
    assert ask(url, request(dense=wire(expected)))[0] == 200


@pytest.mark.parametrize(
    "sent, status, error",
    [
        (b"{", 400, "Expecting"),
        ([], 400, "either image or image_id"),
        (request(image="AAAA"), 400, "either image or image_id"),
        ({"image_id": "a.png", "dense": wire(np.zeros(256))}, 400, "no sparse"),
        (request(sparse=wire(np.zeros((2, 255)))), 400, "sparse has shape"),
        (request(sparse={"shape": [2, 256], "data": "AAAA"}), 400, "3 bytes"),
        (request(sparse={"shape": [-1, 256], "data": ""}), 400, "sparse has shape"),
        (request(sparse={"shape": [2, 256], "data": "?"}), 400, "base64"),
        (request(sparse=[]), 400, "list indices"),
        (request(dense=wire(np.zeros((16, 64, 63)))), 400, "dense has shape"),
        (request(image_id="no.png"), 404, "no image 'no.png'"),
        (request(image_id="../outside.png"), 404, "no image"),
        ({k: v for k, v in {**request(), "image": "AAAA"}.items() if k != "image_id"}, 400, "cannot identify"),
    ],
)
def test_an_invalid_request_is_answered_with_an_error(url, sent, status, error):
    found = ask(url, sent)
    assert found[0] == status and error in found[1]["error"]


def test_a_failure_of_the_network_is_answered_with_an_error(url, decoder, monkeypatch):
    def fail(**_):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(decoder.sam.mask_decoder, "forward", fail)
    assert ask(url, request()) == (500, {"error": "out of memory"})


@pytest.mark.parametrize("length", ["-1", "1e9", str(1 << 30)])
def test_a_request_of_unknown_length_or_too_long_is_refused(url, length):
    host = url.split("/")[2]
    connection = http.client.HTTPConnection(host)
    connection.request("POST", "/masks", headers={"Content-Length": length})
    assert connection.getresponse().status == 413
    connection.close()


def test_another_path_is_not_found(url):
    assert ask(url + "/x", {}) == (404, {"error": "The path is /masks."})
