"""The list of claims, and a claim's own page."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from claims.models import Claim
from claims.ruleset.vocabulary import Basis, ClaimState
from claims.views.cited import cited
from claims.views.evidence_rows import grouped
from claims.views.filters import Filters
from claims.views.paging import page_of
from claims.views.pillars import names_of, pillars_of
from claims.views.place import place_of
from claims.views.relations import related
from claims.views.tallies import evidence_tally
from claims.wording import why

PUBLIC_ID = re.compile(r"clm-([1-9][0-9]{0,17})", re.IGNORECASE)


def claim_list(request: HttpRequest) -> HttpResponse:
    filters = Filters.of(request)
    page = page_of(request, filters.claims().for_list())
    return TemplateResponse(
        request,
        "claims/claim_list.html",
        {"filters": filters, "page": page, "facets": filters.choices()},
    )


def claim(request: HttpRequest, claim_id: str) -> HttpResponse:
    """A withdrawn claim is gone but not forgotten: its number says so and is never used again."""
    claim = get_object_or_404(Claim.objects.for_page(), pk=claim_id.removeprefix("CLM-"))
    if claim.state == ClaimState.WITHDRAWN:
        return TemplateResponse(
            request, "claims/claim_withdrawn.html", {"claim": claim}, status=410
        )
    if claim.state not in {ClaimState.IN_REVIEW, ClaimState.PUBLISHED}:
        raise Http404("No such claim")
    return TemplateResponse(request, "claims/claim.html", _page_of(claim))


def claim_by_key(request: HttpRequest, key: str) -> HttpResponse:
    if number := PUBLIC_ID.fullmatch(key):
        return redirect("claim", f"CLM-{number[1]}", permanent=True)
    return redirect(get_object_or_404(Claim.objects.exclude(state=ClaimState.DRAFT), key=key))


def _page_of(claim: Claim) -> dict[str, object]:
    versions = list(claim.verdicts.all())
    verdict = next((v for v in versions if v.is_current and v.basis == Basis.TODAY), None)
    parts = list(claim.parts.all())
    groups = grouped(claim.evidence.for_page(), verdict)
    return {
        "claim": claim,
        "verdict": verdict,
        "versions": versions,
        "parts": parts,
        "siblings": _siblings(claim),
        "groups": groups,
        "balance": evidence_tally(verdict.evidence_counts) if verdict else None,
        "pillars": pillars_of(verdict, groups, parts),
        "citations": cited(c for whole in (claim, *parts) for c in whole.citations.all()),
        "is_unsearched": not claim.searches.all(),
        "reasons": why(verdict.trace, names_of(groups, parts)) if verdict else [],
        **place_of(claim),
        "related": related(claim),
    }


def _siblings(claim: Claim) -> list[Claim]:
    if claim.parent is None:
        return []
    return [part for part in claim.parent.parts.all() if part != claim]
