"""Celery's queue in PostgreSQL, with real workers that are killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from tests.tracker import chores
from tracker import queues
from tracker.backends import conninfo
from tracker.celery import app
from tracker.pgmq_transport import Channel

ROOT = Path(__file__).resolve().parents[2]
WORKER = [
    "celery",
    "--app=tracker",
    "worker",
    "--include=tests.tracker.chores",
    "--loglevel=INFO",
    "--concurrency=2",
    "--without-mingle",
    "--without-gossip",
    "--without-heartbeat",
]


@pytest.fixture
def queue(transactional_db):
    """Empty Celery's queue."""
    purge()
    yield
    purge()


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


@pytest.fixture
def start_worker(queue, process_environment, tmp_path):
    """Return a function that starts a worker, which is killed with its children at the end."""
    started = []

    def start(**environment):
        output = tmp_path / f"worker{len(started)}"
        with output.open("w") as stderr:
            worker = subprocess.Popen(
                [sys.executable, "-m", *WORKER],
                cwd=ROOT,
                env={**process_environment, **environment},
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
            )
        started.append(worker)
        wait_until(lambda: " ready." in output.read_text() or worker.poll() is not None)
        assert worker.poll() is None, output.read_text()
        return worker

    yield start
    for worker in started:
        kill(worker)


def kill(worker):
    """Kill the worker and its children as a power cut would."""
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def purge():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pgmq.purge_queue('celery')")


def waiting():
    """Return how many messages are in the queue, being worked on or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pgmq.q_celery")
        return cursor.fetchone()[0]


def lines(path):
    return path.read_text().split() if path.exists() else []


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def another_connection():
    with psycopg.connect(conninfo(connection.settings_dict)) as other:
        yield other


def test_message_of_a_transaction_rolled_back_is_never_sent(queue, log):
    with transaction.atomic():
        chores.note.delay(str(log), "lost")
        inside = waiting()
        transaction.set_rollback(True)

    assert (inside, waiting()) == (1, 0)


def test_message_is_sent_when_its_transaction_commits(queue, log):
    with transaction.atomic():
        chores.note.delay(str(log), "sent")
        with another_connection() as other:
            (seen,) = other.execute("SELECT count(*) FROM pgmq.q_celery").fetchone()

    assert (seen, waiting()) == (0, 1)


def test_message_outside_a_transaction_is_sent_at_once(queue, log):
    chores.note.delay(str(log), "sent")

    assert waiting() == 1


def test_senders_do_not_wait_for_each_other(queue, log):
    chores.note.delay(str(log), "first")

    with transaction.atomic(), another_connection() as other:
        chores.note.delay(str(log), "second")
        other.execute("SET lock_timeout = '2s'")
        other.execute("SELECT pgmq.send('celery', '{}')")
        other.commit()

    assert waiting() == 3


@pytest.mark.slow
def test_worker_does_what_was_committed_and_wakes_at_once(start_worker, log):
    start_worker()
    time.sleep(1)
    with transaction.atomic():
        chores.note.delay(str(log), "lost")
        transaction.set_rollback(True)
    began = time.monotonic()

    chores.note.delay(str(log), "kept")

    wait_until(lambda: lines(log))
    assert time.monotonic() - began < 0.9
    wait_until(lambda: waiting() == 0)
    assert lines(log) == ["kept"]


@pytest.mark.slow
def test_task_of_a_killed_worker_is_done_by_another(start_worker, log):
    first = start_worker(CELERY_VISIBILITY_TIMEOUT="3")
    chores.stall_once.delay(str(log))
    wait_until(lambda: lines(log) == ["begun"])

    kill(first)
    start_worker(CELERY_VISIBILITY_TIMEOUT="3")

    wait_until(lambda: waiting() == 0)
    assert lines(log) == ["begun", "begun", "done"]


@pytest.mark.slow
def test_task_of_a_killed_child_comes_back(start_worker, log):
    """Without waiting for the visibility timeout: only for the ten seconds billiard gives a lost child."""
    start_worker()
    chores.die_once.delay(str(log))

    wait_until(lambda: waiting() == 0)

    assert lines(log) == ["begun", "begun", "done"]


@pytest.mark.slow
def test_worker_that_is_told_to_end_ends_its_task_first(start_worker, log):
    worker = start_worker()
    chores.note.delay(str(log), "done", seconds=1.5)
    time.sleep(0.7)

    worker.terminate()
    code = worker.wait(20)

    assert (code, lines(log), waiting()) == (0, ["done"], 0)


@pytest.mark.slow
def test_worker_survives_the_loss_of_every_connection(start_worker, log):
    """Each cut may lose acknowledgements, so tasks may be done twice, but none is lost and no slot either."""
    start_worker(CELERY_VISIBILITY_TIMEOUT="3")
    words = [f"task{number}" for number in range(60)]
    for word in words:
        chores.note.delay(str(log), word, seconds=0.1)

    for _ in range(5):
        time.sleep(0.6)
        cut_other_connections()
        purge_nothing = waiting()

    wait_until(lambda: waiting() == 0)
    assert purge_nothing > 0
    assert set(Counter(lines(log))) == set(words)


def cut_other_connections():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_queue_is_created_once_by_many_at_once(transactional_db):
    name = "raced"
    failures = []

    def create():
        try:
            with another_connection() as other:
                queues.install(other)
                queues.create(other, name)
        except psycopg.Error as error:
            failures.append(error)

    threads = [threading.Thread(target=create) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with another_connection() as other:
        triggers = other.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'pgmq.q_raced'::regclass"
        ).fetchall()
        other.execute("SELECT pgmq.drop_queue(%s)", [name])
    assert failures == []
    assert triggers == [("wake_workers",)]


@pytest.fixture
def taken(queue, log):
    """Return a connection to the broker and a channel with one slot, which a message has taken."""
    chores.note.delay(str(log), "taken")
    with app.connection_for_read() as broker:
        channel = broker.channel()
        channel.basic_qos(0, 1, False)
        message = channel.basic_get("celery")
        assert not channel.qos.can_consume()
        yield broker, channel, message.delivery_tag


def test_lost_acknowledgement_gives_its_slot_back_and_reaches_the_consumer(taken):
    broker, channel, tag = taken
    with another_connection() as other:
        (pid,) = connection.connection.execute("SELECT pg_backend_pid()").fetchone()
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    with pytest.raises(psycopg.OperationalError):
        channel.basic_ack(tag)

    assert channel.qos.can_consume()
    with pytest.raises(psycopg.OperationalError, match="connect anew"):
        broker.drain_events(timeout=0.1)
    assert waiting() == 1


def test_late_acknowledgement_reaches_the_queue_though_its_consumer_has_connected_anew(taken):
    _, channel, tag = taken
    channel.close()

    channel.basic_ack(tag)

    assert waiting() == 0


def test_rejected_message_is_there_again(taken):
    _, channel, tag = taken

    channel.basic_reject(tag, requeue=True)

    assert channel.basic_get("celery") is not None


def test_missing_queue_is_told_as_a_missing_migration(queue):
    with connection.cursor() as cursor:
        cursor.execute("ALTER SCHEMA pgmq RENAME TO pgmq_away")
    try:
        with (
            pytest.raises(ImproperlyConfigured, match="The queue is missing: run migrate"),
            app.connection_for_read() as broker,
        ):
            broker.connect()
    finally:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("ALTER SCHEMA pgmq_away RENAME TO pgmq")


@pytest.mark.parametrize("length", [47, 48, 200])
def test_queue_name_fits_pgmq(length):
    channel = Channel.__new__(Channel)
    channel.queue_name_prefix = ""
    names = {"x" * (length - 1) + end for end in "ab"}

    short = {channel.canonical_queue_name(name) for name in names}

    assert [len(name) for name in short] == [47, 47]
