"""The ledger's one clock: the database's, whatever the clocks of the hosts around it say.

A worker whose clock is fast would take leases away from workers that are alive, and one whose clock
is slow would hold its own for too long.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import DateTimeField, Func, Value
from django.db.models.functions import Least


class ClockTimestamp(Func):
    """The database's time as it is now, not as it was when the transaction began."""

    function = "clock_timestamp"
    output_field = DateTimeField()


def database_now() -> datetime:
    """Return the time of the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row: tuple[datetime] = cursor.fetchone()
    return row[0]


def at_once(now: datetime) -> Least:
    """Return the moment `now`, or the database's if the asker's clock is ahead of it.

    What is wanted at once must not wait until the database's clock has caught up with the asker's.
    """
    return Least(Value(now, output_field=DateTimeField()), ClockTimestamp())
