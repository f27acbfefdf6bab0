"""Filters of the lists, in domain words."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from claims.models import Claim, Verdict
from claims.ruleset import vocabulary


class CurrentVerdictFilter(SimpleListFilter):
    """Claims by what is said of them today."""

    title = "current verdict"
    parameter_name = "judged"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [*vocabulary.Verdict.choices(), ("none", "No verdict yet")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "none":
            return queryset.exclude(verdicts__in=Verdict.objects.current())
        return queryset.judged(self.value()) if self.value() else queryset


class TopicFilter(SimpleListFilter):
    """Claims by topic."""

    title = "topic"
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        topics = sorted(Claim.objects.topic_tally())
        return [(topic, topic.replace("-", " ")) for topic in topics]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.about(self.value()) if self.value() else queryset


class PartFilter(SimpleListFilter):
    """Claims that stand alone, that have parts, and that are parts."""

    title = "place"
    parameter_name = "place"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [("compound", "Has parts"), ("part", "Is a part"), ("leaf", "Carries evidence")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        conditions = {
            "compound": {"parts__isnull": False},
            "part": {"parent__isnull": False},
            "leaf": {"parts__isnull": True},
        }
        wanted = conditions.get(self.value() or "")
        return queryset.filter(**wanted).distinct() if wanted else queryset


class ConsensusFilter(SimpleListFilter):
    """Evidence items that count already, and those still to be settled."""

    title = "consensus"
    parameter_name = "consensus"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [("awaited", "Awaited"), ("reached", "Reached")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset if value is None else queryset.filter(consensus__isnull=value == "awaited")


class MineFilter(SimpleListFilter):
    """Evidence items by whether the person asking has assessed them."""

    title = "my assessment"
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [("to_do", "Not yet"), ("done", "Submitted")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset if value is None else queryset.filter(is_mine=value == "done")


class ApprovalFilter(SimpleListFilter):
    """Verdicts that an editor has approved, and proposals."""

    title = "approval"
    parameter_name = "approval"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [("awaited", "Awaited"), ("given", "Given")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "awaited":
            return queryset.proposed()
        return queryset.published() if self.value() == "given" else queryset
