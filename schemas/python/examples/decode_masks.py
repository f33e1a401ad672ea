#!/usr/bin/env python3
"""Decodes masks with the official Segment Anything, from a running PromptStream or for a page that asks over HTTP.

    pip install segment-anything opencv-python torchvision pillow
    decode_masks.py --checkpoint sam_vit_b_01ec64.pth --model-type vit_b --images FOLDER --masks FOLDER
    decode_masks.py --checkpoint sam_vit_b_01ec64.pth --model-type vit_b --images FOLDER --serve 8090

The first command writes the best mask of each prompt as a PNG, and all masks as COCO RLE to a topic, which must exist.
An image's id is the name of its file in the folder. The second one answers the requests of docs/decoding.md.
"""

import argparse
import base64
import io
import json
import math
import urllib.parse
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import torch
from confluent_kafka import Producer
from PIL import Image
from segment_anything import SamPredictor, sam_model_registry

from promptstream import EmbeddingReader

MAX_REQUEST_BYTES = 64 << 20


class UnknownImage(Exception):
    """The folder has no such image."""


class Decoder:
    """The official network. Keeps the embeddings of the images that were used last, 4 MiB each."""

    def __init__(self, sam, images, cached=256):
        self.sam, self._images = sam, Path(images).resolve()
        self.image = lru_cache(cached)(self._encode)
        self._last_image_pe = None

    @torch.no_grad()
    def _encode(self, image):
        """Takes the id of an image, or its bytes. Returns the embedding [1, 256, 64, 64], and both sizes of the image."""
        if isinstance(image, str):
            file = (self._images / image).resolve()
            if not file.is_relative_to(self._images) or not file.is_file():
                raise UnknownImage(f"There is no image {image!r}.")
            image = file.read_bytes()
        predictor = SamPredictor(self.sam)
        predictor.set_image(np.asarray(Image.open(io.BytesIO(image)).convert("RGB")))
        return predictor.features, predictor.input_size, predictor.original_size

    def require_same_weights(self, image_pe):
        if image_pe is not self._last_image_pe:
            if not torch.allclose(image_pe, self.sam.prompt_encoder.get_dense_pe(), atol=1e-4):
                raise SystemExit("The checkpoint is not that of the prompts.")
            self._last_image_pe = image_pe

    @torch.no_grad()
    def decode(self, image, image_pe, sparse, dense, multimask=True):
        """Yields the masks bool [masks, height, width] and scores [masks] of each prompt, the best first."""
        embedding, input_size, original_size = image
        logits, scores = self.sam.mask_decoder(
            image_embeddings=embedding,
            image_pe=image_pe,
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            multimask_output=multimask,
        )
        # One prompt after the other: the masks have the size of the image.
        for row, score in zip(logits, scores):
            order = score.argsort(descending=True)
            masks = self.sam.postprocess_masks(row[None, order], input_size, original_size)[0]
            yield (masks > self.sam.mask_threshold).cpu().numpy(), score[order].tolist()


def coco_rle(mask):
    """Returns COCO's compressed RLE of a mask bool [height, width]: runs of columns, the first one of zeros."""
    pixels = mask.T.reshape(-1)
    changes = np.flatnonzero(np.diff(pixels)) + 1
    runs = np.diff([*([0] if pixels[0] else []), 0, *changes, pixels.size]).tolist()
    text = bytearray()
    for i, run in enumerate(runs):
        run -= runs[i - 2] if i > 2 else 0
        more = True
        while more:
            digit, run = run & 31, run >> 5
            more = run != (-1 if digit & 16 else 0)
            text.append((digit | 32 if more else digit) + 48)
    return {"size": [*mask.shape], "counts": text.decode()}


def answer(masks, scores):
    return {"masks": [coco_rle(mask) for mask in masks], "scores": scores}


def stream(reader, decoder, producer, topic, folder, max_prompts=16, idle_seconds=None):
    """Decodes prompts. Asks for the next batch only when the masks of the last one are safe."""
    if topic not in producer.list_topics(timeout=30).topics:
        raise SystemExit(f"The brokers have no topic {topic}. Create it with as many partitions as the prompts have.")
    for batch in reader.batches(max_prompts, one_image=True, idle_seconds=idle_seconds):
        decoder.require_same_weights(batch.image_pe)
        image = decoder.image(batch.prompts[0].image_id)
        results = decoder.decode(image, batch.image_pe, batch.sparse, batch.dense)
        for prompt, (masks, scores) in zip(batch.prompts, results):
            size = prompt.image_size
            if size and (size["height"], size["width"]) != tuple(image[2]):
                raise SystemExit(f"Prompt {prompt.prompt_id} has image_size {size}; its image has {image[2]}.")
            Image.fromarray(masks[0]).save(folder / (urllib.parse.quote(prompt.prompt_id, safe="") + ".png"))
            ids = {name: getattr(prompt, name) for name in ("prompt_id", "image_id", "object_id")}
            value = {**ids, "model_id": batch.card["model_id"], **answer(masks, scores)}
            producer.produce(topic, json.dumps(value), prompt.key, on_delivery=require_delivery)
        if producer.flush(30):
            raise SystemExit("The brokers do not accept the masks.")


def require_delivery(error, _):
    if error:
        raise SystemExit(f"The brokers do not accept the masks: {error}.")


def tensor(request, name, shapes, device):
    """Returns a tensor of a request, whose shape must be one of these; None stands for any length."""
    shape, data = request[name]["shape"], base64.b64decode(request[name]["data"], validate=True)
    fits = any(len(shape) == len(s) and all(n in (None, m) for m, n in zip(shape, s)) for s in shapes)
    if not fits or any(type(n) is not int or n < 0 for n in shape) or len(data) != 4 * math.prod(shape):
        raise ValueError(f"{name} has shape {shape} and {len(data)} bytes; expected one of {shapes}, in float32.")
    return torch.from_numpy(np.frombuffer(bytearray(data), "<f4").reshape(shape)).to(device)


def respond(decoder, request):
    """Returns the answer to a request of docs/decoding.md."""
    encoder, device = decoder.sam.prompt_encoder, decoder.sam.device
    if not isinstance(request, dict) or ("image" in request) == ("image_id" in request):
        raise ValueError("A request has either image or image_id.")
    sparse = tensor(request, "sparse", [[None, 256]], device)
    dense = tensor(request, "dense", [[256], [16, 64, 64], [256, 64, 64]], device)
    if dense.shape[0] == 16:
        with torch.no_grad():
            dense = encoder.mask_downscaling[-1](dense[None])[0]
    dense = dense.reshape(256, *dense.shape[1:] or (1, 1)).expand(1, 256, 64, 64)
    if "image" in request:
        image = decoder.image(base64.b64decode(request["image"], validate=True))
    else:
        image = decoder.image(str(request["image_id"]))
    multimask = request.get("multimask", True) is True
    return answer(*next(decoder.decode(image, encoder.get_dense_pe(), sparse[None], dense, multimask)))


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if self.path != "/masks":
            return self._send(404, {"error": "The path is /masks."})
        if not length.isdecimal() or int(length) > MAX_REQUEST_BYTES:
            self.close_connection = True
            return self._send(413, {"error": f"A request has at most {MAX_REQUEST_BYTES} bytes."})
        try:
            self._send(200, respond(self.server.decoder, json.loads(self.rfile.read(int(length)))))
        except UnknownImage as e:
            self._send(404, {"error": str(e)})
        except KeyError as e:
            self._send(400, {"error": f"The request has no {e.args[0]}."})
        except (OSError, TypeError, ValueError, Image.DecompressionBombError) as e:
            self._send(400, {"error": str(e)})
        except RuntimeError as e:
            self._send(500, {"error": str(e)})

    def _send(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def server(decoder, port):
    """Returns an HTTP server on this machine's loopback address. It answers one request after the other."""
    found = HTTPServer(("127.0.0.1", port), Handler)
    found.decoder = decoder
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--model-type", default="vit_b", choices=sorted(sam_model_registry))
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--images", required=True, type=Path, help="folder of the images")
    parser.add_argument("--serve", type=int, metavar="PORT", help="answer HTTP requests instead of reading prompts")
    parser.add_argument("--masks", default=Path("masks"), type=Path, help="folder for the PNG files")
    parser.add_argument("--masks-topic", default="masks")
    parser.add_argument("--bootstrap-servers", default="127.0.0.1:9092")
    parser.add_argument("--registry", default="http://127.0.0.1:8081/apis/ccompat/v7")
    parser.add_argument("--group-id", default="mask-decoder")
    options = parser.parse_args()
    sam = sam_model_registry[options.model_type](checkpoint=options.checkpoint).to(options.device).eval()
    decoder = Decoder(sam, options.images)
    if options.serve is not None:
        return server(decoder, options.serve).serve_forever()
    options.masks.mkdir(parents=True, exist_ok=True)
    servers, group = options.bootstrap_servers, options.group_id
    with EmbeddingReader(servers, options.registry, group, model="sam", device=options.device) as reader:
        stream(reader, decoder, Producer({"bootstrap.servers": servers}), options.masks_topic, options.masks)


if __name__ == "__main__":
    main()
