"""A broker, a registry and PromptStream, as `./promptstream local` starts them, for all tests.

PROMPTSTREAM is the command to start them; the default is the launcher of this checkout.
"""

import os
import re
import shlex
import signal
import subprocess
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
from reference import FIXTURES

from promptstream import EmbeddingReader, SchemaRegistry, registry

REPOSITORY = Path(__file__).resolve().parents[3]
COMMAND = shlex.split(os.environ.get("PROMPTSTREAM", str(REPOSITORY / "promptstream")))
START_SECONDS = 300


def pytest_report_header():
    return f"Avro by {'fastavro' if registry.fastavro else 'Apache avro'}"


@contextmanager
def process(log, *arguments):
    with open(log, "wb") as out:
        started = subprocess.Popen([*COMMAND, *arguments], stdout=out, stderr=out, start_new_session=True)
    try:
        yield started
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGTERM)
            started.wait(60)


def await_text(started, log, pattern):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and started.poll() is None:
        found = re.search(pattern, log.read_text(), re.M | re.S)
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(log.read_text())


class Services:
    def __init__(self, bootstrap_servers, registry_url):
        self.bootstrap_servers, self.registry_url = bootstrap_servers, registry_url
        self.admin = AdminClient({"bootstrap.servers": bootstrap_servers})

    def reader(self, topics, **options):
        options = {"group_id": uuid.uuid4().hex, "timeout": 60, "topics": topics, **options}
        options["config"] = {"auto.commit.interval.ms": 100, **options.get("config", {})}
        return EmbeddingReader(self.bootstrap_servers, self.registry_url, **options)


class Stream:
    """Three new topics of embeddings and cards, and a producer that writes any records to them."""

    def __init__(self, services, partitions):
        name = uuid.uuid4().hex[:8]
        self.services = services
        self.topics = f"sparse-{name}", f"dense-{name}", f"models-{name}"
        counts = *partitions, 1
        new = [NewTopic(topic, count, 1) for topic, count in zip(self.topics, counts)]
        for created in services.admin.create_topics(new).values():
            created.result(30)
        while not set(self.topics) <= services.admin.list_topics(timeout=30).topics.keys():
            time.sleep(0.05)
        self.registry = SchemaRegistry(services.registry_url)
        self.producer = Producer({"bootstrap.servers": services.bootstrap_servers, "linger.ms": 0})
        self.producer.list_topics(timeout=30)

    def reader(self, **options):
        return self.services.reader(self.topics, **options)

    def write(self, number, record, offset=0, partition=0, value=None, headers=None, flush=True):
        """Writes a record to the topic with this number. `offset` is that of its event."""
        topic, name = self.topics[number], ("SparseEmbedding", "DenseEmbedding", "ModelCard")[number]
        value = self.registry.encode(name, topic, record) if value is None else value
        headers = {"promptstream.offset": str(offset)} if headers is None else headers
        self.producer.produce(topic, value, b"key", partition, headers=headers)
        assert not flush or self.producer.flush(30) == 0

    def pair(self, sparse, dense, offset, partition=0):
        self.write(0, sparse, offset, partition, flush=False)
        self.write(1, dense, offset, partition)


@pytest.fixture(scope="session")
def logs(tmp_path_factory):
    return tmp_path_factory.mktemp("logs")


@pytest.fixture(scope="session")
def services(logs):
    """Starts the second application, too, while the first tests run."""
    checkpoint = str(FIXTURES / "sam" / "sam_vit_like.pth")
    log = logs / "local.log"
    ports = "--kafka-port", "0", "--registry-port", "0"
    with process(log, "local", *ports, "--checkpoint", checkpoint) as started:
        addresses = r"^broker +(\S+)$.*^schema registry +(\S+)$.*Stop with Ctrl-C"
        found = Services(*await_text(started, log, addresses).groups())
        with sam2_application(found, logs) as second:
            found.sam2 = second
            yield found


def sam2_application(services, logs):
    """An application with a checkpoint of another family and with sessions, on the same broker."""
    kinds = ("input", "actions", "sparse", "dense", "models", "errors")
    settings = {
        "application.id": "sam2",
        "bootstrap.servers": services.bootstrap_servers,
        "schema.registry.url": services.registry_url,
        "promptstream.checkpoint": FIXTURES / "sam2" / "sam2_like.pt",
        "promptstream.topics.create": "true",
        "promptstream.warmup.ms": "0",
        "promptstream.sessions": "true",
        "state.dir": logs / "state",
        **{f"promptstream.{kind}.topic": f"sam2-{kind}" for kind in kinds},
    }
    config = logs / "sam2.properties"
    config.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    return process(logs / "sam2.log", "run", "--config", str(config))


@pytest.fixture(scope="session")
def sam_topics(services):
    return "prompt-events", ("sparse-embeddings", "dense-embeddings", "prompt-encoder-models")


@pytest.fixture(scope="session")
def sam2_topics(services, logs):
    topics = {f"sam2-{kind}" for kind in ("input", "actions", "sparse", "dense", "models")}
    deadline = time.monotonic() + START_SECONDS
    while not topics <= services.admin.list_topics(timeout=30).topics.keys():
        assert services.sam2.poll() is None and time.monotonic() < deadline, (logs / "sam2.log").read_text()
        time.sleep(0.1)
    return "sam2-input", ("sam2-sparse", "sam2-dense", "sam2-models")


@pytest.fixture
def stream(services):
    return Stream(services, (1, 1))
