"""Celery's queue in the project's own PostgreSQL: kombu's pgmq transport, made to work on Django's connections.

What it adds:

* A message sent inside `transaction.atomic()` is part of that transaction: rolled back, it was never sent.
* The connection is whatever Django's is: the embedded server, a socket, TLS options.
* The acknowledgement that fails gives its prefetch slot back and makes the consumer connect anew. kombu's
  own keeps the slot for ever; with all slots lost a worker lives on and takes no task.
* Queue names of any length (PGMQ's own limit is 47 characters).
* No table is changed at run time if the queue is there: a sender in a long transaction would block it.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError, connection
from kombu.transport import pgmq
from pgmq import PGMQueue

from tracker import queues
from tracker.backends import conninfo

NAME_LENGTH = 47
CONNECTION_ERRORS = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)


class DjangoConnections:
    """What the pgmq client takes for its pool: the present thread's Django connection."""

    @contextmanager
    def connection(self) -> Iterator[Any]:
        try:
            connection.ensure_connection()
            yield connection.connection
        except CONNECTION_ERRORS:
            if not connection.in_atomic_block:
                connection.close()  # the next use opens another
            raise


class Client(PGMQueue):
    """The pgmq client without a pool or settings of its own."""

    # Django leaves JSON to its fields, so it comes as text here.
    _json_parser = staticmethod(json.loads)

    def __init__(self) -> None:
        super().__init__(pool=DjangoConnections(), conn_string=None, init_extension=False)


class Channel(pgmq.Channel):
    """kombu's channel with the repairs named above."""

    def canonical_queue_name(self, queue_name: str) -> str:
        name: str = super().canonical_queue_name(queue_name)
        if len(name) <= NAME_LENGTH:
            return name
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        return f"{name[: NAME_LENGTH - 9]}_{digest}"

    @cached_property
    def pgmq(self) -> PGMQueue:
        """The client; also of a channel already closed, so that a task that ends late is acknowledged."""
        return Client()

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        self._settle(delivery_tag, lambda: super(Channel, self).basic_ack(delivery_tag, multiple))

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        self._settle(delivery_tag, lambda: super(Channel, self).basic_reject(delivery_tag, requeue))

    def _settle(self, delivery_tag: str, settle: Callable[[], None]) -> None:
        try:
            settle()
        except CONNECTION_ERRORS:
            self.qos.ack(delivery_tag)
            if self.connection is not None:  # None: of a consumer that has connected anew already
                self.connection.is_broken = True
            raise

    def _pgmq_send_kwargs(self, message: dict[str, Any]) -> dict[str, Any]:
        # There is no send_topic(key, message, headers) without a delay.
        return {"delay": 0, **super()._pgmq_send_kwargs(message)}

    def _new_queue(self, queue: str, **kwargs: Any) -> None:
        with DjangoConnections().connection() as raw:
            queues.create(raw, self._queue_name(queue))

    def _maybe_enable_notify(self, queue: str, queue_name: str | None = None) -> None:
        self.connection._register_notify_queue(queue_name or self._queue_name(queue))


class Transport(pgmq.Transport):
    """kombu's transport on Django's connections, which reports a lost acknowledgement to its consumer."""

    Channel = Channel
    connection_errors = (*pgmq.Transport.connection_errors, OperationalError, InterfaceError)
    is_broken = False

    def establish_connection(self) -> Any:
        try:
            return super().establish_connection()
        except psycopg.ProgrammingError as error:
            raise ImproperlyConfigured(f"The queue is missing: run migrate ({error}).") from error

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:
        if self.is_broken:
            self.is_broken = False
            raise psycopg.OperationalError("an acknowledgement was lost: connect anew")
        super().drain_events(connection, timeout)

    def _create_pgmq_client(self) -> PGMQueue:
        return Client()

    def _get_notify_waiter(self) -> Any:
        if not self._notify_waiter:
            self._notify_waiter: Any = pgmq._NotifyWaiter(conninfo(connection.settings_dict))
        return self._notify_waiter
