import psycopg
import pytest
from django.db import connection

from tracker import beat
from tracker.backends import conninfo
from tracker.celery import app

pytestmark = pytest.mark.django_db(transaction=True)


class Recorder(beat.Scheduler):
    """Notes what it would send."""

    def __init__(self):
        self.sent = []
        super().__init__(app, schedule={}, lazy=True)
        self.add(name="often", task="any.task", schedule=0.001)

    def apply_entry(self, entry, producer=None):
        self.sent.append(entry.task)

    producer = None


@pytest.fixture
def other():
    """Return a connection as that of another beat."""
    with psycopg.connect(conninfo(connection.settings_dict), autocommit=True) as other:
        yield other
    connection.close()  # and with it our lock


def test_beat_sends_when_it_is_the_only_one():
    scheduler = Recorder()
    scheduler.tick()
    connection.close()

    assert scheduler.sent == ["any.task"]


def test_beat_is_silent_while_another_runs(other):
    other.execute("SELECT pg_advisory_lock(%s)", [beat.LOCK])
    scheduler = Recorder()

    wait = scheduler.tick()

    assert (scheduler.sent, wait) == ([], beat.RETRY_SECONDS)


def test_beat_takes_over_when_the_other_has_died(other):
    other.execute("SELECT pg_advisory_lock(%s)", [beat.LOCK])
    scheduler = Recorder()
    scheduler.tick()
    other.close()

    while not scheduler.sent:
        scheduler.tick()

    assert scheduler.sent == ["any.task"]


def test_beat_lives_through_the_loss_of_its_connection(other):
    scheduler = Recorder()
    scheduler.tick()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    waits = [scheduler.tick(), scheduler.tick()]

    assert waits[0] == beat.RETRY_SECONDS
    assert scheduler.sent == ["any.task"] * 2


def test_schedule_names_tasks_that_exist():
    app.loader.import_default_modules()

    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert scheduled - set(app.tasks) == set()
