"""Whether the process is alive, and whether it can do its work: for load balancers and supervisors."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError

from tracker.celery import app

log = logging.getLogger(__name__)

OK = "ok"
BROKER_SECONDS = 2


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer, without asking anything else."""
    return HttpResponse(f"{OK}\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Say of each part whether it is ready; 503 if one is not."""
    parts = {"database": database, "broker": broker, "migrations": migrations}
    states = {name: _state(check) for name, check in parts.items()}
    is_ready = set(states.values()) == {OK}
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse(states, status=status)


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def broker() -> str:
    with app.connection_for_write(connect_timeout=BROKER_SECONDS) as broker_connection:
        broker_connection.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
    return OK


def migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return f"{missing} not applied" if missing else OK


def _state(check: Callable[[], str]) -> str:
    """Return what the check says. Why it fails is for the log: an error's text may name hosts and users."""
    try:
        return check()
    except (Error, KombuError, OSError) as error:
        log.warning("not ready: %s: %s", check.__name__, error)
        return "unavailable"
