"""What stands before the first record: declaration, document type, the set's own start tag.

Read strictly, and never by a parser that could follow it: another encoding than UTF-8 and anything
declared inside the document (entities are) is refused.
"""

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from sources.pubmed_xml.errors import Malformed

#: Follows nothing: no entity, no document type, no network. It collects ids, for a parser that does
#: not would look for the document type.
PARSER: Final = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
)

BOM: Final = b"\xef\xbb\xbf"
#: Comments, instructions and space; possessive, so that no prolog can make the search slow.
MISC: Final = rb"(?:[ \t\r\n]++|<!--(?:(?!--).)*+-->|<\?(?!xml[ \t\r\n?])(?:(?!\?>).)*+\?>)*+"
ATTRIBUTE: Final = rb"[ \t\r\n]++[\w:.-]++[ \t\r\n]*+=[ \t\r\n]*+(?:\"[^\"<&]*+\"|'[^'<&]*+')"
PROLOG: Final = re.compile(
    rb"(?:<\?xml(?P<declaration>[^?]*+)\?>)?"
    + MISC
    + rb"(?:<!DOCTYPE[ \t\r\n]++[\w:.-]++[^>\[]*+>)?"
    + MISC
    + rb"<(?P<name>[\w:.-]++)(?P<attributes>(?:"
    + ATTRIBUTE
    + rb")*+)[ \t\r\n]*+(?P<closed>/?)>",
    re.DOTALL,
)
ENCODING: Final = re.compile(rb"encoding\s*=\s*[\"']([\w.-]+)[\"']")
READABLE: Final = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
NAMESPACE: Final = re.compile(
    rb"[ \t\r\n]+xmlns:[\w.-]+[ \t\r\n]*=[ \t\r\n]*(?:\"[^\"]*\"|'[^']*')"
)
HTML: Final = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
HTML_TITLE: Final = re.compile(rb"<title>\s*([^<]{1,100})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prolog:
    """The root's name and prefixes, and where it starts and its start tag ends."""

    name: str
    namespaces: bytes
    closed: bool
    start: int
    end: int


def read_prolog(head: bytes) -> Prolog | None:
    """Return the prolog with which the bytes begin; None if more of them are needed to tell."""
    bom = len(BOM) if head.startswith(BOM) else 0
    found = PROLOG.match(head, bom)
    if not found:
        return None
    encoding = ENCODING.search(found["declaration"] or b"")
    if encoding and encoding[1].lower() not in READABLE:
        raise Malformed(f"encoding {encoding[1].decode()}: PubMed sends UTF-8")
    _check(head[bom : found.end()], found["name"], bool(found["closed"]))
    return Prolog(
        name=found["name"].decode("ascii", "replace"),
        namespaces=b"".join(NAMESPACE.findall(found["attributes"])),
        closed=bool(found["closed"]),
        start=found.start("name") - 1,
        end=found.end(),
    )


def _check(prolog: bytes, root: bytes, closed: bool) -> None:
    """Let the XML parser judge the prolog, as a document that ends after its root's start tag."""
    try:
        etree.fromstring(prolog + (b"" if closed else b"</" + root + b">"), PARSER)
    except etree.XMLSyntaxError as error:
        raise Malformed(f"not well-formed: {' '.join(error.msg.split())}") from error


def why_no_prolog(head: bytes) -> str:
    """Return, fit for a log, what the bytes are instead of the start of an XML document."""
    if not head.strip():
        return "empty"
    if b"<!ENTITY" in head:
        return "declares entities, which is refused"
    if HTML.match(head):
        return _html_page(head)
    if head.lstrip().startswith((b"<?xml", b"<!DOCTYPE")):
        return "nothing after the prolog"
    return f"not XML: {head[:60]!r}"


def why_no_set(head: bytes, root: str) -> str:
    """Return what a document with another root element than a set of records is."""
    return _html_page(head) if HTML.match(head) else f"the root element is {root}"


def _html_page(head: bytes) -> str:
    title = HTML_TITLE.search(head)
    return f"an HTML page: {title[1].decode('utf-8', 'replace').strip() if title else 'untitled'}"
