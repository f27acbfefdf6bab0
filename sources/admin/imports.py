"""Files of PubMed records that were read in, what in them could not be, and what PubMed took back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from sources.admin.desk import ReadOnlyAdmin, ReadOnlyInline
from sources.admin.live import LiveAdmin
from sources.models import BadRecord, DeletedPMID, FileImport


class BadRecordInline(ReadOnlyInline):
    model = BadRecord
    fields = ("position", "reason")
    verbose_name_plural = "what could not be read: the byte of the unpacked file, and why"


@admin.register(FileImport)
class FileImportAdmin(LiveAdmin):
    progress_template = "admin/sources/fileimport/progress.html"
    list_display = ("name", "state", *FileImport.COUNTS, "as_of", "started_at", "finished_at")
    list_filter = ("state", "only_known")
    search_fields = ("name", "=sha256")
    date_hierarchy = "started_at"
    inlines = (BadRecordInline,)

    def progress(self, record: FileImport) -> dict[str, Any]:
        counts = [(name, getattr(record, name)) for name in FileImport.COUNTS]
        return {
            "is_finished": record.state != FileImport.State.RUNNING,
            "state": record.get_state_display(),
            "records": sum(number for _, number in counts),
            "bad": record.bad,
            "position": record.position,
            "counts": counts,
        }


@admin.register(BadRecord)
class BadRecordAdmin(ReadOnlyAdmin):
    list_display = ("file_import", "position", "reason")
    list_select_related = ("file_import",)
    search_fields = ("file_import__name", "reason")


@admin.register(DeletedPMID)
class DeletedPMIDAdmin(ReadOnlyAdmin):
    list_display = ("pmid", "deleted_at", "listed_in")
    search_fields = ("=pmid",)
    date_hierarchy = "deleted_at"
