"""Times SAM's prompt encoder in plain PyTorch, the baseline of the GPU check.

Reads one task per line from standard input, "points N" or "masks K factored|full", and prints the seconds
of one call, including copies to and from the device, all in float32. As in PromptStream, the tokens of a
window are one flat batch.
"""

import argparse
import statistics
import sys
import time

import torch
from torch.nn import functional

FRAME = 1024
MASK_SIDE = 256
SECONDS = 0.5


class PromptEncoder:
    def __init__(self, checkpoint, device):
        state = torch.load(checkpoint, map_location="cpu")
        prefix = "prompt_encoder."
        weights = {n[len(prefix) :]: w.to(device) for n, w in state.items() if n.startswith(prefix)}
        self.gaussian = weights["pe_layer.positional_encoding_gaussian_matrix"]
        self.labels = torch.cat(
            [weights["not_a_point_embed.weight"]]
            + [weights[f"point_embeddings.{i}.weight"] for i in range(4)]
        )
        self.mask = {n: w for n, w in weights.items() if n.startswith("mask_downscaling.")}

    def points(self, coordinates, labels):
        """Takes [M, 2] and [M], returns [M, 256]."""
        unit = (coordinates + 0.5) / FRAME
        angles = 2 * torch.pi * ((2 * unit - 1) @ self.gaussian)
        encoding = torch.cat([angles.sin(), angles.cos()], dim=-1)
        encoding = torch.where((labels == -1).unsqueeze(-1), torch.zeros_like(encoding), encoding)
        return encoding + self.labels[labels + 1]

    def masks(self, logits, full):
        """Takes [K, 1, 256, 256], returns [K, 256, 64, 64], or [K, 16, 64, 64] if not full."""
        x = self.convolution(logits, 0, stride=2)
        x = functional.gelu(self.layer_norm(x, 1))
        x = self.convolution(x, 3, stride=2)
        x = functional.gelu(self.layer_norm(x, 4))
        return self.convolution(x, 6, stride=1) if full else x

    def convolution(self, x, layer, stride):
        name = f"mask_downscaling.{layer}."
        return functional.conv2d(x, self.mask[name + "weight"], self.mask[name + "bias"], stride=stride)

    def layer_norm(self, x, layer):
        """Normalizes the channels at each position; epsilon is inside the root."""
        name = f"mask_downscaling.{layer}."
        mean = x.mean(1, keepdim=True)
        variance = (x - mean).pow(2).mean(1, keepdim=True)
        scaled = (x - mean) / torch.sqrt(variance + 1e-6)
        return self.mask[name + "weight"][:, None, None] * scaled + self.mask[name + "bias"][:, None, None]


def call(encoder, task, device):
    kind, count, *form = task.split()
    random = torch.Generator().manual_seed(1)
    if kind == "points":
        coordinates = torch.rand(int(count), 2, generator=random) * FRAME
        labels = torch.randint(-1, 2, (int(count),), generator=random)
        return lambda: encoder.points(coordinates.to(device), labels.to(device)).cpu()
    logits = torch.randn(int(count), 1, MASK_SIDE, MASK_SIDE, generator=random) * 6
    return lambda: encoder.masks(logits.to(device), form[0] == "full").cpu()


def seconds(function):
    for _ in range(3):
        function()
    times = []
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times) < 3:
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint")
    parser.add_argument("device", help="cuda, cuda:N or cpu")
    arguments = parser.parse_args()
    # PromptStream computes in float32 throughout.
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.set_num_threads(1)
    encoder = PromptEncoder(arguments.checkpoint, arguments.device)
    name = torch.cuda.get_device_name(arguments.device) if arguments.device.startswith("cuda") else "CPU"
    print(f"PyTorch {torch.__version__} on {name}", flush=True)
    with torch.inference_mode():
        for task in sys.stdin:
            print(seconds(call(encoder, task, arguments.device)), flush=True)


if __name__ == "__main__":
    main()
