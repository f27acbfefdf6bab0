"""A paper as PubMed describes it."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse

from sources.models.checked import Checked, integrity_constraints
from sources.models.publication_history import WATCHED, keep_what_was
from sources.models.publication_queryset import MERGED, PublicationQuerySet


class Publication(Checked):
    """One paper, preprint or book chapter: what is known of it and since when."""

    class AbstractState(models.TextChoices):
        PRESENT = "present", "present"
        ABSENT = "absent_in_source", "the source has no abstract"
        NOT_FETCHED = "not_fetched", "not fetched yet"

    class Standing(models.TextChoices):
        JOURNAL = "journal", "journal article"
        PREPRINT = "preprint", "preprint"
        BOOK = "book", "book"
        SUPERSEDED = "superseded", "superseded"

    class Identity(models.TextChoices):
        CONFIRMED = "confirmed", "confirmed"
        UNCONFIRMED = "unconfirmed", "not confirmed yet"
        MISMATCH = "mismatch", "the record is another paper than expected"
        IN_CONFLICT = "in_conflict", "in conflict: two sources do not agree on its number"
        DUPLICATE = "duplicate", "the same record as another"

    pmid = models.CharField("PMID", max_length=9, null=True, blank=True, unique=True)
    doi = models.CharField("DOI", max_length=300, null=True, blank=True, unique=True)
    pmcid = models.CharField("PMCID", max_length=15, null=True, blank=True, unique=True)

    title = models.TextField(blank=True)
    title_html = models.TextField(blank=True, help_text="Only i, b, sup, sub and u.")
    vernacular_title = models.TextField(blank=True)
    abstract_state = models.CharField(
        max_length=20, choices=AbstractState, default=AbstractState.NOT_FETCHED
    )
    abstract_sections = models.JSONField(default=list, blank=True)
    other_abstracts = models.JSONField(default=list, blank=True)

    journal = models.TextField(blank=True)
    journal_iso = models.TextField(blank=True)
    issn = models.CharField(max_length=9, blank=True)
    volume = models.TextField(blank=True)
    issue = models.TextField(blank=True)
    pages = models.TextField(blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    month = models.PositiveSmallIntegerField(null=True, blank=True)
    day = models.PositiveSmallIntegerField(null=True, blank=True)
    medline_date = models.TextField(blank=True, help_text="Verbatim, when the date is no date.")

    authors = models.JSONField(default=list, blank=True)
    publication_types = models.JSONField(default=list, blank=True)
    mesh = models.JSONField(default=list, blank=True)
    keywords = ArrayField(models.TextField(), default=list, blank=True)
    grants = models.JSONField(default=list, blank=True)
    databank_ids = models.JSONField(default=list, blank=True)
    comments_corrections = models.JSONField(default=list, blank=True)
    languages = ArrayField(models.TextField(), default=list, blank=True)
    medline_status = models.TextField(blank=True)
    details = models.JSONField(
        default=dict,
        blank=True,
        help_text="What PubMed says besides: history dates, article ids, references, ...",
    )

    standing = models.CharField(max_length=12, choices=Standing, default=Standing.JOURNAL)

    identity = models.CharField(max_length=12, choices=Identity, default=Identity.UNCONFIRMED)
    identity_basis = models.TextField(blank=True, help_text="How the identity was confirmed.")
    expected_title = models.TextField(blank=True, help_text="What a curator believes it is called.")
    expected_first_author = models.TextField(blank=True)
    expected_year = models.PositiveSmallIntegerField(null=True, blank=True)
    study_design = models.CharField(max_length=30, blank=True)
    sample_size = models.PositiveIntegerField("n", null=True, blank=True)
    interest_note = models.TextField(blank=True, help_text="Who paid, who is close to whom.")
    integrity_note = models.TextField(blank=True)
    numbers_from = models.CharField(
        max_length=20, blank=True, help_text="Where curated figures were seen: abstract or memory."
    )

    fetched_at = models.DateTimeField(null=True, blank=True)
    parser_version = models.CharField(max_length=10, blank=True)
    record_sha256 = models.CharField(
        max_length=64, blank=True, help_text="The payload that all this was read from."
    )
    record_version = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="PubMed's version of the record; the highest counts."
    )
    revised_on = models.DateField(null=True, blank=True, help_text="PubMed's DateRevised.")
    deleted_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when PubMed is known to have taken the PMID back."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "pk"]
        constraints = [
            models.CheckConstraint(
                name="publication_has_an_identifier",
                condition=Q(pmid__isnull=False)
                | Q(doi__isnull=False)
                | Q(pmcid__isnull=False)
                | Q(identity="duplicate"),
                violation_error_message="Give a PMID, a DOI or a PMCID.",
            ),
            models.CheckConstraint(
                name="publication_pmid_is_digits", condition=Q(pmid__regex=r"^[1-9][0-9]{0,8}$")
            ),
            models.CheckConstraint(
                name="publication_doi_is_lower_case",
                condition=Q(doi__regex=r"^10\.[0-9]{4,9}/\S+$") & ~Q(doi__regex=r"[A-Z]"),
            ),
            models.CheckConstraint(
                name="publication_pmcid_is_whole", condition=Q(pmcid__regex=r"^PMC[0-9]{1,10}$")
            ),
            models.CheckConstraint(
                name="publication_date_is_partial_from_the_right",
                condition=(Q(day=None) | Q(month__isnull=False))
                & (Q(month=None) | Q(year__isnull=False))
                & Q(month__range=(1, 12))
                & Q(day__range=(1, 31)),
            ),
            models.CheckConstraint(
                name="publication_abstract_state_tells_the_truth",
                condition=Q(abstract_state="present") & ~Q(abstract_sections=[])
                | ~Q(abstract_state="present") & Q(abstract_sections=[]),
            ),
            models.CheckConstraint(
                name="publication_abstract_is_known_only_when_fetched",
                condition=Q(abstract_state="not_fetched") | Q(fetched_at__isnull=False),
            ),
            *integrity_constraints(),
            *(
                models.CheckConstraint(
                    name=f"publication_{field}_is_known", condition=Q(**{f"{field}__in": values})
                )
                for field, values in (
                    ("abstract_state", ["present", "absent_in_source", "not_fetched"]),
                    ("standing", ["journal", "preprint", "book", "superseded"]),
                    (
                        "identity",
                        ["confirmed", "unconfirmed", "mismatch", "in_conflict", "duplicate"],
                    ),
                )
            ),
        ]
        triggers = [keep_what_was]
        indexes = [
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="publication_title_trgm"),
        ]

    def __str__(self) -> str:
        return f"{self.short_citation}: {self.title}" if self.title else self.identifier_text

    def get_absolute_url(self) -> str:
        return reverse("publication", args=[self.public_id])

    @property
    def public_id(self) -> str:
        """The identifier used in addresses: the PMID, else the PMCID, else the DOI.

        A duplicate whose numbers went to the record that is kept has none of these.
        """
        return self.pmid or self.pmcid or self.doi or (f"{MERGED}{self.pk}" if self.pk else "")

    @property
    def identifier_text(self) -> str:
        if self.pmid:
            return f"PMID {self.pmid}"
        return self.pmcid or (f"doi:{self.doi}" if self.doi else f"merged record {self.pk}")

    @property
    def first_author(self) -> str:
        """The first author's family name or the group's; the curator's word before the fetch."""
        for author in self.authors[:1]:
            return str(author.get("family") or author.get("collective") or "")
        return self.expected_first_author

    @property
    def short_citation(self) -> str:
        year = str(self.year) if self.year else "no date"
        return f"{self.first_author} {year}".strip()

    @property
    def is_fetched(self) -> bool:
        return self.fetched_at is not None

    @property
    def pubmed_url(self) -> str:
        return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/" if self.pmid else ""

    @property
    def doi_url(self) -> str:
        return f"https://doi.org/{self.doi}" if self.doi else ""

    @property
    def pmc_url(self) -> str:
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{self.pmcid}/" if self.pmcid else ""


pghistory.track(
    pghistory.UpdateEvent(condition=pghistory.AnyChange(*WATCHED)),
    fields=[*WATCHED, "identity_basis", "pmid", "record_sha256"],
    model_name="PublicationEvent",
)(Publication)
