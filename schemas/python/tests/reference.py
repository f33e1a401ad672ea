"""The cases and expected values of the official encoders, and records like those of PromptStream."""

import json
from pathlib import Path

import numpy as np

FIXTURES = Path(__file__).resolve().parents[3] / "encoder/src/test/resources/fixtures"
LABELS = {0: "BACKGROUND", 1: "FOREGROUND"}


def cases(family):
    """Yields the event, the sparse and the dense embedding of each prompt that can be on the wire."""
    directory = FIXTURES / family
    for case in json.loads((directory / "cases.json").read_text())["cases"]:
        labels = case.get("labels", [[]] * case["batch"])
        if any(label == -1 for row in labels for label in row):
            continue
        sparse = np.load(directory / case["sparse"])
        for i in range(case["batch"]):
            yield event(case, i, directory), sparse[i], dense(case, i, directory)


def event(case, i, directory):
    points = zip(case["points"][i], case["labels"][i]) if "points" in case else ()
    size, box, mask = case["image_size"], None, None
    if "boxes" in case:
        box = dict(zip(("x_min", "y_min", "x_max", "y_max"), case["boxes"][i]))
    if "masks" in case:
        logits = np.load(directory / case["masks"]).reshape(-1, 256, 256)[i]
        mask = {"data_type": "FLOAT32", "height": 256, "width": 256, "logits": logits.astype("<f4").tobytes()}
    return {
        "prompt_id": f"{case['name']}[{i}]",
        "image_id": case["name"],
        "image_size": size and {"height": size[0], "width": size[1]},
        "points": [{"x": x, "y": y, "label": LABELS[label]} for (x, y), label in points],
        "box": box,
        "mask": mask,
    }


def dense(case, i, directory):
    """Returns the steps of rows and columns at which the embedding is known, and its values."""
    if case["dense"].startswith("no_mask"):
        return (1, 1), np.load(directory / "expected/no_mask.npy").reshape(256, 1, 1)
    steps = (1, 1) if case["dense_sampling"] == "all" else (7, 5)
    return steps, np.load(directory / case["dense"])[i]


def tensor(values, data_type="FLOAT32"):
    """Returns a tensor as in a record. BFLOAT16 is the upper half of a float32."""
    values = np.asarray(values, "<f4")
    data = {
        "FLOAT32": lambda: values,
        "FLOAT16": lambda: values.astype("<f2"),
        "BFLOAT16": lambda: (values.view("<u4") >> 16).astype("<u2"),
    }[data_type]()
    return {"data_type": data_type, "shape": list(values.shape), "data": data.tobytes()}


RANDOM = np.random.default_rng(1)
WEIGHT, BIAS = RANDOM.standard_normal((256, 16), "f4"), RANDOM.standard_normal(256, "f4")


def card(model_id="model", family="sam", grid=64):
    return {
        "model_id": model_id,
        "family": family,
        "source": "test",
        "input_size": grid * 16,
        "grid_size": grid,
        "mask_input_size": grid * 4,
        "embedding_width": 256,
        "positional_encoding_gaussian_matrix": tensor(RANDOM.standard_normal((2, 128), "f4")),
        "no_mask_embed": tensor(BIAS),
        "projection": {"weight": tensor(WEIGHT), "bias": tensor(BIAS)},
    }


def records(prompt_id, model_id="model", tokens=2, mask=None, data_type="FLOAT32", image_id="image"):
    """Returns a sparse and a dense record. Without a mask [16, 64, 64], the dense one has NO_MASK."""
    ids = {"prompt_id": prompt_id, "image_id": image_id, "model_id": model_id, "image_size": None}
    values = np.full((tokens, 256), tokens, "f4")
    projection = {"weight": tensor(WEIGHT), "bias": tensor(BIAS)}
    dense = {
        "shape": [256, 64, 64],
        "encoding": "NO_MASK" if mask is None else "FACTORED",
        "values": tensor(BIAS if mask is None else mask, data_type),
        "projection": None if mask is None else projection,
    }
    return {**ids, "embedding": tensor(values, data_type)}, {**ids, **dense}


def take(batches, count):
    """Returns batches with at least this many prompts, or what comes before the iterator ends."""
    taken = []
    for batch in batches:
        taken.append(batch)
        count -= len(batch)
        if count <= 0:
            break
    return taken


def ids(batches):
    return [prompt.prompt_id for batch in batches for prompt in batch.prompts]
