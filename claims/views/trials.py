"""A trial: what is registered, what curators say it tested and showed, and what it bears on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from claims.models import Citation, EvidenceItem
from claims.views.cited import unjoined
from sources.models import FetchRequest, Report, Trial


def trial(request: HttpRequest, registry_id: str) -> HttpResponse:
    if registry_id != registry_id.upper():
        return redirect("trial", registry_id.upper(), permanent=True)
    trial = get_object_or_404(Trial.objects.for_page(), registry_id=registry_id)
    return TemplateResponse(
        request,
        "claims/trial.html",
        {
            "trial": trial,
            "reports": sorted(trial.reports.all(), key=_by_role),
            "other_names": [name for name in trial.aliases if name != trial.acronym],
            "evidence": EvidenceItem.objects.bearing_through(trial).for_source_page(),
            "citations": unjoined(
                Citation.objects.of_public_claims().citing_trial(trial).with_sources()
            ),
            "request_state": trial.service
            and FetchRequest.objects.last_for(trial.service, trial.registry_id),
        },
    )


def _by_role(report: Report) -> tuple[int, int]:
    """Primary results first, then follow-ups, and so on; the older before the newer."""
    return list(Report.Role).index(Report.Role(report.role)), report.publication.year or 0
