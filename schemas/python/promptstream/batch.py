"""Batches of prompts as the inputs of a mask decoder."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np

from .errors import RecordError
from .pairing import Half, Prompt

_TYPES = {"FLOAT32": np.dtype("<f4"), "FLOAT16": np.dtype("<f2"), "BFLOAT16": np.dtype("<u2")}
_ONE = {"FLOAT32": b"\0\0\x80\x3f", "FLOAT16": b"\0\x3c", "BFLOAT16": b"\x80\x3f"}


class Arrays:
    """Makes arrays from tensors of records: numpy's, or torch's on a device."""

    def __init__(self, device: Any | None = None, dtype: str = "float32"):
        if device is None and dtype not in ("float32", "float16"):
            raise ValueError(f"numpy has no {dtype}; choose float32 or float16, or a device, which is torch's.")
        self.device, self._torch = device, None if device is None else import_module("torch")
        self._dtype = getattr(self._torch or np, dtype)

    def stack(self, tensors: Sequence[dict[str, Any]], ones: bool = False) -> Any:
        """Copies tensors of one type and shape to one array [len(tensors), *shape]. Appends a row of ones to each."""
        kind, (rows, *rest) = tensors[0]["data_type"], tensors[0]["shape"]
        row = [_ONE[kind] * math.prod(rest)] if ones else []
        parts = [part for tensor in tensors for part in (tensor["data"], *row)]
        shape = len(tensors), rows + len(row), *rest
        data = np.frombuffer(bytearray().join(parts), _TYPES[kind]).reshape(shape)
        if kind != "BFLOAT16":
            return self.array(data)
        if self._torch:
            return self.array(self._torch.as_tensor(data.view("<i2")).view(self._torch.bfloat16))
        return self.array((data.astype("<u4") << 16).view("<f4"))

    def array(self, values: Any) -> Any:
        if self._torch:
            return self._torch.as_tensor(values).to(self.device, self._dtype)
        return values.astype(self._dtype, copy=False)


class Model:
    """A model card, and what a mask decoder needs of it as arrays."""

    def __init__(self, card: dict[str, Any], arrays: Arrays):
        self.card, self.arrays = card, arrays
        width, grid = card["embedding_width"], card["grid_size"]
        self.dense_shape = width, grid, grid
        gaussian, projection = card["positional_encoding_gaussian_matrix"], card["projection"]
        self._channels = projection["weight"]["shape"][-1:]
        _check("Its card's positional_encoding_gaussian_matrix", gaussian, (2, width // 2))
        _check("Its card's weight", projection["weight"], (width, *self._channels))
        _check("Its card's bias", projection["bias"], (width,))
        self.image_pe = arrays.array(_positional_encoding(Arrays().stack([gaussian])[0], grid))
        # On the CPU, numpy: its large arrays are in huge pages. A product of 16-bit numbers would be less exact.
        self.exact = Arrays(None if str(arrays.device).startswith("cpu") else arrays.device)
        parts = (Arrays().stack([projection[name]]).reshape(width, -1) for name in ("weight", "bias"))
        self.weight = self.exact.array(np.concatenate([*parts], axis=1)[None])

    def tensor(self, record: dict[str, Any]) -> dict[str, Any]:
        """Returns the tensor of a sparse or dense embedding. Raises RecordError unless it fits to the card."""
        if "embedding" in record:
            tensor = record["embedding"]
            return _check("Its embedding", tensor, (*tensor["shape"][:1], self.dense_shape[0]))
        if tuple(record["shape"]) != self.dense_shape:
            raise RecordError(f"It has shape {record['shape'][:9]}; its card says {self.dense_shape}.")
        width, *grid = self.dense_shape
        shapes = {"NO_MASK": (width,), "FACTORED": (*self._channels, *grid), "FULL": self.dense_shape}
        return _check(f"Its {record['encoding']} values", record["values"], shapes.get(record["encoding"], ()))


def _check(name: str, tensor: dict[str, Any], shape: Sequence[int]) -> dict[str, Any]:
    kind, found, size = tensor["data_type"], tensor["shape"], len(tensor["data"])
    if kind not in _TYPES or tuple(found) != tuple(shape) or size != math.prod(shape) * _TYPES[kind].itemsize:
        raise RecordError(f"{name} needs shape {list(shape)}, but has shape {found[:9]}, {kind}, {size} bytes.")
    return tensor


def _positional_encoding(gaussian: Any, grid: int) -> Any:
    """Returns get_dense_pe() of the official prompt encoder, also in float32: [1, width, grid, grid]."""
    centers = 2 * ((np.arange(grid, dtype="f4") + np.float32(0.5)) / np.float32(grid)) - 1
    # Not a matrix product: with its fused additions, angles round differently from those of torch.
    x, y = (c[..., None] for c in np.meshgrid(centers, centers))
    angles = np.float32(2 * np.pi) * (x * gaussian[0] + y * gaussian[1])
    encoding = np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)
    return np.ascontiguousarray(encoding.transpose(2, 0, 1)[None])


class Batch:
    """Prompts of one model with equally many tokens, as the inputs of segment_anything's MaskDecoder.forward.

    sparse [B, tokens, 256]: sparse_prompt_embeddings
    dense [B, 256, 64, 64]: dense_prompt_embeddings; without masks a view that is not to be written to
    image_pe [1, 256, 64, 64]: image_pe
    card: the model's ModelCard; prompts: the ids of each row
    """

    def __init__(self, model: Model, pairs: Sequence[tuple[Half, Half]]):
        self._model, self._pairs = model, pairs
        self.card, self.image_pe = model.card, model.image_pe
        self.prompts: list[Prompt] = [sparse.prompt for sparse, _ in pairs]

    def __len__(self) -> int:
        return len(self._pairs)

    @cached_property
    def sparse(self) -> Any:
        return self._model.arrays.stack([sparse.tensor for sparse, _ in self._pairs])

    @cached_property
    def dense(self) -> Any:
        model, shape = self._model, (len(self), *self._model.dense_shape)
        tensors, encoding = [dense.tensor for _, dense in self._pairs], self._pairs[0][1].group[1]
        if encoding == "FACTORED":
            # The bias is the weight of the ones.
            values = model.exact.stack(tensors, ones=True)
            dense = model.weight @ values.reshape(len(self), model.weight.shape[2], -1)
            return model.arrays.array(dense.reshape(shape))
        values = model.arrays.stack(tensors)
        if encoding == "FULL":
            return values
        values = values[:, :, None, None]
        return values.expand(shape) if hasattr(values, "expand") else np.broadcast_to(values, shape)
