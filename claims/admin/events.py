"""The history of everything that reviewers change, as the database keeps it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from claims.admin.blind import visible_assessments, visible_consensus
from claims.models import (
    Assessment,
    Citation,
    Claim,
    ClaimAnchor,
    ClaimRelation,
    Consensus,
    EvidenceItem,
    Quote,
    SearchRecord,
    Verdict,
)
from sources.admin.desk import EventAdmin
from sources.admin.history import event_models


class AssessmentEventAdmin(EventAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(pgh_obj__in=visible_assessments(request.user))


class QuoteEventAdmin(EventAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return (
            super().get_queryset(request).filter(assessment__in=visible_assessments(request.user))
        )


class ConsensusEventAdmin(EventAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(pgh_obj__in=visible_consensus(request.user))


for tracked in (Citation, Claim, ClaimAnchor, ClaimRelation, EvidenceItem, SearchRecord, Verdict):
    admin.site.register(event_models(tracked), EventAdmin)

admin.site.register(event_models(Assessment), AssessmentEventAdmin)
admin.site.register(event_models(Quote), QuoteEventAdmin)
admin.site.register(event_models(Consensus), ConsensusEventAdmin)
