"""Records out of streams of any size."""

import io
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lxml import etree

from sources.pubmed_xml.article import article
from sources.pubmed_xml.blocks import Block, ByteStream, Damage, blocks
from sources.pubmed_xml.book import book
from sources.pubmed_xml.errors import Malformed
from sources.pubmed_xml.links import pmid_or_none
from sources.pubmed_xml.parsers import EXACT, BlanksDropped
from sources.pubmed_xml.records import PublicationRecord

RECORD_OF = {"PubmedArticle": article, "PubmedBookArticle": book}


class Found(NamedTuple):
    """A record, the bytes it was read from (`parse_record` reads them again), and where."""

    record: PublicationRecord
    raw: bytes
    position: int


class Deleted(NamedTuple):
    """PMIDs that PubMed has withdrawn."""

    pmids: tuple[str, ...]
    position: int


class Rejected(NamedTuple):
    """Something that is no usable record; `reason` and byte `position` are for a log."""

    reason: str
    position: int


def read(source: ByteStream | bytes) -> Iterator[Found | Deleted | Rejected]:
    """Yield all that a set holds, in order; a PMID can come several times, in versions.

    Raises Malformed when the stream is no such set or ends before it is closed: what came before
    is sound all the same.
    """
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    for block in blocks(stream):
        yield Rejected(block.reason, block.position) if isinstance(block, Damage) else _entry(block)


def _entry(block: Block) -> Found | Deleted | Rejected:
    record_of = RECORD_OF.get(block.element.tag)
    if record_of is None:
        return Deleted(_pmids(block.element), block.position)
    try:
        return Found(_record(record_of, block), block.raw, block.position)
    except Malformed as error:
        return Rejected(error.reason, block.position)


def _record(
    record_of: Callable[[etree._Element], PublicationRecord], block: Block
) -> PublicationRecord:
    try:
        return record_of(block.element)
    except BlanksDropped:
        return record_of(etree.fromstring(block.raw, EXACT))


def _pmids(element: etree._Element) -> tuple[str, ...]:
    pmids = (pmid_or_none(part.text) for part in element.iter("PMID"))
    return tuple(pmid for pmid in pmids if pmid)


def parse(source: ByteStream | bytes) -> Iterator[PublicationRecord]:
    """Yield the records of a set, in order. Raises Malformed at the first that can't be read."""
    for entry in read(source):
        if isinstance(entry, Rejected):
            raise Malformed(entry.reason, entry.position)
        if isinstance(entry, Found):
            yield entry.record


def parse_record(raw: bytes) -> PublicationRecord:
    """Return the record of one PubmedArticle or PubmedBookArticle, as `Found.raw` has it."""
    records = tuple(parse(raw))
    if len(records) != 1:
        raise Malformed(f"{len(records)} records, not one")
    return records[0]
