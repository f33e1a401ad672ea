"""Encodes one-point prompts with librdkafka and SAM's prompt encoder in PyTorch, without Avro.

Arguments: events of a batch, bootstrap servers, consumer group, input topic, sparse topic, dense topic,
and NAME=VALUE settings of the producer. An event is 5 little-endian float32: x, y, label (1 is
foreground, 0 background), image height and width. A sparse record is the point and SAM's padding,
[2, 256] float32; a dense record is the embedding of a prompt without a mask, [256] float32.
"""

import os
import sys
import threading

import confluent_kafka
import torch

FRAME = 1024
WIDTH = 256
FEATURES = 5
BYTES = 4


class PromptEncoder:
    """SAM's prompt encoder for points, with random weights."""

    def __init__(self):
        random = torch.Generator().manual_seed(42)
        self.gaussian = torch.randn(2, WIDTH // 2, generator=random)
        self.not_a_point = torch.randn(WIDTH, generator=random)
        self.labels = torch.randn(2, WIDTH, generator=random)
        self.no_mask = torch.randn(WIDTH, generator=random)

    def sparse(self, events):
        """Takes [N, 5], returns [N, 2, 256]."""
        size = events[:, 3:]
        scaled = torch.floor(size * (FRAME / size.max(dim=1, keepdim=True).values) + 0.5)
        points = events[:, :2] * (scaled / size).flip(1) + 0.5
        # The padding of a prompt without a box: a point with label -1.
        points = torch.stack([points, torch.zeros_like(points)], dim=1)
        labels = torch.stack([events[:, 2], torch.full_like(events[:, 2], -1)], dim=1)
        angles = 2 * torch.pi * ((2 * (points / FRAME) - 1) @ self.gaussian)
        encoding = torch.cat([angles.sin(), angles.cos()], dim=-1)
        encoding[labels == -1] = 0
        encoding[labels == -1] += self.not_a_point
        encoding[labels == 0] += self.labels[0]
        encoding[labels == 1] += self.labels[1]
        return encoding


def poll(consumer, batch):
    """Returns one message and up to batch - 1 more that have been fetched already."""
    first = consumer.poll(1)
    messages = [] if first is None else [first]
    if messages and batch > 1:
        messages += consumer.consume(batch - 1, 0)
    for message in messages:
        if message.error():
            raise confluent_kafka.KafkaException(message.error())
    return messages


def send(producer, topic, message, value):
    while True:
        try:
            headers = message.headers()
            producer.produce(topic, value, message.key(), message.partition(), headers=headers)
            return
        except BufferError:
            producer.poll(0.1)


def exit_with_parent():
    sys.stdin.read()
    os._exit(0)


def main():
    batch, servers, group, source, sparse_topic, dense_topic, *settings = sys.argv[1:]
    threading.Thread(target=exit_with_parent, daemon=True).start()
    torch.set_num_threads(1)
    encoder = PromptEncoder()
    dense = encoder.no_mask.numpy().tobytes()
    producer = confluent_kafka.Producer(
        {"bootstrap.servers": servers, **dict(setting.split("=", 1) for setting in settings)}
    )
    consumer = confluent_kafka.Consumer(
        {"bootstrap.servers": servers, "group.id": group, "auto.offset.reset": "earliest"}
    )
    consumer.subscribe([source])
    print("to parent: running", flush=True)
    with torch.inference_mode():
        while True:
            messages = poll(consumer, int(batch))
            if not messages:
                continue
            values = bytearray(b"".join([message.value() for message in messages]))
            events = torch.frombuffer(values, dtype=torch.float32).view(-1, FEATURES)
            results = encoder.sparse(events).numpy().tobytes()
            length = 2 * WIDTH * BYTES
            for index, message in enumerate(messages):
                send(producer, sparse_topic, message, results[index * length : (index + 1) * length])
                send(producer, dense_topic, message, dense)
            producer.poll(0)


if __name__ == "__main__":
    main()
