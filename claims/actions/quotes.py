"""Quotes, checked by machine against the stored abstract now and after every refetch."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from claims.actions.errors import IllegalQuote
from claims.models import EvidenceItem, Quote
from claims.quotes import fault_of, stands_in
from claims.ruleset.vocabulary import QuoteState
from sources.models import Publication


def clean_quotes(item: EvidenceItem, quotes: Collection[str]) -> list[str]:
    """Return the quotes, each once; raise IllegalQuote for one that is too short or only the title."""
    title = item.source.title
    cleaned = list(dict.fromkeys(quote.strip() for quote in quotes))
    for quote in cleaned:
        fault = fault_of(quote, title)
        if fault:
            raise IllegalQuote(fault)
    return cleaned


def status_of(quote: str, publication: Publication | None, was: str = "") -> QuoteState:
    """Return what becomes of a quote that `was` of some status, given what is stored now.

    One that stood in an earlier text and no longer does is stale.
    """
    if publication is None or publication.abstract_state != Publication.AbstractState.PRESENT:
        return QuoteState.NO_TEXT_AVAILABLE
    text = " ".join(section["text"] for section in publication.abstract_sections)
    if stands_in(quote, text):
        return QuoteState.VERIFIED
    if was in (QuoteState.VERIFIED, QuoteState.STALE):
        return QuoteState.STALE
    return QuoteState.NOT_FOUND


def recheck_quotes(*, now: datetime) -> int:
    """Check the quotes whose publication was fetched since they were checked; return how many changed."""
    changed = 0
    for quote in Quote.objects.to_be_rechecked().iterator(chunk_size=500):
        status = status_of(quote.text, quote.assessment.item.publication, quote.status)
        changed += status != quote.status
        Quote.objects.filter(pk=quote.pk, status=quote.status).update(status=status, checked_at=now)
    return changed
