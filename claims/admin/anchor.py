"""Where claims stand in their article."""

from django.contrib import admin

from claims.models import ClaimAnchor
from sources.admin.desk import ReadOnlyAdmin


@admin.register(ClaimAnchor)
class ClaimAnchorAdmin(ReadOnlyAdmin):
    list_display = ("claim", "status", "section", "paragraph", "comment", "start", "end")
    list_filter = ("status", "section", "snapshot__article")
    list_select_related = ("claim",)
    search_fields = ("claim__key", "claim__statement")
