"""Publications: the list with its filters, and one in full."""

from datetime import datetime
from html import escape
from typing import Annotated, Any, TypedDict

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from claims.api import addresses, bibliography, filters, lookups, words
from claims.api.bodies import revised
from claims.api.cursors import Ordering
from claims.api.views import Listing, Resource
from sources.models import IdentityConflict, IntegrityNotice, Publication, Report

UNSHOWN = ("details", "other_abstracts", "grants")


class NamesJSON(TypedDict):
    """The names of a publication."""

    pmid: str | None
    doi: str | None
    pmcid: str | None
    url: words.URL
    title: Annotated[str, "Plain text; before the first fetch as curators have it."]
    title_html: Annotated[str, "With i, b, sup, sub and u only."]
    vernacular_title: str | None
    abstract_state: words.AbstractState
    abstract: Annotated[
        list[bibliography.AbstractSectionJSON],
        "The publisher's text: it is not under this site's licence.",
    ]
    authors: list[bibliography.AuthorJSON]


class IssueJSON(TypedDict):
    """Where and when it appeared. Partial dates stay partial."""

    journal: str | None
    journal_iso: str | None
    issn: str | None
    volume: str | None
    issue: str | None
    pages: str | None
    year: int | None
    month: int | None
    day: int | None
    medline_date: Annotated[str | None, "Verbatim, when the date is no date."]


class PublicationJSON(NamesJSON, IssueJSON):
    """A paper as PubMed describes it. "Not checked" (unknown) is not "no notice found" (current)."""

    languages: list[str]
    publication_types: list[bibliography.TermJSON]
    mesh: list[bibliography.MeshHeadingJSON]
    keywords: list[str]
    databank_ids: list[bibliography.DatabankIDJSON]
    trials: list[bibliography.ReportedTrialJSON]
    integrity: words.Integrity
    integrity_checked_at: datetime | None
    integrity_notices: list[bibliography.NoticeJSON]
    comments_corrections: list[bibliography.CommentCorrectionJSON]
    identity: Annotated[
        words.PublicationIdentity, "Whether the record is the work that curators meant."
    ]
    identity_conflicts: Annotated[
        list[bibliography.ConflictJSON],
        "What sources do not agree on and nobody has settled; with any, it counts for nothing.",
    ]
    fetched_at: datetime | None
    parser_version: str | None
    revision: words.Revision
    api_url: words.URL
    standing: words.Standing
    first_author: Annotated[str | None, "Before the first fetch as curators have it."]
    interest_note: Annotated[str | None, "Who paid, who is close to whom."]
    integrity_note: str | None
    integrity_checks: Annotated[
        list[bibliography.IntegrityCheckJSON],
        "What each source says; integrity is their gravest word.",
    ]
    integrity_sources_disagree: bool
    deleted_at: Annotated[
        datetime | None, "Since when PubMed is known to have taken the PMID back; null: it has not."
    ]


class PublicationFilters(filters.StrictFilterSet):
    """By date, by integrity, and by what has been fetched."""

    year = filters.Matching(
        "^[1-9][0-9]{3}$",
        "a year of four digits",
        within=(1000, 9999),
        help_text="By the year of publication.",
    )
    integrity = filters.OneOf(
        Publication.Integrity, help_text="By what notices there are; unknown: not checked."
    )
    identity = filters.OneOf(
        Publication.Identity, help_text="By whether the record is the work that was meant."
    )
    abstract_state = filters.OneOf(
        Publication.AbstractState, help_text="By whether there is an abstract."
    )
    fetched = filters.Flag(
        field_name="fetched_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="By whether the record has been fetched from PubMed.",
    )


class PublicationList(Listing):
    """Publications in the order in which they were added."""

    tag = "publications"
    shape = PublicationJSON
    summary = "List publications"
    ordering = Ordering("publications", ("pk",), (int,))
    filterset = PublicationFilters

    def rows(self, **names: str) -> QuerySet[Any, Any]:
        return in_full(Publication.objects.distinct_works())

    def represent(self, row: Any) -> PublicationJSON:
        return publication(row)


class PublicationDetail(Resource):
    """One publication, with its abstract once it has been fetched."""

    tag = "publications"
    shape = PublicationJSON
    summary = "Read a publication, by PMID, PMCID or DOI"
    path_patterns = {"publication": lookups.PUBLICATION}

    def read(self, **names: str) -> PublicationJSON:
        found = in_full().filter(lookups.publication_named(names["publication"])).first()
        if found is None:
            raise Http404
        return publication(found)


def in_full(
    publications: QuerySet[Publication, Publication] | None = None,
) -> QuerySet[Publication, Publication]:
    """Return these publications, or all, with what the shape needs."""
    chosen = Publication.objects.all() if publications is None else publications
    conflicts = IdentityConflict.objects.open().select_related("other_publication")
    notices = IntegrityNotice.objects.standing().order_by("first_seen_at", "pk")
    reports = Report.objects.select_related("trial").only(
        "publication", "role", "trial__registry_id", "trial__acronym"
    )
    return chosen.defer(*UNSHOWN).prefetch_related(
        Prefetch("notices", notices),
        Prefetch("reports", reports.order_by("trial__registry_id")),
        Prefetch("conflicts", conflicts.order_by("found_at", "pk")),
    )


def _names(record: Publication) -> NamesJSON:
    title = record.title or record.expected_title
    return {
        "pmid": record.pmid,
        "doi": record.doi,
        "pmcid": record.pmcid,
        "url": addresses.site(f"/{addresses.publication(record.public_id)}"),
        "title": title,
        "title_html": record.title_html or escape(title, quote=False),
        "vernacular_title": record.vernacular_title or None,
        "abstract_state": record.abstract_state,
        "abstract": [bibliography.section(section) for section in record.abstract_sections],
        "authors": [bibliography.author(author) for author in record.authors],
    }


def _issue(record: Publication) -> IssueJSON:
    return {
        "journal": record.journal or None,
        "journal_iso": record.journal_iso or None,
        "issn": record.issn or None,
        "volume": record.volume or None,
        "issue": record.issue or None,
        "pages": record.pages or None,
        "year": record.year,
        "month": record.month,
        "day": record.day,
        "medline_date": record.medline_date or None,
    }


def publication(record: Publication) -> PublicationJSON:
    content: PublicationJSON = {
        **_names(record),
        **_issue(record),
        "languages": record.languages,
        "publication_types": [bibliography.term(term) for term in record.publication_types],
        "mesh": [bibliography.heading(heading) for heading in record.mesh],
        "keywords": record.keywords,
        "databank_ids": [bibliography.databank_id(row) for row in record.databank_ids],
        "trials": [bibliography.trial(report) for report in record.reports.all()],
        "integrity": record.integrity,
        "integrity_checked_at": record.integrity_checked_at,
        "integrity_notices": [bibliography.notice(notice) for notice in record.notices.all()],
        "comments_corrections": [bibliography.tie(row) for row in record.comments_corrections],
        "identity": record.identity,
        "identity_conflicts": [bibliography.conflict(row) for row in record.conflicts.all()],
        "fetched_at": record.fetched_at,
        "parser_version": record.parser_version or None,
        "revision": "",
        "api_url": addresses.api(addresses.publication(record.public_id)),
        "standing": record.standing,
        "first_author": record.first_author or None,
        "interest_note": record.interest_note or None,
        "integrity_note": record.integrity_note or None,
        "integrity_checks": [bibliography.check(check) for check in record.checks],
        "integrity_sources_disagree": record.sources_disagree,
        "deleted_at": record.deleted_at,
    }
    return revised(content)
