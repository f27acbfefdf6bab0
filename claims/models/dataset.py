"""What a data set loaded, so that loading it again keeps its hands off reviewers' edits."""

from __future__ import annotations

from django.db import models


class DatasetEntry(models.Model):
    """One entry of a data set: the row it became, and the values it last wrote there."""

    dataset = models.SlugField(max_length=100)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=300)
    object_id = models.BigIntegerField()
    loaded = models.JSONField(help_text="Field values as last written by the data set.")
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["dataset", "kind", "key"]
        verbose_name_plural = "dataset entries"
        constraints = [
            models.UniqueConstraint(fields=["dataset", "kind", "key"], name="dataset_entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.dataset}: {self.kind} {self.key}"
