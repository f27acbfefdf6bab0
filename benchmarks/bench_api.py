"""The claim list of the API: how many pages of 100 claims a second, and what depth costs.

Ours, a plain DRF ModelSerializer with prefetch (the peer) and bare psycopg with orjson (the limit) are
called as WSGI applications in this process, one after another in each round, at the same random places.
What the three say of a claim is compared before anything is timed; ours says more (`revision` and the
keys after it).
"""

# ruff: noqa: E402
from __future__ import annotations

import base64
import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

import orjson
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test.utils import override_settings

from benchmarks.api_peers import ADDRESS, BareClaims
from benchmarks.api_world import claims_in_own_database
from claims.api import claims as api
from claims.api import cursors
from claims.api.cursors import Cursor

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Result = dict[str, str | float]
Contenders = dict[str, tuple[Application, Callable[[int], str], str]]

CLAIMS = 10_000
PAGE = 100
PAGES = 10
ROUNDS = 7


def run() -> list[Result]:
    """Measure, in a database of its own that is gone afterwards."""
    with claims_in_own_database(CLAIMS), _open_connection():
        return [_list_page(), _deep_page()]


def _list_page() -> Result:
    contenders: Contenders = {
        "ours": (get_wsgi_application(), _our_query, "tracker.urls"),
        "peer": (get_wsgi_application(), _peer_query, "benchmarks.api_peers"),
        "limit": (BareClaims(), _bare_query, "tracker.urls"),
    }
    _compare(contenders)
    speeds: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(ROUNDS):
        places = _places(random.Random(turn))  # noqa: S311
        for name, (application, query, urls) in contenders.items():
            with override_settings(ROOT_URLCONF=urls):
                speeds[name].append(_speed(application, [query(place) for place in places]))
    middle = {name: median(values) for name, values in speeds.items()}
    return _result(
        "claim list, 100 a page",
        ("requests", "1/s"),
        middle,
        ("DRF ModelSerializer with prefetch", "bare psycopg with orjson"),
    )


def _deep_page() -> Result:
    """Compare the last page with OFFSET's last page and with the first page, as the database sees it."""
    ordering = api.ORDERING
    in_order = api.public_rows().order_by(*ordering.columns)
    last = list(in_order.values_list(*ordering.columns))[-PAGE - 1]
    first = Cursor((0, 0, 0))
    readers = {
        "ours": lambda: list(cursors.after(api.public_rows(), ordering, Cursor(last))[: PAGE + 1]),
        "peer": lambda: list(in_order[CLAIMS - PAGE : CLAIMS + 1]),
        "limit": lambda: list(cursors.after(api.public_rows(), ordering, first)[: PAGE + 1]),
    }
    times: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(ROUNDS * 3):
        for name, read in readers.items():
            times[name].append(_seconds(read) * 1000)
    middle = {name: median(values) for name, values in times.items()}
    names = ("OFFSET", "the first page")
    return _result("last page of claims", ("time", "ms"), middle, names, less_is_better=True)


def _result(
    name: str,
    metric: tuple[str, str],
    middle: dict[str, float],
    names: tuple[str, str],
    *,
    less_is_better: bool = False,
) -> Result:
    ours, peer, limit = (middle[who] for who in ("ours", "peer", "limit"))
    return {
        "name": name,
        "metric": metric[0],
        "unit": metric[1],
        "ours": round(ours, 3),
        "peer": round(peer, 3),
        "peer_name": names[0],
        "limit": round(limit, 3),
        "limit_name": names[1],
        "ratio_to_peer": round(peer / ours if less_is_better else ours / peer, 2),
        "ratio_to_limit": round(limit / ours if less_is_better else ours / limit, 2),
    }


def _places(chance: random.Random) -> list[int]:
    return [chance.randrange(1, CLAIMS - PAGE - 1) for _ in range(PAGES)]


def _our_query(place: int) -> str:
    return f"page_size={PAGE}&cursor={_cursor(place).encoded(api.ORDERING)}"


def _cursor(place: int) -> Cursor:
    """Return the cursor of a claim by its number: articles take turns, positions are numbers less one."""
    row = api.public_rows().get(pk=place)
    return Cursor((row["article"], row["position"], place))


def _peer_query(place: int) -> str:
    return f"cursor={base64.b64encode(f'p={place}'.encode()).decode()}"


def _bare_query(place: int) -> str:
    return f"cursor={place}"


def _compare(contenders: Contenders) -> None:
    """Make sure that the three say the same of the same claims."""
    said: dict[str, dict[str, Any]] = {}
    for name, (application, query, urls) in contenders.items():
        with override_settings(ROOT_URLCONF=urls):
            rows = orjson.loads(_get(application, query(CLAIMS // 2)))["results"]
        said[name] = {row["id"]: row for row in rows}
    for number, bare in said["limit"].items():
        if said["peer"][number] != bare:
            raise ValueError(f"the peer says something else of {number}")
    for number in said["ours"].keys() & said["limit"].keys():
        if not _holds(said["ours"][number], said["limit"][number]):
            raise ValueError(f"ours says something else of {number}")


def _holds(more: Any, less: Any) -> bool:
    if isinstance(less, dict):
        return all(_holds(more[name], value) for name, value in less.items())
    return bool(more == less)


def _speed(application: Application, queries: Sequence[str]) -> float:
    seconds = _seconds(lambda: [_get(application, query) for query in queries])
    return len(queries) / seconds


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _get(application: Application, query: str) -> bytes:
    statuses: list[str] = []
    answer = application(_environ(query), lambda status, headers: statuses.append(status))
    body = b"".join(answer)
    if statuses != ["200 OK"]:
        raise ValueError(f"{statuses} for {query}: {body[:200]!r}")
    return body


def _environ(query: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": ADDRESS,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
    }


@contextmanager
def _open_connection() -> Iterator[None]:
    """Keep the connection between requests, as a server does that answers one after another."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(run(), option=orjson.OPT_INDENT_2) + b"\n")
