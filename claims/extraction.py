"""The text of an article from the page it stands on, without what the page has around it.

What is article and what is readers' comment is for trafilatura to tell; the text keeps the blocks that it
finds, parted by blank lines: first those of the body, then those of the comments.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from lxml.etree import _Element as Element
from trafilatura import bare_extraction
from trafilatura.settings import Document

from claims.outlines import Span, outline_of

#: A text, and whether it is a heading.
Block = tuple[str, bool]

HEADING: Final = "head"
BLOCKS: Final = frozenset({HEADING, "p", "list", "item", "quote", "code", "table", "row", "div"})
BETWEEN: Final = "\n\n"
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META: Final = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_TITLE: Final = re.compile(r"<title[^>]*>([^<]*)</title>", re.IGNORECASE)
_SNIFFED: Final = 2048


class NoArticle(ValueError):
    """A page in which no article is found; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A text, the stretch of it that is the article's body, its outline, and the page's title."""

    text: str
    body_start: int
    body_end: int
    outline: dict[str, Any]
    title: str = ""

    @property
    def body(self) -> Span:
        return self.body_start, self.body_end


def extract(html: bytes, charset: str | None = None) -> Extracted:
    """Return the article of a page. `charset` is what the server called it. Raises NoArticle."""
    page = decoded(html, charset)
    # Without fallbacks to other extractors: these know no headings.
    found = bare_extraction(page, fast=True, include_comments=True) if page.strip() else None
    blocks, said = _found(found) if isinstance(found, Document) else ([], [])
    if all(is_heading for _, is_heading in blocks):
        raise NoArticle("No article is found on this page: import its text instead.")
    body = BETWEEN.join(text for text, _ in blocks)
    whole = BETWEEN.join([body, *(text for text, _ in said)])
    headings = {text for text, is_heading in blocks if is_heading}
    outline = outline_of(whole, (0, len(body)), headings=headings)
    return Extracted(whole, 0, len(body), outline, title=_title(page))


def decoded(content: bytes, charset: str | None = None) -> str:
    """Return bytes as text: by their byte order mark, the server's word, the page's own, or a guess.

    The guess is UTF-8 or else Windows' Latin, as in the HTML standard; NUL characters are dropped.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _clean(content[len(mark) :].decode(encoding, "replace"))
    meta = _META.search(content[:_SNIFFED])
    for said in (charset, meta[1].decode("ascii", "replace") if meta else None):
        known = _codec(said)
        if known:
            return _clean(content.decode(known, "replace"))
    try:
        return _clean(content.decode("utf-8"))
    except UnicodeDecodeError:
        return _clean(content.decode("cp1252", "replace"))


def _title(page: str) -> str:
    title = _TITLE.search(page)
    return " ".join(unescape(title[1]).split()) if title else ""


def _found(document: Document) -> tuple[list[Block], list[Block]]:
    """Return the blocks of the body and those of the comments."""
    return list(_blocks(document.body)), list(_blocks(document.commentsbody))


def _clean(text: str) -> str:
    return text.replace("\0", "").replace("\ufeff", "")


def _codec(label: str | None) -> str | None:
    """Return the codec of this name, None if there is none for text."""
    try:
        found = codecs.lookup((label or "").strip())
    except (LookupError, ValueError):
        return None
    if not found._is_text_encoding:
        return None
    # What calls itself Latin 1 or ASCII is read as its superset (Encoding Standard, 4.2).
    return "cp1252" if found.name in ("iso8859-1", "ascii") else found.name


def _blocks(element: Element) -> Iterator[Block]:
    """Yield the text of each block within an element, and whether it is a heading."""
    if any(_tag(child) in BLOCKS for child in element):
        yield from _own(element.text)
        for child in element:
            yield from _blocks(child)
            yield from _own(child.tail)
    else:
        text = _lines("".join(_pieces(element)))
        if text:
            yield text, _tag(element) == HEADING


def _own(text: str | None) -> Iterator[Block]:
    if text and text.strip():
        yield _lines(text), False


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield "\n" if _tag(child) == "lb" else ""
        yield from _pieces(child)
        yield " | " if _tag(child) == "cell" else ""
        yield child.tail or ""


def _lines(text: str) -> str:
    lines = (" ".join(line.split()).removesuffix(" |") for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _tag(element: Element) -> str:
    return str(element.tag)
