"""What is asked of publications, in the words of the domain."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q

from sources.models.fetch import FetchRequest
from sources.models.report import Report

if TYPE_CHECKING:
    from sources.models.publication import Publication  # noqa: F401  # the subscript of the class

#: Before the row's number, it names a duplicate that has given all its numbers away.
MERGED: Final = "merged-"


class Identified(Protocol):
    """What has the identifiers of a publication."""

    pmid: str
    doi: str | None
    pmcid: str | None


class PublicationQuerySet(models.QuerySet["Publication"]):
    def fetched(self) -> PublicationQuerySet:
        return self.filter(fetched_at__isnull=False)

    def never_fetched(self) -> PublicationQuerySet:
        return self.filter(fetched_at=None)

    def stale(self, before: datetime) -> PublicationQuerySet:
        """Never fetched, or not since then."""
        return self.filter(Q(fetched_at=None) | Q(fetched_at__lt=before))

    def identifiers(self) -> list[str]:
        """Return what the service knows them by, oldest fetch first."""
        known = self.order_by(F("fetched_at").asc(nulls_first=True), "pk")
        return [str(identifier) for identifier in known.values_list("pmid", flat=True)]

    def fetchable(self) -> PublicationQuerySet:
        """Publications that PubMed can be asked for: those with a PMID."""
        return self.filter(pmid__isnull=False)

    def about(self, identifiers: Mapping[str, Collection[str]]) -> PublicationQuerySet:
        """Publications with any of these identifiers: field (pmid, doi, pmcid) to values."""
        # One look into each index: the planner makes nothing good of an OR of three long lists.
        found = {
            key
            for name, values in identifiers.items()
            if values
            for key in self.filter(**{f"{name}__any_of": values})
            .order_by()
            .values_list("pk", flat=True)
        }
        return self.filter(pk__in=found)

    def known_of(self, records: Collection[Identified]) -> set[str]:
        """Return the PMIDs of those records that we hold a publication of, by whatever identifier."""
        names = ("pmid", "doi", "pmcid")
        wanted = {n: [v for r in records if (v := getattr(r, n))] for n in names}
        rows = self.about(wanted).order_by().values_list(*names)
        held = {(name, value) for row in rows for name, value in zip(names, row, strict=True)}
        return {
            r.pmid
            for r in records
            if any((n, getattr(r, n)) in held for n in names if getattr(r, n))
        }

    def deleted_by_pubmed(self) -> PublicationQuerySet:
        return self.filter(deleted_at__isnull=False)

    def with_doi(self) -> PublicationQuerySet:
        """Publications that Crossref can be asked about."""
        return self.filter(doi__isnull=False)

    def tally_of_checks(self, since: datetime) -> dict[str, tuple[int, int]]:
        """Count by source the publications checked since then, and those that can be checked."""
        counts = self.aggregate(
            **{
                f"{source}_{name}": Count("pk", filter=condition)
                for source, identifier in (("pubmed", "pmid"), ("crossref", "doi"))
                for name, condition in (
                    ("checked", Q(**{f"{source}_checked_at__gte": since})),
                    ("all", Q(**{f"{identifier}__isnull": False})),
                )
            }
        )
        return {
            source: (counts[f"{source}_checked"], counts[f"{source}_all"])
            for source in ("pubmed", "crossref")
        }

    def of_disagreeing_sources(self) -> PublicationQuerySet:
        """Publications that PubMed and Crossref were both asked about, with different answers."""
        said = Q(pubmed_integrity="unknown") | Q(crossref_integrity="unknown")
        return self.exclude(said).exclude(pubmed_integrity=F("crossref_integrity"))

    def of_dois(self, dois: Collection[str]) -> list[str]:
        """Return those of the DOIs that a publication here has."""
        return [str(doi) for doi in self.filter(doi__in=dois).values_list("doi", flat=True)]

    def unchecked_in_crossref(self, before: datetime) -> PublicationQuerySet:
        """Never checked there, or not since then; the longest unchecked first."""
        stale = Q(crossref_checked_at=None) | Q(crossref_checked_at__lt=before)
        return self.filter(stale).order_by(F("crossref_checked_at").asc(nulls_first=True), "pk")

    def to_check(
        self, identifier: str, checked_at: str, service: str, before: datetime
    ) -> PublicationQuerySet:
        """Those that the service was not asked about since then, the longest unchecked first.

        A request that is still waiting, or one that ended without an answer, counts as asked:
        what a service does not know is not asked for again before its time.
        """
        asked = FetchRequest.objects.filter(
            Q(created_at__gte=before) | Q(state__in=FetchRequest.LIVE),
            service=service,
            identifier=OuterRef(identifier),
        )
        stale = Q(**{checked_at: None}) | Q(**{f"{checked_at}__lt": before})
        return self.filter(stale, ~Exists(asked), **{f"{identifier}__isnull": False}).order_by(
            F(checked_at).asc(nulls_first=True), "pk"
        )

    def mismatched(self) -> PublicationQuerySet:
        return self.filter(identity=self.model.Identity.MISMATCH)

    def distinct_works(self) -> PublicationQuerySet:
        """All but those that a reviewer has found to be the same record as another."""
        return self.exclude(identity=self.model.Identity.DUPLICATE)

    def identified_by(self, identifier: str) -> PublicationQuerySet:
        """Match a PMID, a PMCID or a DOI, as they stand in addresses."""
        number = identifier.removeprefix(MERGED)
        if number != identifier and re.fullmatch(r"[0-9]{1,9}", number, re.ASCII):
            return self.filter(pk=int(number))
        return self.filter(
            Q(pmid=identifier) | Q(pmcid=identifier.upper()) | Q(doi=identifier.lower())
        )

    def saying(self, text: str) -> PublicationQuerySet:
        """Publications with each of these words in the title or the first author's name."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(title__icontains=word)
                | Q(expected_title__icontains=word)
                | Q(expected_first_author__icontains=word)
            )
        return found

    def with_notices(self) -> PublicationQuerySet:
        return self.prefetch_related("notices")

    def with_trials(self) -> PublicationQuerySet:
        return self.prefetch_related(
            Prefetch("reports", queryset=Report.objects.select_related("trial"))
        )

    def for_page(self) -> PublicationQuerySet:
        """With its notices, the trials it reports, what it pooled and who pooled it."""
        return (
            self.with_notices()
            .with_trials()
            .prefetch_related("inclusions__publication", "inclusions__trial", "included_in__review")
        )
