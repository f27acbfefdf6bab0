"""What is left after a fault, counted in the database and at the stand-in."""

import json
import os
from collections import Counter
from dataclasses import asdict, dataclass, fields
from pathlib import Path

# Of each request, one attempt at most may have brought its end; of each record, one row, one payload
# and one event of its making.
STATES = "SELECT state, count(*) FROM sources_fetchrequest GROUP BY state"
DUPLICATES = (
    "SELECT count(*) - count(DISTINCT (service, identifier)) FROM sources_fetchrequest",
    "SELECT count(*) - count(DISTINCT request_id) FROM sources_fetchattempt"
    " WHERE outcome IN ('ok', 'not_found')",
    "SELECT count(*) - count(DISTINCT pmid) FROM sources_publication WHERE pmid IS NOT NULL",
    "SELECT count(*) - count(DISTINCT (service, identifier)) FROM sources_payload",
)
ABANDONED = (
    "SELECT r.identifier, count(*) FROM sources_fetchattempt a"
    " JOIN sources_fetchrequest r ON r.id = a.request_id"
    " WHERE a.outcome = 'abandoned' GROUP BY r.identifier"
)


@dataclass(frozen=True)
class Row:
    """One fault. `lost`: answers, counted by id, that died with the process or were errors."""

    fault: str
    ids: int
    ok: int
    not_found: int
    failed: int
    unfinished: int
    duplicates: int
    lost: int
    needless: int
    worst: int
    limit: int

    def ends(self):
        return self.ok, self.not_found, self.failed, self.unfinished

    @property
    def is_sound(self):
        """Whether nothing is left over, doubled, asked for in vain, or asked for too fast."""
        whole = self.ok + self.not_found + self.failed == self.ids
        spare = self.unfinished or self.duplicates or self.needless
        return whole and not spare and self.worst <= self.limit


def measure(fault, raw, standin, *, ids, lost=0, limit=3):
    """Return the row of a fault. `raw` is a psycopg connection that sees the workers' database."""
    with raw.cursor() as cursor:
        states = dict(cursor.execute(STATES).fetchall())
        duplicates = sum(cursor.execute(query).fetchone()[0] for query in DUPLICATES)
    asked = sum(len(entry.ids) for entry in fetches(standin))
    return Row(
        fault=fault,
        ids=len(ids),
        ok=states.get("succeeded", 0),
        not_found=states.get("not_found", 0),
        failed=states.get("failed", 0),
        unfinished=states.get("queued", 0) + states.get("running", 0),
        duplicates=duplicates,
        lost=lost,
        needless=asked - len(ids) - lost,
        worst=standin.worst_window("eutils"),
        limit=limit,
    )


def lost_with_the_dead(raw, standin):
    """Return how many answers, counted by id, came for leases that were abandoned.

    What was leased and not asked for yet, when its worker died, has lost no answer.
    """
    asks = Counter(id_ for entry in fetches(standin) for id_ in entry.ids)
    with raw.cursor() as cursor:
        abandoned = dict(cursor.execute(ABANDONED).fetchall())
    return sum(min(times, asks[id_] - 1) for id_, times in abandoned.items())


def fetches(standin):
    """Return the requests for records; those for summaries are about what was missing."""
    return [entry for entry in standin.log("eutils") if entry.path.endswith("efetch.fcgi")]


def note(row):
    """Add a row to the file that FAULT_TABLE names, if a table is wanted."""
    file = os.environ.get("FAULT_TABLE")
    if file:
        with Path(file).open("a", encoding="utf-8") as table:
            table.write(json.dumps(asdict(row)) + "\n")


def read(file):
    return [Row(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def markdown(rows):
    """Return the rows as a table for the documents."""
    heads = [
        *("fault", "ids", "ok", "not found", "failed", "unfinished", "duplicates"),
        *("answers lost", "fetched again needlessly", "worst second", "limit"),
    ]
    body = [[str(getattr(row, field.name)) for field in fields(Row)] for row in rows]
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
