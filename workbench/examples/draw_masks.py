#!/usr/bin/env python3
"""Draws the masks in the directory `masks`: low-resolution logits such as a SAM mask decoder returns
for a previous prompt, [1, 256, 256] float16 in the model frame.

A shape is given in pixels of its image, as the union of rounded boxes (x_min, y_min, x_max, y_max,
radius). Its signed distance, positive inside, becomes logits between -20 and 20 with a soft edge; where
the model frame lies outside the image they are -24.
"""

import pathlib

import numpy as np

FRAME = 1024
SIDE = 256

IMAGES = {
    "truck": (1200, 1800, [
        (75, 560, 1725, 770, 45),  # body
        (330, 290, 900, 620, 70),  # cab
        (880, 500, 1720, 700, 30),  # bed
        (425, 600, 700, 875, 137.5),  # front wheel
        (1375, 550, 1650, 800, 125),  # rear wheel
    ]),
    "window": (1200, 1800, [(425, 325, 605, 440, 25)]),
    "wheel": (1200, 1800, [(425, 600, 700, 875, 137.5)]),
    "person": (4032, 3024, [
        (1280, 620, 1760, 1220, 240),  # head
        (1050, 1180, 1990, 2500, 200),  # trunk
        (1130, 2350, 1500, 3820, 120),  # legs
        (1560, 2350, 1930, 3820, 120),
    ]),
}


def signed_distance(x, y, box):
    """Distance to the edge of a rounded box, positive inside, in the unit of its arguments."""
    x_min, y_min, x_max, y_max, radius = box
    dx = np.abs(x - (x_min + x_max) / 2) - (x_max - x_min) / 2 + radius
    dy = np.abs(y - (y_min + y_max) / 2) - (y_max - y_min) / 2 + radius
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    return radius - outside - np.minimum(np.maximum(dx, dy), 0)


def logits(height, width, boxes):
    scale = FRAME / max(height, width)
    frame = (np.arange(SIDE) + 0.5) * FRAME / SIDE  # the pixels' centres
    x, y = np.meshgrid(frame / scale, frame / scale)
    distance = np.maximum.reduce([signed_distance(x, y, box) for box in boxes]) * scale
    values = 20 * np.tanh(distance / 40)
    inside = (x <= width) & (y <= height)
    return np.where(inside, values, -24).astype("<f2")[np.newaxis]


def main():
    directory = pathlib.Path(__file__).parent / "masks"
    directory.mkdir(exist_ok=True)
    for name, image in IMAGES.items():
        np.save(directory / f"{name}.npy", logits(*image))


if __name__ == "__main__":
    main()
