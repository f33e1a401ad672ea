"""Passwords and certificates, with a broker that requires SASL and TLS, which PythonReaderIT starts."""

import os
import ssl
import uuid

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from promptstream import AccessError, EmbeddingReader, PromptProducer, SchemaRegistry, ServiceError

pytestmark = pytest.mark.skipif("SECURED_REGISTRY" not in os.environ, reason="only with PythonReaderIT")


def registry(password):
    context = ssl.create_default_context(cafile=os.environ["SECURED_CERTIFICATE"])
    return SchemaRegistry(os.environ["SECURED_REGISTRY"], (os.environ["SECURED_USER"], password), context)


def brokers(password):
    return {
        "security.protocol": "SASL_SSL",
        # Not SCRAM: librdkafka before 2.6.1 fails with the brokers of Kafka 4.
        "sasl.mechanism": "PLAIN",
        "sasl.username": os.environ["SECURED_USER"],
        "sasl.password": password,
        "ssl.ca.location": os.environ["SECURED_CERTIFICATE"],
    }


def reader(config, topics):
    address, group = os.environ["SECURED_BOOTSTRAP_SERVERS"], uuid.uuid4().hex
    schemas = registry(os.environ["SECURED_REGISTRY_PASSWORD"])
    return EmbeddingReader(address, schemas, group, topics=topics, config=config, timeout=10)


def test_the_right_passwords_are_accepted():
    config = brokers(os.environ["SECURED_PASSWORD"])
    schemas = registry(os.environ["SECURED_REGISTRY_PASSWORD"])
    address = os.environ["SECURED_BOOTSTRAP_SERVERS"]
    admin = AdminClient({**config, "bootstrap.servers": address})
    admin.create_topics([NewTopic("python-events", 1, 1)])["python-events"].result(30)
    with PromptProducer(address, schemas, "python-events", config=config) as producer:
        producer.send({"prompt_id": "p", "image_id": "i"})
    with pytest.raises(ServiceError, match="no topic missing"):
        reader(config, ("python-events", "python-events", "missing"))


def test_a_wrong_password_of_the_broker_is_an_error():
    with pytest.raises(AccessError, match="(?i)authentication") as raised:
        reader(brokers("wrong-secret"), ("a", "b", "c"))
    assert "wrong-secret" not in str(raised.value)


def test_a_producer_with_a_wrong_password_fails():
    schemas = registry(os.environ["SECURED_REGISTRY_PASSWORD"])
    address, config = os.environ["SECURED_BOOTSTRAP_SERVERS"], brokers("wrong-secret")
    producer = PromptProducer(address, schemas, "python-events", config=config)
    producer.send({"prompt_id": "p", "image_id": "i"})
    with pytest.raises(AccessError, match="(?i)authentication"):
        producer.flush()


def test_a_missing_certificate_is_an_error():
    config = brokers(os.environ["SECURED_PASSWORD"])
    del config["ssl.ca.location"]
    with pytest.raises(AccessError, match="(?i)ssl|certificate"):
        reader(config, ("a", "b", "c"))


def test_a_wrong_password_of_the_registry_is_an_error():
    with pytest.raises(AccessError, match="status 401"):
        registry("wrong-secret").decode("ModelCard", b"\0\0\0\0\1")


def test_an_untrusted_registry_is_an_error():
    with pytest.raises(AccessError, match="CERTIFICATE"):
        SchemaRegistry(os.environ["SECURED_REGISTRY"]).decode("ModelCard", b"\0\0\0\0\1")
