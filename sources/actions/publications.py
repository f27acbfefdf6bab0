"""Making publications known by their numbers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from sources.actions.fetching import request_fetch
from sources.identifiers import IllegalIdentifier, parse_doi, parse_pmcid, parse_pmid
from sources.models import Publication, Service

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class UnknownIdentifier(ValueError):
    """What was typed is neither a PMID nor a DOI nor a PMCID."""


@transaction.atomic
def ensure_publication(identifier: str, *, by: User, now: datetime) -> Publication:
    """Return the publication with this PMID, DOI or PMCID, making it known if it is not.

    One that is made known by its PMID is fetched soon. Raises UnknownIdentifier.
    """
    field, value = read_identifier(identifier)
    publication, created = Publication.objects.get_or_create(**{field: value}, defaults={})
    if created and field == "pmid":
        request_fetch(Service.PUBMED, [value], by=by, now=now, reason="added by hand", priority=5)
    return publication


def read_identifier(identifier: str) -> tuple[str, str]:
    """Return ("pmid" | "doi" | "pmcid", the identifier as it is stored)."""
    for field, parse in (("pmid", parse_pmid), ("pmcid", parse_pmcid), ("doi", parse_doi)):
        try:
            return field, parse(identifier)
        except IllegalIdentifier:
            continue
    raise UnknownIdentifier(
        f"{identifier!r} is neither a PMID (1 to 9 digits, no leading zero), "
        "nor a DOI (10.1000/xyz), nor a PMCID (PMC and digits)."
    )
