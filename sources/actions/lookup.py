"""Which PMID a DOI or a citation belongs to: proposed, checked, and left to a person.

A DOI that PubMed does not index brings another paper, and a citation is matched in spite of a wrong
author or year. So each candidate's record is fetched, and DOI, year and first author are compared
before it is offered. Nothing is written until a person accepts an offer.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import pghistory
from django.conf import settings
from django.db import transaction

from sources import pubmed
from sources.actions import budget
from sources.actions.clock import database_now
from sources.actions.fetching import request_fetch
from sources.actions.publications import ensure_publication
from sources.citation_text import CitationText, read_citation
from sources.entrez import Entrez
from sources.http import Failure
from sources.identifiers import parse_pmid
from sources.models import Publication, Service
from sources.pubmed_xml import PublicationRecord

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_CANDIDATES: Final = 10
#: Somebody waits for the answer.
DEADLINE: Final = 20.0
BLOCKED_FOR: Final = timedelta(hours=6)
KEY: Final = "wanted"


class CannotLookUp(Exception):
    """The text says too little, or PubMed could not be asked; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that text and record both say; `agrees` None: one of them does not say it."""

    name: str
    asked: str
    found: str
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may be the paper, with what was compared."""

    pmid: str
    title: str
    checks: tuple[Check, ...]

    @property
    def contradicts(self) -> bool:
        return any(check.agrees is False for check in self.checks)

    @property
    def is_proven(self) -> bool:
        """DOI or PMCID agrees, or year and first author do, and nothing speaks against it."""
        agreed = {check.name for check in self.checks if check.agrees}
        enough = agreed & {"DOI", "PMCID"} or {"year", "first author"} <= agreed
        return bool(enough) and not self.contradicts


@dataclass(frozen=True, slots=True)
class Lookup:
    """What was read from the text, which records it may mean, and what PubMed left out of the search."""

    text: str
    read: CitationText
    candidates: tuple[Candidate, ...]
    ignored: tuple[str, ...] = ()

    @property
    def offer(self) -> Candidate | None:
        """The one candidate that stands every check; None for none, or for more than one."""
        proven = [each for each in self.candidates if each.is_proven]
        return proven[0] if len(proven) == 1 else None

    @property
    def is_ambiguous(self) -> bool:
        return self.offer is None and sum(not each.contradicts for each in self.candidates) > 1


def new_client() -> Entrez:
    """Return a client that waits for its turn in the budget which all workers share."""
    return Entrez(
        base_url=settings.EUTILS_URL,
        idconv_url=settings.IDCONV_URL,
        tool=settings.NCBI_TOOL,
        email=settings.NCBI_EMAIL,
        api_key=settings.NCBI_API_KEY,
        wait=budget.turn_taker(Service.PUBMED),
        heard=budget.listener(Service.PUBMED),
        deadline=DEADLINE,
    )


def look_up(text: str, *, client: Entrez) -> Lookup:
    """Return the records that a DOI, PMCID or citation may mean. Raises CannotLookUp."""
    read = read_citation(text)
    try:
        proposed, ignored = _find(read, client)
        pmids = proposed[:MOST_CANDIDATES]
        found = client.fetch(pmids).records if pmids else {}
    except pubmed.Blocked as error:
        until = database_now() + BLOCKED_FOR
        budget.pause(Service.PUBMED, until=until, reason=str(error))
        raise CannotLookUp(str(error)) from error
    except (Failure, budget.Paused, TimeoutError) as error:
        raise CannotLookUp(f"PubMed could not be asked: {error}. Try again later.") from error
    records = [found[pmid].record for pmid in pmids if pmid in found]
    return Lookup(text, read, tuple(_candidate(record, read) for record in records), ignored)


def _find(read: CitationText, client: Entrez) -> tuple[Sequence[str], tuple[str, ...]]:
    """Return the PMIDs that PubMed proposes, best first, and the words that it did not search for."""
    if read.doi:
        search = client.search(f'"{read.doi}"[DOI]', most=MOST_CANDIDATES)
        return search.pmids, search.ignored
    if read.pmcid:
        return tuple(client.convert([read.pmcid], kind="pmcid").values()), ()
    if read.has_place:
        year = str(read.year or "")
        wanted = (read.journal, year, read.volume, read.first_page, read.first_author)
        return client.match({KEY: wanted})[KEY].pmids, ()
    raise CannotLookUp(
        "Give a DOI (10.1000/xyz), a PMCID, or a citation with first author, journal, year, volume "
        "and first page, such as: Gerstein HC. Lancet. 2019;394:121-130."
    )


def _candidate(record: PublicationRecord, read: CitationText) -> Candidate:
    return Candidate(record.pmid, record.title, tuple(_checks(record, read)))


def _checks(record: PublicationRecord, read: CitationText) -> Iterator[Check]:
    # The year may be the one after that of the electronic article.
    electronic = record.electronic_date["year"] if record.electronic_date else None
    years = {year for year in (record.year, electronic) if year}
    author = _first_author(record)
    yield _check("DOI", read.doi, record.doi or "", read.doi == record.doi)
    yield _check("PMCID", read.pmcid, record.pmcid or "", read.pmcid == record.pmcid)
    yield _check(
        "year",
        str(read.year or ""),
        " or ".join(map(str, sorted(years))),
        read.year in years,
    )
    yield _check(
        "first author", read.first_author, author, _folded(read.first_author) == _folded(author)
    )


def _check(name: str, asked: str, found: str, is_same: bool) -> Check:
    return Check(name, asked, found, is_same if asked and found else None)


def _first_author(record: PublicationRecord) -> str:
    for author in record.authors[:1]:
        return str(author.get("family") or author.get("collective") or "")
    return ""


def _folded(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name).casefold()
    return "".join(each for each in bare if each.isalnum())


@transaction.atomic
def accept_offer(pmid: str, *, doi: str, by: User, now: datetime) -> Publication:
    """Make the paper that a person has accepted known by its PMID, and have it fetched.

    A publication known by this DOI alone gets the PMID; one that has a PMID keeps it. Doing it twice
    changes nothing.
    """
    number = parse_pmid(pmid)
    known = Publication.objects.filter(pmid=number)
    if doi and not known.exists():
        with pghistory.context(user=by.pk, reason=f"PMID {number} accepted after a look-up"):
            given = Publication.objects.filter(doi=doi, pmid=None).update(
                pmid=number, updated_at=now
            )
        if given:
            request_fetch(
                Service.PUBMED, [number], by=by, now=now, reason="found by look-up", priority=5
            )
    return ensure_publication(number, by=by, now=now)
