"""A worker is killed at each stage of its work, and another ends what it began."""

from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from sources import tasks
from sources.actions.clock import database_now
from sources.actions.fetching import request_fetch
from sources.models import FetchAttempt, FetchRequest, Publication, Service
from tests.faults.workers import wait_until
from tests.standins.records import all_records
from tracker.backends import conninfo

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

UNKNOWN = ["999999991", "999999992"]
KNOWN = sorted(all_records())[:28]
IDS = [*KNOWN, *UNKNOWN]
HELD = 4711


def ask():
    """Ask for a batch, and for four more that go one by one and so try the limit."""
    request_fetch(Service.PUBMED, IDS, by=None, now=database_now())
    FetchRequest.objects.filter(identifier__in=IDS[:4]).update(setbacks=4)
    return len(IDS) - 4


def states():
    return {state: n for state, n in FetchRequest.objects.tally()["pubmed"].items() if n}


def end_leases():
    """Let the leases of the dead run out now, not in five minutes; return how many there were."""
    running = FetchRequest.objects.filter(state="running")
    return running.update(leased_until=database_now())


def finish(worker, standin):
    """Let another worker do the rest."""
    with worker(standin, "second", patient=False):
        tasks.wake_fetchers.delay()
        wait_until(lambda: states() == {"succeeded": 28, "not_found": 2}, what="the end")


@pytest.mark.parametrize(
    ("stage", "reply_is_lost"),
    [("leased", False), ("fetched", True), ("parsed", True), ("stored", True)],
)
def test_worker_killed_with_a_batch_in_its_hands(standin, worker, counted, stage, reply_is_lost):
    batch = ask()
    with worker(standin, "killed", stage=stage) as killed:
        tasks.drain_publications.delay()
        killed.wait_for_stage()
        killed.kill()

    assert states() == {"queued": len(IDS) - batch, "running": batch}
    assert not Publication.objects.exists()
    assert end_leases() == batch
    finish(worker, standin)

    lost = batch if reply_is_lost else 0
    row = counted(f"worker killed with kill -9: {stage}", standin, ids=IDS, lost=lost)
    assert row.ends() == (28, 2, 0, 0)
    assert FetchAttempt.objects.filter(outcome="abandoned").count() == batch


def test_child_of_a_worker_killed_while_the_worker_lives_on(standin, worker, counted):
    batch = ask()
    with worker(standin, stage="fetched", patient=False) as wounded:
        tasks.drain_publications.delay()
        wounded.kill_child_at_stage()
        wait_until(lambda: end_leases() == batch, what="the lease of the dead child")
        tasks.wake_fetchers.delay()
        wait_until(lambda: states() == {"succeeded": 28, "not_found": 2}, what="the end")

    row = counted("child of a worker killed with kill -9", standin, ids=IDS, lost=batch)
    assert row.ends() == (28, 2, 0, 0)


@contextmanager
def insert_held(pmid):
    """Hold the insert of one publication in the database; yield whether it is waiting there."""
    create = """
        CREATE FUNCTION hold_insert() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_advisory_xact_lock(%s); RETURN NEW; END $$;
        CREATE TRIGGER hold_insert BEFORE INSERT ON sources_publication FOR EACH ROW
        WHEN (NEW.pmid = '%s') EXECUTE FUNCTION hold_insert()
    """
    waiting = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
    with psycopg.connect(conninfo(connection.settings_dict), autocommit=True) as other:
        other.execute(create % (HELD, pmid))
        other.execute("SELECT pg_advisory_lock(%s)", [HELD])
        try:
            yield lambda: other.execute(waiting, [HELD]).fetchone()
        finally:
            other.execute("SELECT pg_advisory_unlock(%s)", [HELD])
            other.execute("DROP FUNCTION hold_insert CASCADE")


def is_gone(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [pid])
        return cursor.fetchone()[0] == 0


def test_worker_killed_half_way_through_its_upserts(standin, worker, counted):
    batch = ask()
    with worker(standin, "killed") as killed, insert_held(KNOWN[14]) as waiting:
        tasks.drain_publications.delay()
        [pid] = wait_until(waiting, what="the insert being held")
        killed.kill()
    wait_until(lambda: is_gone(pid), what="the dead worker's session being over")

    assert not Publication.objects.exists()
    assert states() == {"queued": len(IDS) - batch, "running": batch}
    end_leases()
    finish(worker, standin)

    row = counted("worker killed with kill -9: half upserted", standin, ids=IDS, lost=batch)
    assert row.ends() == (28, 2, 0, 0)


def test_worker_killed_when_all_is_settled_but_its_message_not_acknowledged(
    standin, worker, counted
):
    batch = ask()
    with worker(standin, "killed", stage="settled") as killed:
        tasks.drain_publications.delay()
        killed.wait_for_stage()
        killed.kill()

    assert states() == {"queued": len(IDS) - batch, "succeeded": batch - 2, "not_found": 2}
    assert end_leases() == 0
    finish(worker, standin)

    row = counted("worker killed with kill -9: settled, not acknowledged", standin, ids=IDS)
    assert row.ends() == (28, 2, 0, 0)


def waiting_messages():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pgmq.q_celery")
        return cursor.fetchone()[0]


def test_worker_killed_when_its_message_is_acknowledged(standin, worker, counted):
    request_fetch(Service.PUBMED, IDS, by=None, now=database_now())
    with worker(standin, "killed") as killed:
        tasks.drain_publications.delay()
        wait_until(lambda: waiting_messages() == 0, what="the acknowledgement")
        killed.kill()

    finish(worker, standin)

    row = counted("worker killed with kill -9: acknowledged", standin, ids=IDS)
    assert row.ends() == (28, 2, 0, 0)
