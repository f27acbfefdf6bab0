"""Celery's queue in PostgreSQL: PGMQ's schema, its tables, and the triggers that wake the workers.

The functions take a psycopg connection. They are safe to repeat and to race.
"""

from typing import Any

from pgmq.install import get_embedded_install_sql
from psycopg import sql

LOCK = 0x747261636B6572  # "tracker": one process at a time sets up a queue
WAKE_FUNCTION = """
CREATE OR REPLACE FUNCTION pgmq.wake_workers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('pgmq.' || TG_TABLE_NAME || '.INSERT', NULL);
    RETURN NULL;
END $$
"""
# PGMQ's own notifying trigger updates a row, and so makes each sender wait for the other's transaction to end.
WAKE_TRIGGER = """
CREATE TRIGGER wake_workers AFTER INSERT ON {} FOR EACH STATEMENT EXECUTE FUNCTION pgmq.wake_workers()
"""


def install(raw: Any) -> None:
    """Install PGMQ unless it is there, be it as an extension."""
    with raw.transaction():
        raw.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if not _exists(raw, "meta"):
            raw.execute(get_embedded_install_sql())
        raw.execute(WAKE_FUNCTION)


def create(raw: Any, name: str) -> None:
    """Create the queue unless it is there. If it is, no lock is taken."""
    table = f"q_{name}".lower()
    if _exists(raw, table):
        return
    with raw.transaction():
        raw.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if not _exists(raw, table):
            raw.execute("SELECT pgmq.create(%s)", [name])
            raw.execute(sql.SQL(WAKE_TRIGGER).format(sql.Identifier("pgmq", table)))


def _exists(raw: Any, table: str) -> bool:
    """Ask the catalogue by a query: what to_regclass says may be out of date inside a transaction."""
    query = "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'pgmq' AND tablename = %s)"
    (found,) = raw.execute(query, [table]).fetchone()
    return bool(found)
