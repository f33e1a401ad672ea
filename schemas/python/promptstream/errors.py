"""The exceptions of this package, and how errors of librdkafka become exceptions."""

from __future__ import annotations

from typing import Any

from confluent_kafka import KafkaError


class PromptStreamError(Exception):
    """The superclass of all exceptions of this package."""


class ServiceError(PromptStreamError):
    """Brokers or registry cannot be reached, fail, or have no such topic. The next call continues where this stopped."""


class AccessError(ServiceError):
    """Brokers or registry refuse a password or certificate, or deny access."""


class RecordError(PromptStreamError):
    """A record is damaged, of another type or model than expected, or has no model card that fits to it."""


class KafkaErrors:
    """Keeps the first error that does not end by itself. librdkafka only reports such errors, and retries."""

    def __init__(self) -> None:
        self._first: Any = None

    def __call__(self, error: Any) -> None:
        if self._first is None and (error.fatal() or _denied(error)):
            self._first = error

    def raise_if(self, error: Any = None) -> None:
        """Raises the first kept error, or else this one unless it is None or transient."""
        found = self._first or error
        if found and not found.retriable() and found.code() != KafkaError._MAX_POLL_EXCEEDED:
            kind = AccessError if _denied(found) else ServiceError
            raise kind(f"{found.str()} ({found.name()})")


def _denied(error: Any) -> bool:
    return any(word in error.name() for word in ("AUTHENTICATION", "AUTHORIZATION", "_SSL"))
