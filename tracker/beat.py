"""Celery's beat, of which any number may run: only the one that holds the lock sends.

The lock is PostgreSQL's and belongs to a connection: when the holder dies, the next one takes over.
"""

import logging
from typing import Any

from celery import beat
from django.db import Error, connection

LOCK = 0x62656174  # "beat"
RETRY_SECONDS = 5

log = logging.getLogger(__name__)


class Scheduler(beat.Scheduler):
    """Celery's scheduler in memory (what is due, is due again after a restart), behind a lock."""

    max_interval = RETRY_SECONDS

    def tick(self, *arguments: Any, **named: Any) -> float:
        if not self._is_the_one():
            return RETRY_SECONDS
        wait: float = super().tick(*arguments, **named)
        return wait

    def _is_the_one(self) -> bool:
        """Return whether this process holds the lock. Taking it once more each time does no harm."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
                return bool(cursor.fetchone()[0])
        except Error as error:
            log.warning("no database, next try in %s s: %s", RETRY_SECONDS, error)
            connection.close()
            return False
