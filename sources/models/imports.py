"""Files of PubMed records that have been read in, and what in them could not be."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class FileImportQuerySet(models.QuerySet["FileImport"]):
    def done(self) -> FileImportQuerySet:
        return self.filter(state=FileImport.State.DONE)

    def unfinished(self) -> FileImportQuerySet:
        """Imports under way, or cut off: the same command goes on with them."""
        return self.filter(state=FileImport.State.RUNNING)


class FileImport(models.Model):
    """One file of PubMed records and how far reading it has come.

    The file is known by its bytes, not by its name. Counts and position change in the same
    transaction as the records, so an import that was cut off goes on exactly where it stopped.
    """

    class State(models.TextChoices):
        RUNNING = "running", "under way or cut off"
        DONE = "done", "done"
        DAMAGED = "damaged", "read as far as it is sound"

    COUNTS = ("new", "changed", "unchanged", "older", "strangers", "deleted", "bad")

    sha256 = models.CharField(max_length=64)
    name = models.TextField()
    size = models.PositiveBigIntegerField(help_text="Bytes, as the file lies on the disk.")
    only_known = models.BooleanField(
        default=False, help_text="Only publications that were known before were updated."
    )
    parser_version = models.CharField(max_length=10)
    as_of = models.DateTimeField(help_text="How PubMed was at this time is what the file says.")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    position = models.PositiveBigIntegerField(
        default=0, help_text="Records up to this byte of the unpacked file are stored."
    )
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    older = models.PositiveIntegerField(
        default=0, help_text="A newer version, or a newer revision, was held already."
    )
    strangers = models.PositiveIntegerField(
        default=0, help_text="Left out: only known publications were asked for."
    )
    deleted = models.PositiveIntegerField(default=0, help_text="PMIDs listed as deleted.")
    bad = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = FileImportQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "only_known", "parser_version"], name="file_import_once"
            ),
            models.CheckConstraint(
                name="file_import_state_is_known",
                condition=Q(state__in=["running", "done", "damaged"]),
            ),
            models.CheckConstraint(
                name="file_import_end_has_a_time",
                condition=Q(state="running", finished_at=None)
                | Q(state__in=["done", "damaged"], finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_state_display()}"


class BadRecord(models.Model):
    """Something in a file that is no usable record: where it is, and why."""

    file_import = models.ForeignKey(FileImport, models.CASCADE, related_name="bad_records")
    position = models.PositiveBigIntegerField(help_text="Byte of the unpacked file.")
    reason = models.TextField()

    class Meta:
        ordering = ["file_import", "position"]
        constraints = [
            models.UniqueConstraint(fields=["file_import", "position"], name="bad_record_once"),
            models.CheckConstraint(name="bad_record_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.file_import.name}, byte {self.position}: {self.reason}"
