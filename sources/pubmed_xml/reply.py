"""An efetch answer as a whole: its records, or the error that it is.

NCBI tells of errors with any status, in XML, JSON, HTML and plain text; the body alone decides.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sources.pubmed_xml.errors import Blocked, Malformed, ServiceError
from sources.pubmed_xml.prolog import HTML
from sources.pubmed_xml.reading import Deleted, Found, Rejected, read
from sources.pubmed_xml.records import PublicationRecord

MAX_BYTES: Final = 256 << 20

#: Errors that the same request would meet again. All others (history gone, a relayed 502, a fault of
#: the server's own) have been seen to pass.
PERMANENT: Final = re.compile(
    r"ID list is empty|OUT OF RANGE|cannot be larger than|Invalid db name|api key invalid"
    r"|is unknown|omitted|Empty id list|Neither query_key nor id",
    re.IGNORECASE,
)
ERROR: Final = re.compile(r"<ERROR>(.*?)(?:</ERROR>|\Z)", re.DOTALL | re.IGNORECASE)
TAGS: Final = re.compile(r"<[^>]*>|\s+")
BLOCK_PAGE: Final = re.compile(rb"WWW Error Blocked Diagnostic|misuse\.ncbi\.nlm\.nih\.gov")
ROOT_OF_ERRORS: Final = re.compile(rb"<e\w+Result\b")


@dataclass(frozen=True, slots=True)
class Reply:
    """Records by the order of the answer, the newest version of each PMID, and its bytes."""

    records: tuple[PublicationRecord, ...]
    deleted: tuple[str, ...]
    raw: dict[str, bytes]


def parse_reply(body: bytes, content_type: str | None = None) -> Reply:
    """Return what an efetch answer holds.

    Raises Malformed for a body that is not whole (cut short, HTML, prolog only, a broken record) and
    ServiceError for one in which the service says why there is nothing.
    """
    if len(body) > MAX_BYTES:
        raise Malformed(f"more than {MAX_BYTES} bytes")
    raise_service_error(body)
    try:
        return _reply(read(body))
    except Malformed as error:
        kind = f", sent as {content_type}" if content_type else ""
        raise Malformed(f"{error.reason}{kind}", error.position) from error


def _reply(entries: Iterable[Found | Deleted | Rejected]) -> Reply:
    found: dict[str, Found] = {}
    deleted: list[str] = []
    for entry in entries:
        if isinstance(entry, Rejected):
            raise Malformed(entry.reason, entry.position)
        if isinstance(entry, Deleted):
            deleted.extend(entry.pmids)
        else:
            _keep_newest(found, entry)
    return Reply(
        records=tuple(entry.record for entry in found.values()),
        deleted=tuple(deleted),
        raw={pmid: entry.raw for pmid, entry in found.items()},
    )


def _keep_newest(found: dict[str, Found], entry: Found) -> None:
    held = found.get(entry.record.pmid)
    if held is None or entry.record.version >= held.record.version:
        found[entry.record.pmid] = entry


def raise_service_error(body: bytes) -> None:
    """Raise what the service says went wrong (ServiceError), if it says so instead of answering."""
    head = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if HTML.match(head) and BLOCK_PAGE.search(head):
        raise Blocked
    text = _error_text(head)
    if text is not None:
        raise ServiceError(text, transient=not PERMANENT.search(text))


def _error_text(head: bytes) -> str | None:
    """Return what the service says went wrong, without whatever else it echoes."""
    if head.startswith(b"{"):
        return _json_error(head)
    if ROOT_OF_ERRORS.search(head[:512]):
        error = ERROR.search(head.decode("utf-8", "replace"))
        return TAGS.sub(" ", error[1]).strip()[:300] if error else "an answer without records"
    if not head.startswith(b"<") and b"error" in head[:200].lower():
        return head[:300].decode("utf-8", "replace").strip()
    return None


def _json_error(head: bytes) -> str:
    # Only the message: the answer to a bad key repeats the key.
    try:
        error = json.loads(head).get("error")
    except (ValueError, RecursionError):
        error = None
    return error[:300] if isinstance(error, str) else "JSON instead of XML"
