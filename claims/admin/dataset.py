"""What a data set loaded, and where it went."""

from django.contrib import admin

from claims.models import DatasetEntry
from sources.admin.desk import ReadOnlyAdmin


@admin.register(DatasetEntry)
class DatasetEntryAdmin(ReadOnlyAdmin):
    list_display = ("key", "kind", "dataset", "object_id", "loaded_at")
    list_filter = ("dataset", "kind")
    search_fields = ("key", "=object_id")
    date_hierarchy = "loaded_at"
