"""Clients that answer from memory. test_fakes.py holds their signatures to those of the real ones."""

import json
from collections import deque

from sources import crossref
from sources.clinicaltrials import ClinicalTrials, FetchedTrial, NotFound
from sources.crossref import Crossref, FetchedWork
from sources.crossref_json import Updates, Work
from sources.pubmed import Fetched, PubMed, RecordWithRaw
from sources.pubmed_xml import PublicationRecord

SHA = "ab" * 32


class FakePubMed(PubMed):
    """Knows the records it is given, raises the errors it is given first, and no network."""

    def __init__(self, *records, errors=()):
        self.records = {record.pmid: record for record in records}
        self.errors = deque(errors)
        self.asked = []

    def fetch(self, pmids):
        self.asked.append(tuple(pmids))
        if self.errors and (error := self.errors.popleft()):
            raise error
        found = {
            p: RecordWithRaw(self.records[p], raw(self.records[p]))
            for p in pmids
            if p in self.records
        }
        return Fetched(
            records=found,
            missing=frozenset(pmids) - found.keys(),
            deleted=frozenset(),
            http_status=200,
            payload_sha256=SHA,
            duration_ms=12,
            rate_limit=3,
            rate_remaining=2,
        )

    def confirm_missing(self, pmids):
        return frozenset(pmids) - self.records.keys()


class FakeClinicalTrials(ClinicalTrials):
    """Knows the trials it is given."""

    def __init__(self, *studies, errors=()):
        self.studies = {study.registry_id: study for study in studies}
        self.errors = deque(errors)

    def fetch(self, nct, *, etag=None):
        if self.errors and (error := self.errors.popleft()):
            raise error
        if nct not in self.studies:
            return NotFound(nct, 404, SHA, 7)
        study = self.studies[nct]
        return FetchedTrial(study, b"{}", study.registry_id, None, None, 200, SHA, 7)


class FakeCrossref(Crossref):
    """Knows the notices it is given, by DOI: `FakeCrossref({"10.5555/x": [Notice(...)]})`."""

    def __init__(self, notices=None, errors=()):
        self.notices = dict(notices or {})
        self.errors = deque(errors)

    def fetch(self, doi):
        if self.errors and (error := self.errors.popleft()):
            raise error
        if doi not in self.notices:
            return crossref.NotFound(doi, 404, SHA, 7)
        updates = self.notices[doi]
        if not isinstance(updates, Updates):
            updates = Updates(tuple(updates))
        work = Work(doi, (), "", updates, ())
        raw = (json.dumps(doi).encode(), repr(updates).encode())
        return FetchedWork(doi, work, updates, raw, 200, SHA, 7)


def raw(record: PublicationRecord) -> bytes:
    return f"<PubmedArticle>{record!r}</PubmedArticle>".encode()
