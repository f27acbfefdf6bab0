"""Storing what PubMed sends, making publications known, and settling which paper a record is."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import pghistory
from django.db import transaction

from sources.actions.fetching import request_fetch
from sources.actions.integrity import Told, note_integrity
from sources.actions.payloads import keep_payloads
from sources.identifiers import IllegalIdentifier, parse_doi, parse_pmcid, parse_pmid
from sources.models import IntegrityNotice, Publication, Report, Service, Trial
from sources.pubmed_xml import PARSER_VERSION, PublicationRecord
from sources.titles import same_title

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from sources.pubmed import RecordWithRaw

Identity = Publication.Identity
BY_REVIEWER: Final = "reviewer"

#: Columns that a record fills as they are.
SAME_NAME: Final = (
    "title",
    "title_html",
    "abstract_state",
    "abstract_sections",
    "other_abstracts",
    "year",
    "month",
    "day",
    "authors",
    "publication_types",
    "mesh",
    "keywords",
    "grants",
    "databank_ids",
    "comments_corrections",
    "languages",
    "standing",
)
#: Text columns that are empty where the record has None.
TEXT: Final = (
    "vernacular_title",
    "journal",
    "journal_iso",
    "issn",
    "volume",
    "issue",
    "pages",
    "medline_date",
    "medline_status",
)
#: What has a column, or a table, of its own; the rest of a record goes to `details`.
COLUMNS: Final = {*SAME_NAME, *TEXT, "pmid", "doi", "pmcid", "integrity", "notices"}


class UnknownIdentifier(ValueError):
    """What was typed is neither a PMID nor a DOI nor a PMCID."""


class NothingToSettle(Exception):
    """The identity of this publication is not in question, or was settled by someone else."""


def store_publications(
    records: Mapping[str, RecordWithRaw], *, now: datetime
) -> dict[str, Publication]:
    """Write fetched records over what was known; return the publications by PMID.

    Safe to repeat: the same records change nothing but the time of the fetch.
    """
    known = _known(records)
    stored = {}
    for pmid, fetched in records.items():
        publication = known.get(pmid) or Publication(pmid=pmid)
        _fill(publication, fetched.record, now)
        publication.save()
        stored[pmid] = publication
    for pmid, fetched in records.items():
        told = _told(fetched.record)
        note_integrity(stored[pmid], IntegrityNotice.Source.PUBMED, told, now=now)
    _link_trials(stored.values())
    keep_payloads(Service.PUBMED, {pmid: r.raw for pmid, r in records.items()}, now=now)
    return stored


def _known(records: Mapping[str, RecordWithRaw]) -> dict[str, Publication]:
    """Return, by PMID, the rows that the records are about; a row known by DOI or PMCID is taken on."""
    locked = Publication.objects.select_for_update(of=("self",)).order_by("pk")
    known = {p.pmid: p for p in locked.filter(pmid__in=records) if p.pmid}
    for field in ("doi", "pmcid"):
        wanted = {
            getattr(r.record, field): pmid
            for pmid, r in records.items()
            if pmid not in known and getattr(r.record, field)
        }
        for publication in locked.filter(pmid=None, **{f"{field}__in": list(wanted)}):
            pmid = wanted[getattr(publication, field)]
            if pmid not in known:
                publication.pmid = pmid
                known[pmid] = publication
    return known


def _fill(publication: Publication, record: PublicationRecord, now: datetime) -> None:
    for name in SAME_NAME:
        setattr(publication, name, getattr(record, name))
    for name in TEXT:
        setattr(publication, name, getattr(record, name) or "")
    publication.details = {
        field.name: getattr(record, field.name)
        for field in dataclasses.fields(record)
        if field.name not in COLUMNS
    }
    publication.pubmed_integrity = record.integrity
    publication.pubmed_checked_at = now
    publication.weigh_integrity()
    publication.fetched_at = now
    publication.parser_version = PARSER_VERSION
    _fill_identifiers(publication, record)
    _check_identity(publication, record)


def _fill_identifiers(publication: Publication, record: PublicationRecord) -> None:
    """Take on DOI and PMCID unless another publication has them: that is a conflict to be shown."""
    conflicts = []
    for field in ("doi", "pmcid"):
        value = getattr(record, field)
        if not value:
            continue
        others = Publication.objects.filter(**{field: value}).exclude(pk=publication.pk)
        other = others.first()
        if other:
            conflicts.append({"field": field, "value": value, "also_of": other.public_id})
        else:
            setattr(publication, field, value)
    publication.details["conflicts"] = conflicts


def _check_identity(publication: Publication, record: PublicationRecord) -> None:
    """Compare the fetched title with the one a curator expected of this identifier."""
    if publication.identity_basis.startswith(BY_REVIEWER):
        return
    if publication.expected_title and not _matches(publication.expected_title, record):
        publication.identity = Identity.MISMATCH
        return
    if publication.identity != Identity.CONFIRMED:
        publication.identity = Identity.CONFIRMED
        publication.identity_basis = "title_at_fetch" if publication.expected_title else "fetched"


def _matches(expected: str, record: PublicationRecord) -> bool:
    titles = (record.title, record.vernacular_title, record.book_title)
    return any(same_title(expected, title) for title in titles if title)


def _told(record: PublicationRecord) -> list[Told]:
    return [
        Told(
            kind=notice["kind"],
            pmid=notice["pmid"] or "",
            doi=notice["doi"] or "",
            date=date.fromisoformat(notice["date"]) if notice["date"] else None,
            reference=notice["ref_source"],
        )
        for notice in record.notices
    ]


def _link_trials(publications: Any) -> None:
    """Tie publications to the known trials that PubMed's indexers list; an abstract's word is not enough."""
    listed = {
        (publication.pk, entry["accession"])
        for publication in publications
        for entry in publication.databank_ids
        if entry["origin"] == "databank"
    }
    trials = dict(
        Trial.objects.filter(registry_id__in={accession for _, accession in listed}).values_list(
            "registry_id", "pk"
        )
    )
    Report.objects.bulk_create(
        [
            Report(publication_id=pk, trial_id=trials[accession], origin=Report.Origin.DATABANK)
            for pk, accession in sorted(listed)
            if accession in trials
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def ensure_publication(identifier: str, *, by: User, now: datetime) -> Publication:
    """Return the publication with this PMID, DOI or PMCID, making it known if it is not.

    One that is made known by its PMID is fetched soon. Raises UnknownIdentifier.
    """
    field, value = read_identifier(identifier)
    publication, created = Publication.objects.get_or_create(**{field: value}, defaults={})
    if created and field == "pmid":
        request_fetch(Service.PUBMED, [value], by=by, now=now, reason="added by hand", priority=5)
    return publication


def read_identifier(identifier: str) -> tuple[str, str]:
    """Return ("pmid" | "doi" | "pmcid", the identifier as it is stored)."""
    for field, parse in (("pmid", parse_pmid), ("pmcid", parse_pmcid), ("doi", parse_doi)):
        try:
            return field, parse(identifier)
        except IllegalIdentifier:
            continue
    raise UnknownIdentifier(
        f"{identifier!r} is neither a PMID (1 to 9 digits, no leading zero), "
        "nor a DOI (10.1000/xyz), nor a PMCID (PMC and digits)."
    )


def settle_identity(
    publication: Publication, *, accept: bool, by: User, now: datetime, why: str
) -> None:
    """Say that the fetched record is the paper that was meant (accept), or that it is another.

    Accepted, it counts again; refused, it stays a mismatch that a reviewer has looked at.
    """
    with pghistory.context(user=by.pk, reason=why):
        changed = (
            Publication.objects.filter(pk=publication.pk)
            .exclude(identity=Identity.CONFIRMED)
            .update(
                identity=Identity.CONFIRMED if accept else Identity.MISMATCH,
                identity_basis=f"{BY_REVIEWER} {by.get_username()}, {now:%Y-%m-%d}: {why}",
                updated_at=now,
            )
        )
    if not changed:
        raise NothingToSettle(f"The identity of {publication.identifier_text} is settled already.")
