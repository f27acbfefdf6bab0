"""How claims bear on each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from claims.actions.curation import keep
from claims.actions.errors import Refused
from claims.models import ClaimRelation
from sources.admin.desk import DeskAdmin

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@admin.register(ClaimRelation)
class ClaimRelationAdmin(DeskAdmin):
    refusals = (Refused,)
    list_display = ("source", "type", "target")
    list_filter = ("type", "source__article")
    list_select_related = ("source", "target")
    search_fields = ("source__key", "source__statement", "target__key", "target__statement")
    autocomplete_fields = ("source", "target")

    def save_model(self, request: HttpRequest, obj: ClaimRelation, form: Any, change: bool) -> None:
        keep(obj, by=cast("User", request.user), now=timezone.now())
