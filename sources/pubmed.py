"""Fetch article records from NCBI's E-utilities.

Errors, split by what the caller should do:

* PubMedError       an `http.Failure`: outcome, http_status, retry_after, duration_ms
  - Unavailable     worth another try later, not before `retry_after` seconds if that is given
  - Rejected        the same request would fail again
  - Blocked         NCBI has shut this address out: stop all fetching and tell the operator
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar, Unpack
from urllib.parse import urlsplit

from sources import pubmed_xml
from sources.entrez_json import parse_summaries
from sources.http import Client, Failure, Options, Reply
from sources.identifiers import parse_pmid

#: NCBI asks for not many more in one request; a larger one is more likely to meet a 502.
IDS_PER_REQUEST: Final = 200
MISUSE_HOST: Final = "misuse.ncbi.nlm.nih.gov"
HOW_TO_UNBLOCK: Final = (
    "NCBI has blocked this address. Stop fetching, and write to eutilities@ncbi.nlm.nih.gov with the "
    "tool and e-mail that are sent along"
)

Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)


class PubMedError(Failure):
    """PubMed could not be asked, or did not answer the question."""


class Unavailable(PubMedError):
    """No answer, one that is cut short, 429, 5xx, or an error that is known to pass."""


class Rejected(PubMedError):
    """An answer that will be the same next time: a bad key, a bad request, a wrong address."""


class Blocked(PubMedError):
    """NCBI's "blocked" page: every further request makes it worse."""


@dataclass(frozen=True, slots=True)
class RecordWithRaw:
    """A parsed record and the bytes it was parsed from."""

    record: pubmed_xml.PublicationRecord
    raw: bytes


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one efetch brought: `records` by PMID, and the PMIDs that were asked for in vain.

    `deleted` are those that the reply itself calls withdrawn. The rate is what NCBI says of its own
    limit: requests a second, and how many are left in this one.
    """

    records: dict[str, RecordWithRaw]
    missing: frozenset[str]
    deleted: frozenset[str]
    http_status: int
    payload_sha256: str
    duration_ms: int
    rate_limit: int | None
    rate_remaining: int | None


class PubMed(Client):
    """Asks efetch; how it waits and ends is an `http.Client`'s."""

    unavailable = Unavailable
    rejected = Rejected

    def __init__(
        self, *, tool: str, email: str = "", api_key: str = "", **options: Unpack[Options]
    ) -> None:
        super().__init__(user_agent=tool, secrets=(api_key, email), **options)
        # An empty api_key is an invalid one to NCBI: what we have not is not sent.
        who = {"tool": tool, "email": email, "api_key": api_key}
        self._who = {name: value for name, value in who.items() if value}

    def fetch(self, pmids: Collection[str]) -> Fetched:
        """Return the records of up to 200 PMIDs.

        Raises ValueError before any request for an id that is not a PMID, for none and for more than
        200 of them; otherwise a PubMedError. All or nothing: a reply that is cut short or holds a
        record that can't be read brings nothing.
        """
        ids = _checked(pmids)
        # Without retmode the answer is not XML; a rettype would change what it holds.
        form = {"db": "pubmed", "id": ",".join(ids), "retmode": "xml"}
        reply, content = self.ask("efetch.fcgi", form, _records)
        asked = frozenset(ids)
        records = {
            record.pmid: RecordWithRaw(record, content.raw[record.pmid])
            for record in content.records
            if record.pmid in asked
        }
        self._note_strangers(content, asked)
        return Fetched(
            records=records,
            missing=asked - records.keys(),
            deleted=frozenset(content.deleted),
            http_status=reply.status,
            payload_sha256=reply.sha256,
            duration_ms=reply.duration_ms,
            rate_limit=reply.number("X-RateLimit-Limit"),
            rate_remaining=reply.number("X-RateLimit-Remaining"),
        )

    def confirm_missing(self, pmids: Collection[str]) -> frozenset[str]:
        """Return those of up to 200 PMIDs that esummary does not know either.

        What efetch leaves out it leaves out in silence, so its word alone proves nothing.
        """
        ids = _checked(pmids)
        form = {"db": "pubmed", "id": ",".join(ids), "retmode": "json"}
        _, absent = self.ask("esummary.fcgi", form, lambda reply: parse_summaries(reply.body, ids))
        return absent

    def ask(
        self, path: str, form: Mapping[str, str], read: Callable[[Reply], Answer]
    ) -> tuple[Reply, Answer]:
        """Return a reply and what `read` makes of it; otherwise raise a PubMedError.

        Always POST: no list is too long for it, and no log on the way has the key in its URL.
        """
        reply = self._wire.send(
            "POST", path, deadline=self._wire.deadline(), form={**form, **self._who}
        )
        return reply, self._content(reply, read)

    def _content(self, reply: Reply, read: Callable[[Reply], Answer]) -> Answer:
        """Return what the reply holds. An error can have any status, so the body is asked as well."""
        if reply.location and urlsplit(reply.location).hostname == MISUSE_HOST:
            raise self._blocked(reply)
        error: pubmed_xml.PubMedXMLError
        try:
            content = read(reply)
        except pubmed_xml.Blocked:
            raise self._blocked(reply) from None
        except pubmed_xml.PubMedXMLError as problem:
            error = problem
        else:
            if reply.status == 200:
                return content
            error = pubmed_xml.Malformed("records with a status that is none of success")
        raise self._error(reply, error)

    def _error(self, reply: Reply, error: pubmed_xml.PubMedXMLError) -> PubMedError:
        """Return what a reply without records means; `error` is what the parser found in it."""
        said = error.text if isinstance(error, pubmed_xml.ServiceError) else None
        if reply.status == 429 or (said and "rate limit" in said):
            return self._failed(Unavailable, reply, "over the rate limit", "rate_limited")
        if reply.status == 200 and not said:
            return self._failed(Unavailable, reply, str(error), "bad_payload")
        what = said or reply.location or reply.body.decode("utf-8", "replace")
        passing = isinstance(error, pubmed_xml.ServiceError) and error.transient
        kind = Unavailable if passing or reply.is_passing else Rejected
        return self._failed(kind, reply, what, "server_error")

    def _blocked(self, reply: Reply) -> PubMedError:
        logger.error("%s", HOW_TO_UNBLOCK)
        return self._failed(Blocked, reply, HOW_TO_UNBLOCK, "rate_limited")

    def _named(self, reply: Reply) -> str:
        return f"{_endpoint(reply)}, status {reply.status}"

    def _note_strangers(self, content: pubmed_xml.Reply, asked: Collection[str]) -> None:
        strangers = sorted(content.raw.keys() - asked)
        if strangers:
            logger.warning("efetch answered with records nobody asked for: %s", strangers[:10])


def _records(reply: Reply) -> pubmed_xml.Reply:
    return pubmed_xml.parse_reply(reply.body, reply.content_type)


def _endpoint(reply: Reply) -> str:
    """Return "efetch" of ".../efetch.fcgi"."""
    return urlsplit(reply.url).path.rstrip("/").rpartition("/")[2].partition(".")[0]


def _checked(pmids: Collection[str]) -> list[str]:
    # NCBI takes the digits out of junk and answers with another record: no junk is sent.
    ids = list(dict.fromkeys(parse_pmid(pmid) for pmid in pmids))
    if not 1 <= len(ids) <= IDS_PER_REQUEST:
        raise ValueError(f"{len(ids)} PMIDs: one request takes 1 to {IDS_PER_REQUEST}")
    return ids
