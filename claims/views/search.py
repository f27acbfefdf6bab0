"""Search over claims, publications and trials; an identifier leads straight to its page."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from claims.models import Claim
from claims.views.claims import PUBLIC_ID
from claims.views.paging import typed
from sources.identifiers import IllegalIdentifier
from sources.models import Publication, Trial

MOST = 20


def search(request: HttpRequest) -> HttpResponse:
    q = typed(request, "q")
    if found := identified(q):
        return redirect(found)
    return TemplateResponse(request, "claims/search.html", {"q": q, **(_found(q) if q else {})})


def identified(text: str) -> Any | None:
    """Return the one claim, publication or trial that has this identifier."""
    lookups: tuple[Callable[[str], Any], ...] = (_claim, _publication, _trial)
    return next((found for look in lookups if text and (found := look(text))), None)


def _found(q: str) -> dict[str, Any]:
    """One more than is shown is asked for, to know whether there are more."""
    claims = list(Claim.objects.public().saying(q).for_list()[: MOST + 1])
    publications = list(Publication.objects.distinct_works().saying(q)[: MOST + 1])
    named = Trial.objects.resolve(q, suggest=False)
    said = Trial.objects.saying(q)[: MOST + 1]
    trials = list(dict.fromkeys([*named.candidates, *said]))[: MOST + 1]
    return {
        "claims": claims[:MOST],
        "has_more_claims": len(claims) > MOST,
        "publications": publications[:MOST],
        "has_more_publications": len(publications) > MOST,
        "trials": trials[:MOST],
        "is_ambiguous": named.resolution == "ambiguous",
        "near": () if claims or publications or trials else Trial.objects.near(q),
        "is_empty": not (claims or publications or trials),
    }


def _claim(text: str) -> Claim | None:
    number = PUBLIC_ID.fullmatch(text)
    return Claim.objects.public().filter(pk=number[1]).first() if number else None


def _publication(text: str) -> Publication | None:
    identifier = text.lower().removeprefix("pmid").removeprefix("doi").lstrip(": ")
    identifier = identifier.removeprefix("https://doi.org/")
    if identifier.startswith("pmc"):
        identifier = identifier.upper()
    return Publication.objects.identified_by(identifier).first()


def _trial(text: str) -> Trial | None:
    with contextlib.suppress(IllegalIdentifier):
        return Trial.objects.numbered(text).first()
    return None
