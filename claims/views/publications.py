"""A publication: what is known of it, since when, and on which claims it bears."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from claims.models import Citation, EvidenceItem
from claims.views.cited import unjoined
from sources.models import FetchRequest, IdentityConflict, IntegrityNotice, Publication, Service


def publication(request: HttpRequest, identifier: str) -> HttpResponse:
    """Every identifier of a publication leads to its one address."""
    found = Publication.objects.for_page().identified_by(identifier)
    publication = get_object_or_404(found)
    kept = _kept_instead(publication)
    if kept:
        return redirect(kept)
    if publication.public_id != identifier:
        return redirect(publication)
    return TemplateResponse(
        request,
        "claims/publication.html",
        {
            "publication": publication,
            **_notices_of(publication),
            "conflicts": IdentityConflict.objects.open().about(publication).with_parties(),
            "evidence": EvidenceItem.objects.filter(publication=publication).for_source_page(),
            "citations": unjoined(
                Citation.objects.of_public_claims().citing(publication).with_sources()
            ),
            "crossref_request": publication.doi
            and FetchRequest.objects.last_for(Service.CROSSREF, publication.doi),
            "request_state": FetchRequest.objects.last_for(Service.PUBMED, publication.pmid or ""),
        },
    )


def _kept_instead(publication: Publication) -> Publication | None:
    """Return the record that stands for a duplicate; that one may itself be one by now."""
    if publication.identity != Publication.Identity.DUPLICATE:
        return None
    return IdentityConflict.objects.kept_instead_of(publication)


def _notices_of(publication: Publication) -> dict[str, Any]:
    """A comment is no mark on the paper: it stands apart from the notices."""
    comment = IntegrityNotice.Kind.COMMENT
    told = publication.notices.all()
    return {
        "notices": [notice for notice in told if notice.kind != comment],
        "comments": [notice for notice in told if notice.kind == comment],
    }
