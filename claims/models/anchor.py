"""Where claims stand in an article: offsets, and fingerprints that find them again."""

from __future__ import annotations

from zlib import crc32

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q

from claims.models.article import ArticleSnapshot
from claims.models.constraints import one_of
from claims.ruleset.vocabulary import AnchorStatus


class ClaimAnchorQuerySet(models.QuerySet["ClaimAnchor"]):
    def in_order(self) -> ClaimAnchorQuerySet:
        return self.order_by("start", "end")

    def with_snapshot(self) -> ClaimAnchorQuerySet:
        """Newest snapshot first, in it known places first, in the order of reading."""
        return self.select_related("snapshot__article").order_by(
            "-snapshot__created_at", "-snapshot", "start", "pk"
        )

    def placed(self) -> ClaimAnchorQuerySet:
        """Anchors whose words were found in their snapshot, with their claims."""
        found = self.filter(status__in=[AnchorStatus.EXACT, AnchorStatus.RELOCATED])
        return found.select_related("claim").in_order()

    def newest_texts(self) -> ClaimAnchorQuerySet:
        """Of these, the ones in texts that are here, the newest text first."""
        here = self.placed().filter(snapshot__text__isnull=False).select_related("snapshot")
        return here.order_by("-snapshot", "start")

    def touching(self, start: int, end: int) -> ClaimAnchorQuerySet:
        """Of these, the ones that share a character with this stretch of their snapshot."""
        return self.placed().filter(start__lt=end, end__gt=start)

    def of_same_words(self, fingerprint_sha256: str) -> ClaimAnchorQuerySet:
        """Anchors, wherever they are, made on the words with this fingerprint, with their claims."""
        return self.filter(fingerprint_sha256=fingerprint_sha256).select_related("claim")

    def lost(self) -> ClaimAnchorQuerySet:
        return self.filter(status__in=[AnchorStatus.ORPHANED, AnchorStatus.AMBIGUOUS])


class ClaimAnchor(models.Model):
    """Where a claim stands in one snapshot: W3C text position, and a fingerprint of the words."""

    claim = models.ForeignKey("claims.Claim", models.PROTECT, related_name="anchors")
    snapshot = models.ForeignKey(ArticleSnapshot, models.PROTECT, related_name="anchors")
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True, help_text="Exclusive.")
    span_sha256 = models.CharField(max_length=64, blank=True)
    fingerprint_words = models.PositiveSmallIntegerField()
    fingerprint_sha256 = models.CharField(max_length=64)
    landmark_index = models.PositiveSmallIntegerField(null=True, blank=True)
    landmark_crc32 = models.BigIntegerField(null=True, blank=True)
    section = models.CharField(max_length=20, blank=True)
    paragraph = models.PositiveSmallIntegerField(null=True, blank=True)
    comment = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(
        max_length=10, choices=AnchorStatus.choices(), default=AnchorStatus.UNRESOLVED
    )

    orphaned_reason = models.TextField(
        blank=True, help_text="Why a reviewer found that none of the places is the right one."
    )

    objects = ClaimAnchorQuerySet.as_manager()

    class Meta:
        ordering = ["snapshot", "start", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "snapshot", "fingerprint_sha256"],
                name="anchor_once_a_snapshot",
                violation_error_message="The claim is anchored at these words already.",
            ),
            models.CheckConstraint(
                name="anchor_is_a_span",
                condition=Q(status__in=["ambiguous", "orphaned"], start=None, end=None)
                | Q(
                    status__in=["unresolved", "exact", "relocated"],
                    start__isnull=False,
                    end__isnull=False,
                    start__lt=F("end"),
                ),
            ),
            models.CheckConstraint(
                name="anchor_has_a_fingerprint",
                condition=Q(fingerprint_words__gt=0, fingerprint_sha256__regex=r"^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(
                name="anchor_landmark_is_a_word_of_the_span",
                condition=Q(landmark_index=None, landmark_crc32=None)
                | Q(
                    landmark_index__isnull=False,
                    landmark_index__lt=F("fingerprint_words"),
                    landmark_crc32__isnull=False,
                    landmark_crc32__range=(0, 2**32 - 1),
                ),
            ),
            models.CheckConstraint(
                name="anchor_in_a_paragraph_or_a_comment",
                condition=Q(paragraph=None) | Q(comment=None),
            ),
            models.CheckConstraint(
                name="anchor_reason_is_of_an_orphan",
                condition=Q(orphaned_reason="") | Q(status="orphaned"),
                violation_error_message="Only an anchor without a place has a reason for it.",
            ),
            one_of("status", AnchorStatus, model="anchor"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="inside_the_body",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__start__isnull=False),
                func="""
                    IF EXISTS (
                        SELECT 1 FROM claims_articlesnapshot s, claims_claim c
                        WHERE s.id = NEW.snapshot_id AND c.id = NEW.claim_id
                          AND (NEW."end" > s.code_points
                               OR (c.voice = 'author'
                                   AND (NEW.start < s.body_start OR NEW."end" > s.body_end)))
                    ) THEN
                        RAISE EXCEPTION 'anchor_inside_the_body: an author''s claim is anchored inside the body'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"CLM-{self.claim_id} at {self.start}-{self.end}"

    @property
    def state_token(self) -> str:
        """What a form remembers, so that it is told when somebody else has settled the place."""
        return f"{self.status}:{self.start}:{self.end}:{crc32(self.orphaned_reason.encode())}"


pghistory.track()(ClaimAnchor)
