"""What was said anew: the latest versions of verdicts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from claims.models import Verdict
from claims.views.paging import page_of


def changes(request: HttpRequest) -> HttpResponse:
    page = page_of(request, Verdict.objects.for_changes(), size=50)
    return TemplateResponse(request, "claims/changes.html", {"page": page})
