"""What the workers do: draw the consequences of news from `sources`, and import articles' pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from celery import shared_task
from celery.contrib.django.task import DjangoTask
from django.conf import settings
from django.utils import timezone

from claims.actions.errors import Refused
from claims.actions.imports import begin_import, fail_import, finish_import
from claims.actions.people import initial_curation
from claims.actions.quotes import recheck_quotes
from claims.actions.verdicts import derive_verdicts
from claims.models.in_use import publications_in_use, trials_in_use
from claims.web import WebFailure, WebPages
from sources.actions.clock import database_now
from sources.actions.rechecks import request_rechecks, request_trial_rechecks
from sources.tasks import wake

#: How often beat starts a round.
RECHECK_ROUND: Final = timedelta(seconds=settings.RECHECK_ROUND_SECONDS)


@shared_task(base=DjangoTask)
def rederive_verdicts() -> int:
    """Derive all verdicts anew; return how many changed."""
    now = timezone.now()
    recheck_quotes(now=now)
    return len(derive_verdicts(by=initial_curation(), now=now))


@shared_task(base=DjangoTask)
def recheck_sources() -> int:
    """Ask again about what claims use, at PubMed, Crossref and the trial registries.

    Return how many requests were made.
    """
    now, every = database_now(), timedelta(days=settings.INTEGRITY_RECHECK_DAYS)
    asked = {
        **request_rechecks(
            publications_in_use(), every=every, within=RECHECK_ROUND, by=None, now=now
        ),
        **request_trial_rechecks(
            trials_in_use(), every=every, within=RECHECK_ROUND, by=None, now=now
        ),
    }
    for service in (service for service, count in asked.items() if count):
        wake(service)
    return sum(asked.values())


@shared_task(base=DjangoTask)
def import_article_page(pk: int) -> str:
    """Fetch and import the page that an ArticleImport names; return its state afterwards."""
    wish = begin_import(pk, now=timezone.now())
    if wish is None:
        return "not queued"
    try:
        with WebPages(user_agent=settings.NCBI_TOOL) as web:
            page = web.fetch(wish.url)
        snapshot = finish_import(wish, page, now=timezone.now())
    except (Refused, WebFailure) as error:
        fail_import(wish, str(error), now=timezone.now())
        return "failed"
    return "done" if snapshot else "preview"
