"""Titles and abstracts with markup inside, read in document order."""

import re
from typing import Final

from lxml import etree

from sources.pubmed_xml.mathml import formula, local_name
from sources.pubmed_xml.parsers import require_blanks
from sources.pubmed_xml.styles import HTML, PLAIN, Style

Element = etree._Element
#: Elements and RefTypes nobody told us of, and how often each occurred.
Unknown = dict[str, int]

EMPHASIS: Final = frozenset({"b", "i", "u"})
INLINE: Final = EMPHASIS | {"sup", "sub", "DispFormula"}
#: Elements with markup inside that flat walks pass through.
MIXED: Final = ("Citation", "Affiliation", "CollectiveName", "Suffix")
SPACES: Final = re.compile(r"[ \t\r\n]+")


def clean(text: str | None) -> str:
    """Return text without space around it and with one space where XML had a run of them."""
    if not text:
        return ""
    text = text.strip()
    if "\n" in text or "  " in text or "\t" in text:
        return SPACES.sub(" ", text)
    return text


def plain(element: Element, unknown: Unknown) -> str:
    """Return what an element says as plain text."""
    text = _content(element, PLAIN, unknown) if len(element) else element.text
    # The same as `clean`, without the cost of calling it some fifty times a record.
    if not text:
        return ""
    text = text.strip()
    if "\n" in text or "  " in text or "\t" in text:
        return SPACES.sub(" ", text)
    return text


def plain_and_html(element: Element, unknown: Unknown) -> tuple[str, str]:
    """Return what an element says as plain text and as HTML that is safe to show."""
    if len(element):
        written = clean(_content(element, PLAIN, unknown))
        return written, clean(_content(element, HTML, {}))
    written = clean(element.text)
    return written, HTML.text(written)


def count(unknown: Unknown, name: str) -> None:
    """Count something that this parser does not know."""
    unknown[name] = unknown.get(name, 0) + 1


def count_stranger(element: Element, unknown: Unknown) -> None:
    """Count an element met in a flat walk, unless it is markup: who reads a text counts its own."""
    if next(element.iterancestors(*MIXED), None) is None:
        count(unknown, element.tag)


def _content(element: Element, style: Style, unknown: Unknown) -> str:
    if element.text is None and _may_lack_blanks(element):
        require_blanks(element)
    written = style.text(element.text or "")
    for child in element:
        after = child.tail or ""
        written += _inline(child, style, unknown, written, after) + style.text(after)
    return written


def _may_lack_blanks(element: Element) -> bool:
    """Tell whether the parser may have left out a space in a text that begins with a tag.

    Space before or after the whole of a text is no loss.
    """
    if element.tag in INLINE:
        return len(element) > 0
    return any(child.tail is None and child.getnext() is not None for child in element)


def _inline(child: Element, style: Style, unknown: Unknown, before: str, after: str) -> str:
    tag = child.tag
    if tag in EMPHASIS:
        return style.marked(tag, _content(child, style, unknown))
    if tag == "sup":
        return style.raised(_content(child, style, unknown), before)
    if tag == "sub":
        return style.lowered(_content(child, style, unknown), before, after)
    if local_name(child) == "math":
        return formula(child, style)
    if tag == "DispFormula":
        return f" {_content(child, style, unknown)} "
    count(unknown, tag)
    return _content(child, style, unknown)
