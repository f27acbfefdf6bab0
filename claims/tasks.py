"""What the workers do with news from `sources`: a retraction, a refetched abstract, a settled identity."""

from __future__ import annotations

from celery import shared_task
from celery.contrib.django.task import DjangoTask
from django.utils import timezone

from claims.actions.people import initial_curation
from claims.actions.quotes import recheck_quotes
from claims.actions.verdicts import derive_verdicts


@shared_task(base=DjangoTask)
def rederive_verdicts() -> int:
    """Derive all verdicts anew; return how many changed."""
    now = timezone.now()
    recheck_quotes(now=now)
    return len(derive_verdicts(by=initial_curation(), now=now))
