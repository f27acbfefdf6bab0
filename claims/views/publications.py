"""A publication: what is known of it, since when, and on which claims it bears."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from claims.models import Citation, EvidenceItem
from claims.views.cited import unjoined
from sources.models import FetchRequest, IntegrityNotice, Publication, Service


def publication(request: HttpRequest, identifier: str) -> HttpResponse:
    """Every identifier of a publication leads to its one address."""
    found = Publication.objects.for_page().identified_by(identifier)
    publication = get_object_or_404(found)
    if publication.public_id != identifier:
        return redirect(publication)
    return TemplateResponse(
        request,
        "claims/publication.html",
        {
            "publication": publication,
            **_notices_of(publication),
            "evidence": EvidenceItem.objects.filter(publication=publication).for_source_page(),
            "citations": unjoined(
                Citation.objects.of_public_claims().citing(publication).with_sources()
            ),
            "request_state": FetchRequest.objects.last_for(Service.PUBMED, publication.pmid or ""),
        },
    )


def _notices_of(publication: Publication) -> dict[str, Any]:
    """A comment is no mark on the paper: it stands apart from the notices."""
    comment = IntegrityNotice.Kind.COMMENT
    told = publication.notices.all()
    return {
        "notices": [notice for notice in told if notice.kind != comment],
        "comments": [notice for notice in told if notice.kind == comment],
    }
