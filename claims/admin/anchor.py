"""Where claims stand in their article, and taking back that one is made in a further passage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from claims.actions.errors import Refused
from claims.actions.places import detach, may_detach
from claims.admin.links import change_url
from claims.models import ClaimAnchor
from sources.admin.desk import ReadOnlyAdmin
from sources.admin.tools import ReasonForm, tool

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@admin.register(ClaimAnchor)
class ClaimAnchorAdmin(ReadOnlyAdmin):
    list_display = ("claim", "status", "section", "paragraph", "comment", "start", "end")
    list_filter = ("status", "section", "snapshot__article")
    list_select_related = ("claim",)
    search_fields = ("claim__key", "claim__statement")

    @tool(
        "Detach",
        form=ReasonForm,
        permission="detach",
        shown=may_detach,
        refusals=(Refused,),
    )
    def detach(self, request: HttpRequest, anchor: ClaimAnchor, given: dict[str, Any]) -> str:
        """The claim is then not made in this passage, in none of the article's texts. Its other
        passages stay, and the history keeps this one with your reason."""
        detach(anchor, by=cast("User", request.user), now=timezone.now(), why=given["why"])
        return f"{anchor.claim.public_id} is made in that passage no more."

    def has_detach_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("claims.change_claimanchor")

    def change_url(self, record: models.Model) -> str:
        """A detached anchor has no page any more; its claim has."""
        return change_url(cast(ClaimAnchor, record).claim)
