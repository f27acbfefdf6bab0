"""Asking a service again from a publication's page, ahead of everything that no one waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from django.http import HttpRequest
from django.utils import timezone

from sources.actions.fetching import open_batch, request_fetch
from sources.models import Publication, Service
from sources.tasks import wake

if TYPE_CHECKING:
    from django.contrib.auth.models import User


AGAIN: Final = "asked for again by hand"


def queue_fetch(request: HttpRequest, papers: list[Publication]) -> None:
    """Ask PubMed for these again, soon."""
    _ask(request, Service.PUBMED, [paper.pmid for paper in papers if paper.pmid])


def queue_check(request: HttpRequest, papers: list[Publication]) -> None:
    """Ask Crossref about these again, soon."""
    _ask(request, Service.CROSSREF, [paper.doi for paper in papers if paper.doi])


def _ask(request: HttpRequest, service: Service, identifiers: list[str]) -> None:
    by, now = cast("User", request.user), timezone.now()
    request_fetch(
        service,
        identifiers,
        by=by,
        now=now,
        reason=AGAIN,
        priority=5,
        batch=open_batch(AGAIN, by=by, now=now),
    )
    wake(service)
