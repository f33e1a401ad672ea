"""Compares the reader with a bare loop that consumes both topics and decodes with the same Avro library.

Writes click pairs to new topics of a running broker and registry, and prints pairs a second of CPU time of
this process; librdkafka's threads count too. Then prints how long a masked prompt takes in a batch of 16.
"""

import argparse
import io
import json
import sys
import time
import uuid
from pathlib import Path

import numpy as np
from confluent_kafka import Consumer

sys.path.insert(0, str(Path(__file__).parent / "tests"))
from conftest import Services, Stream
from reference import RANDOM, card, records, tensor

from promptstream import registry
from promptstream.batch import Arrays, Batch, Model
from promptstream.pairing import Half

if not registry.fastavro:
    import avro.io
    import avro.schema

ROUNDS = 9
WARM_UP = 200


def write(services, count):
    stream = Stream(services, (1, 1))
    stream.write(2, card())
    pairs = [records(f"prompt-{i}", image_id=f"image-{i % 97}") for i in range(count)]
    for number, name in enumerate(("SparseEmbedding", "DenseEmbedding")):
        for offset, pair in enumerate(pairs):
            value = stream.registry.encode(name, stream.topics[number], pair[number])
            headers = {"promptstream.offset": str(offset)}
            stream.producer.produce(stream.topics[number], value, b"key", 0, headers=headers)
            stream.producer.poll(0)
        stream.producer.flush()
    return stream


def bare(stream):
    """Decodes as simply as possible, without names, pairs, checks or arrays. Yields the number of records."""
    settings = {"group.id": uuid.uuid4().hex, "auto.offset.reset": "earliest"}
    consumer = Consumer({"bootstrap.servers": stream.services.bootstrap_servers, **settings})
    consumer.subscribe(list(stream.topics[:2]))
    names = dict(zip(stream.topics, ("SparseEmbedding", "DenseEmbedding")))
    read = {topic: bare_reader(registry.schema(name)) for topic, name in names.items()}
    while True:
        messages = consumer.consume(128, 1)
        for message in messages:
            read[message.topic()](io.BytesIO(message.value()[5:]))
        yield len(messages)


def bare_reader(schema):
    if registry.fastavro:
        return registry.reader(schema, schema)
    parsed = avro.schema.parse(json.dumps(schema))
    datum = avro.io.DatumReader(parsed, parsed)
    return lambda stream: datum.read(avro.io.BinaryDecoder(stream))


def reader(stream):
    with stream.reader() as embeddings:
        for batch in embeddings.batches():
            batch.sparse, batch.dense
            yield 2 * len(batch)


def pairs_per_second(loop, stream, pairs):
    running, records = loop(stream), 0
    # Without the start: joining the group, schemas, the card.
    while not next(running):
        pass
    start = time.process_time()
    while records < 2 * (pairs - WARM_UP):
        records += next(running)
    rate = records / 2 / (time.process_time() - start)
    running.close()
    return rate


def milliseconds_per_mask(device):
    arrays = Arrays(device)
    model, mask = Model(card(), arrays), RANDOM.standard_normal((16, 64, 64), "f4")
    half = Half(None, 0, 0, None, ("model", "FACTORED"), tensor(mask))
    times = []
    for _ in range(10):
        start = time.perf_counter()
        Batch(model, [(half, half)] * 16).dense
        times.append((time.perf_counter() - start) / 16 * 1000)
    return min(times), np.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap-servers", required=True)
    parser.add_argument("--registry", required=True)
    parser.add_argument("--pairs", type=int, default=5000)
    arguments = parser.parse_args()
    services = Services(arguments.bootstrap_servers, arguments.registry)
    stream = write(services, arguments.pairs)
    rates = {loop: [] for loop in (bare, reader)}
    for _ in range(ROUNDS):
        for loop, results in rates.items():
            results.append(pairs_per_second(loop, stream, arguments.pairs))
    library = "fastavro" if registry.fastavro else "avro"
    medians = {loop.__name__: np.median(results) for loop, results in rates.items()}
    print(f"{library}: bare loop {medians['bare']:,.0f} pairs/s, reader {medians['reader']:,.0f} pairs/s")
    print(f"the reader costs {medians['bare'] / medians['reader']:.2f} times the bare loop")
    for device in (None, "cpu"):
        least, median = milliseconds_per_mask(device)
        print(f"{device or 'numpy'}: {median:.2f} ms a mask in a batch of 16, at least {least:.2f} ms")


if __name__ == "__main__":
    main()
