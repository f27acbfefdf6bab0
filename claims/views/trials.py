"""A trial: what is registered, what curators say it tested and showed, and what it bears on."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from claims.models import Citation, EvidenceItem
from claims.views import registered
from claims.views.cited import unjoined
from sources.models import FetchRequest, IdentityConflict, Report, Trial

NUMBER: Final = re.compile("[a-z]{3,6}[0-9]{8,14}", re.IGNORECASE)


def trial(request: HttpRequest, registry_id: str) -> HttpResponse:
    """Show the trial of this number; an old number or a name leads to it."""
    found = Trial.objects.for_page().filter(registry_id=registry_id).first()
    if found is None:
        return _elsewhere(registry_id)
    return TemplateResponse(request, "claims/trial.html", _context(found))


def _elsewhere(text: str) -> HttpResponse:
    if NUMBER.fullmatch(text) and text != text.upper():
        return redirect("trial", text.upper(), permanent=True)
    match = Trial.objects.resolve(text)
    if match.trial:
        # A number stays with its trial; who bears a name may change.
        return redirect(match.trial, permanent=match.by_number)
    if match.candidates:
        return redirect(f"{reverse('search')}?{urlencode({'q': text})}")
    raise Http404(f"There is no trial {text} here.")


def _context(trial: Trial) -> dict[str, Any]:
    drifts = registered.drifts(trial)
    return {
        "trial": trial,
        "reports": sorted(trial.reports.all(), key=_by_role),
        "other_names": [name for name in trial.aliases if name != trial.acronym],
        "old_numbers": trial.numbers[1:],
        "other_numbers": [name for name in trial.secondary_ids if name not in trial.numbers],
        "evidence": EvidenceItem.objects.bearing_through(trial).for_source_page(),
        "citations": unjoined(
            Citation.objects.of_public_claims().citing_trial(trial).with_sources()
        ),
        "request_state": FetchRequest.objects.last_for_any(trial.service, trial.numbers),
        "conflicts": IdentityConflict.objects.open().filter(trial=trial).with_parties(),
        "drifts": drifts,
        "open_drifts": [drift for drift in drifts if drift.is_open],
        "posted": registered.posted(trial),
        "reference_groups": registered.reference_groups(trial),
    }


def _by_role(report: Report) -> tuple[int, int]:
    """Primary results first, then follow-ups, and so on; the older before the newer."""
    return list(Report.Role).index(Report.Role(report.role)), report.publication.year or 0
