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
    """Keeps the first error that does not end by itself, until it is raised."""

    _first: Any = None

    def __call__(self, error: Any) -> None:
        """Is librdkafka's error callback, which also reports errors that librdkafka overcomes."""
        if error.fatal() or _denied(error):
            self.keep(error)

    def keep(self, error: Any) -> None:
        if error.code() != KafkaError._MAX_POLL_EXCEEDED:
            self._first = self._first or error

    def raise_first(self) -> None:
        error, self._first = self._first, None
        if error:
            raise (AccessError if _denied(error) else ServiceError)(f"{error.str()} ({error.name()})")


def _denied(error: Any) -> bool:
    return any(word in error.name() for word in ("AUTHENTICATION", "AUTHORIZATION", "_SSL"))
