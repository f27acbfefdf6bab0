"""The bytes a service sent, kept compressed so that they can be parsed again without asking."""

from __future__ import annotations

import hashlib
import zlib

from django.db import models
from isal import isal_zlib

from sources.models.fetch import Service


class PayloadQuerySet(models.QuerySet["Payload"]):
    def of(self, service: str, identifier: str) -> PayloadQuerySet:
        return self.filter(service=service, identifier=identifier)

    def newest_first(self) -> PayloadQuerySet:
        return self.order_by("-fetched_at", "-pk")


class Payload(models.Model):
    """One record as a service sent it; a refetch that changed it adds another."""

    service = models.CharField(max_length=15, choices=Service)
    identifier = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    compressed = models.BinaryField()
    size = models.PositiveIntegerField(help_text="Bytes before compression.")
    fetched_at = models.DateTimeField()

    objects = PayloadQuerySet.as_manager()

    class Meta:
        ordering = ["-fetched_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["service", "identifier", "sha256"], name="payload_once")
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.identifier} {self.sha256[:12]}"

    @staticmethod
    def digest(content: bytes) -> str:
        return hashlib.sha256(content).hexdigest()

    @staticmethod
    def pack(content: bytes) -> bytes:
        """Compress as zlib does, only several times as fast: whatever reads zlib reads it."""
        return isal_zlib.compress(content, 2)

    @property
    def content(self) -> bytes:
        return zlib.decompress(self.compressed)
