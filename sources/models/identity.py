"""Doubts about which paper or trial a record is: named, one row each, until a person has settled it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from sources.models.publication import Publication
from sources.models.trial import Trial


class IdentityConflictQuerySet(models.QuerySet["IdentityConflict"]):
    def open(self) -> IdentityConflictQuerySet:
        return self.filter(state=IdentityConflict.State.OPEN)

    def settled(self) -> IdentityConflictQuerySet:
        """Resolved by a person, whose word holds for as long as the source says the same."""
        return self.filter(resolved_by__isnull=False)

    def about(self, publication: Publication) -> IdentityConflictQuerySet:
        """Those that it is the subject of, and those of others in which it has a part."""
        return self.filter(Q(publication=publication) | Q(other_publication=publication))

    def kept_instead_of(self, publication: Publication) -> Publication | None:
        """The publication that a reviewer has kept where this one was the same record."""
        words = IdentityConflict.Resolution
        found = self.with_parties().filter(
            Q(publication=publication, resolution=words.ONE_KEEP_OTHER)
            | Q(other_publication=publication, resolution=words.ONE_KEEP_THIS)
        )
        last = found.order_by("-resolved_at", "-pk").first()
        if last is None:
            return None
        return last.other_publication if last.publication == publication else last.publication

    def kept_publications(self) -> dict[int, int]:
        """Return, by the key of each duplicate, the key of the publication that stands for it."""
        words = IdentityConflict.Resolution
        merged = self.filter(resolution__in=[words.ONE_KEEP_THIS, words.ONE_KEEP_OTHER])
        kept: dict[int, int] = {}
        for row in merged.filter(trial=None).order_by("resolved_at", "pk"):
            pair = (row.publication_id or 0, row.other_publication_id or 0)
            this_is_kept = row.resolution == words.ONE_KEEP_THIS
            stays, goes = pair if this_is_kept else pair[::-1]
            kept = {gone: stays if to == goes else to for gone, to in kept.items()} | {goes: stays}
        return kept

    def with_parties(self) -> IdentityConflictQuerySet:
        return self.select_related(
            "publication", "other_publication", "trial", "other_trial", "resolved_by"
        )


class IdentityConflict(models.Model):
    """Two sources that do not agree on which work an identifier stands for.

    The subject is the publication (or trial) whose record raised the doubt; `ours` is what was stored
    here, `theirs` what the service said, each with where it came from. While it is open the
    subject counts as evidence for nothing.
    """

    class Kind(models.TextChoices):
        DOI_OF_TWO = "doi_of_two", "one DOI, two publications"
        PMCID_OF_TWO = "pmcid_of_two", "one PMCID, two publications"
        OTHER_DOI = "other_doi", "another DOI than stored"
        OTHER_PMCID = "other_pmcid", "another PMCID than stored"
        OTHER_TITLE = "other_title", "the title is another paper's"
        REGISTRY_ID = "registry_id", "one registration, two trials"

    class State(models.TextChoices):
        OPEN = "open", "open"
        RESOLVED = "resolved", "resolved"

    class Resolution(models.TextChoices):
        KEEP_OURS = "keep_ours", "keep ours"
        TAKE_THEIRS = "take_theirs", "take theirs"
        ONE_KEEP_THIS = "one_keep_this", "they are one record: this one is kept"
        ONE_KEEP_OTHER = "one_keep_other", "they are one record: the other one is kept"
        DIFFERENT = "different", "different works"
        GONE = "gone", "the source no longer says so"

    kind = models.CharField(max_length=12, choices=Kind)
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="conflicts"
    )
    trial = models.ForeignKey(
        Trial, models.PROTECT, null=True, blank=True, related_name="conflicts"
    )
    other_publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="conflicts_of_others"
    )
    other_trial = models.ForeignKey(
        Trial, models.PROTECT, null=True, blank=True, related_name="conflicts_of_others"
    )
    ours = models.TextField(help_text="What was stored here.")
    ours_from = models.TextField(help_text="Where that came from.")
    theirs = models.TextField(help_text="What the service says.")
    theirs_from = models.TextField(help_text="Where that came from.")
    found_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    resolution = models.CharField(max_length=14, choices=Resolution, blank=True)
    reason = models.TextField(blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = IdentityConflictQuerySet.as_manager()

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "publication"],
                condition=Q(state="open"),
                name="identity_conflict_one_open_a_publication",
            ),
            models.UniqueConstraint(
                fields=["kind", "trial"],
                condition=Q(state="open"),
                name="identity_conflict_one_open_a_trial",
            ),
            models.CheckConstraint(
                name="identity_conflict_has_one_subject",
                condition=Q(
                    kind="registry_id",
                    publication=None,
                    other_publication=None,
                    trial__isnull=False,
                    other_trial__isnull=False,
                )
                | ~Q(kind="registry_id")
                & Q(publication__isnull=False, trial=None, other_trial=None),
            ),
            models.CheckConstraint(
                name="identity_conflict_of_two_names_both",
                condition=~Q(kind__in=["doi_of_two", "pmcid_of_two"])
                | Q(other_publication__isnull=False),
            ),
            models.CheckConstraint(
                name="identity_conflict_is_not_with_itself",
                condition=(
                    Q(other_publication=None) | ~Q(other_publication=models.F("publication"))
                )
                & (Q(other_trial=None) | ~Q(other_trial=models.F("trial"))),
            ),
            models.CheckConstraint(
                name="identity_conflict_resolution_is_whole",
                condition=Q(
                    state="open", resolution="", reason="", resolved_by=None, resolved_at=None
                )
                | Q(state="resolved", resolved_at__isnull=False)
                & ~Q(resolution="")
                & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="identity_conflict_is_resolved_by_a_person",
                condition=Q(resolution__in=["", "gone"], resolved_by=None)
                | ~Q(resolution__in=["", "gone"]) & Q(resolved_by__isnull=False),
            ),
            *(
                models.CheckConstraint(
                    name=f"identity_conflict_{field}_is_known",
                    condition=Q(**{f"{field}__in": words}),
                )
                for field, words in (
                    (
                        "kind",
                        [
                            "doi_of_two",
                            "pmcid_of_two",
                            "other_doi",
                            "other_pmcid",
                            "other_title",
                            "registry_id",
                        ],
                    ),
                    ("state", ["open", "resolved"]),
                    (
                        "resolution",
                        [
                            "",
                            "keep_ours",
                            "take_theirs",
                            "one_keep_this",
                            "one_keep_other",
                            "different",
                            "gone",
                        ],
                    ),
                )
            ),
        ]
        indexes = [
            models.Index(
                fields=["found_at"], condition=Q(state="open"), name="identity_conflict_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_text}: {self.get_kind_display()}"

    @property
    def subject(self) -> Publication | Trial:
        """The record that raised the doubt. A constraint sees to it that there is one."""
        found = self.publication or self.trial
        assert found is not None  # noqa: S101  (identity_conflict_has_one_subject)
        return found

    @property
    def other(self) -> Publication | Trial | None:
        return self.other_publication or self.other_trial

    @property
    def subject_text(self) -> str:
        return self.publication.identifier_text if self.publication else str(self.trial)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def choices(self) -> Collection[IdentityConflict.Resolution]:
        """How a person may resolve it; which depends on its kind."""
        return CHOICES[IdentityConflict.Kind(self.kind)]


_OF_TWO: Final = (
    IdentityConflict.Resolution.KEEP_OURS,
    IdentityConflict.Resolution.TAKE_THEIRS,
    IdentityConflict.Resolution.ONE_KEEP_THIS,
    IdentityConflict.Resolution.ONE_KEEP_OTHER,
    IdentityConflict.Resolution.DIFFERENT,
)
_OF_ONE: Final = (
    IdentityConflict.Resolution.KEEP_OURS,
    IdentityConflict.Resolution.TAKE_THEIRS,
    IdentityConflict.Resolution.DIFFERENT,
)
CHOICES: Final[dict[IdentityConflict.Kind, tuple[IdentityConflict.Resolution, ...]]] = {
    IdentityConflict.Kind.DOI_OF_TWO: _OF_TWO,
    IdentityConflict.Kind.PMCID_OF_TWO: _OF_TWO,
    IdentityConflict.Kind.OTHER_DOI: _OF_ONE,
    IdentityConflict.Kind.OTHER_PMCID: _OF_ONE,
    # A title is not chosen but read: either the record is the paper that was meant, or it is not.
    IdentityConflict.Kind.OTHER_TITLE: (
        IdentityConflict.Resolution.TAKE_THEIRS,
        IdentityConflict.Resolution.DIFFERENT,
    ),
    IdentityConflict.Kind.REGISTRY_ID: (
        IdentityConflict.Resolution.ONE_KEEP_THIS,
        IdentityConflict.Resolution.ONE_KEEP_OTHER,
        IdentityConflict.Resolution.DIFFERENT,
    ),
}

pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange("state", "resolution", "reason")),
    exclude=["last_seen_at"],
)(IdentityConflict)
