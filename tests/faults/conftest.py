"""A stand-in, workers and the table of faults, for tests with real processes."""

import pytest
from django.db import connection

from tests.faults.table import measure, note
from tests.faults.workers import Worker
from tests.standins.servers import StandinProcess


@pytest.fixture
def standin():
    with StandinProcess(rate=3, trial_rate=1) as server:
        yield server


@pytest.fixture
def empty_queue(transactional_db):
    """Begin and end without a message of another test, and return a function that takes all away."""

    def purge():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pgmq.purge_queue('celery')")

    purge()
    yield purge
    purge()


@pytest.fixture
def worker(process_environment, empty_queue, tmp_path):
    """Return a function that makes a worker, to be started with `with`."""

    def make(standin, name="worker", **options):
        return Worker(standin, tmp_path / f"{name}.log", process_environment, **options)

    return make


@pytest.fixture
def counted():
    """Return a function that counts what a fault has left, notes it in the table, and checks it."""

    def count(fault, standin, *, raw=None, **known):
        if raw is None:
            connection.ensure_connection()
            raw = connection.connection
        row = measure(fault, raw, standin, **known)
        note(row)
        assert row.is_sound, row
        return row

    return count
