"""Retractions, corrections and concerns, as the services tell them."""

from django.contrib import admin

from sources.admin.desk import ReadOnlyAdmin
from sources.models import IntegrityNotice


@admin.register(IntegrityNotice)
class IntegrityNoticeAdmin(ReadOnlyAdmin):
    list_display = ("publication", "kind", "date", "source", "first_seen_at", "cleared_at")
    list_filter = ("kind", "source", ("cleared_at", admin.EmptyFieldListFilter))
    list_select_related = ("publication",)
    search_fields = ("=publication__pmid", "publication__title", "=notice_pmid", "reference")
    date_hierarchy = "first_seen_at"

    def heading(self, record: IntegrityNotice) -> str:
        return f"{record.get_kind_display().capitalize()} of {record.publication}"
