"""Reads a citation as people write it: DOI, year, volume, first page, journal, first author.

It reads what it is sure of and leaves the rest empty; whatever is found with it is checked again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sources.identifiers import IllegalIdentifier, parse_doi

DOI: Final = re.compile(r"10\.[0-9]{4,9}/[^\s\"<>]+")
PMCID: Final = re.compile(r"\bPMC[1-9][0-9]{0,8}\b", re.IGNORECASE | re.ASCII)
YEAR: Final = re.compile(r"(?<![\d.:/-])(1[89]\d\d|20\d\d)(?![\d/:])", re.ASCII)
#: "394(10193):121-30", "394: 121", "vol. 394, pp. 121-130"
PLACE: Final = re.compile(
    r"(?:\bvol(?:ume)?\.?\s*)?\b(\d{1,4})\s*(?:\([^)]{1,30}\))?\s*(?:[:;]|,\s*pp?\.?)\s*"
    r"(?:pp?\.?\s*)?([a-z]?\d{1,7})",
    re.IGNORECASE | re.ASCII,
)
AUTHOR: Final = re.compile(
    r"\A\s*((?:(?:van|von|de|den|der|del|la|le|di|da|dos|ten|ter|al|el)\s+)*"
    r"[^\W\d_][\w'\u2019-]+)(?:\s*,\s*|\s+)(?:(?:[A-Z]\.?[\s-]?){1,3}(?=[\s,.;:]|\Z)|et\s+al)"
)


@dataclass(frozen=True, slots=True)
class CitationText:
    """What could be read; empty where it could not."""

    doi: str = ""
    pmcid: str = ""
    year: int | None = None
    volume: str = ""
    first_page: str = ""
    journal: str = ""
    first_author: str = ""

    @property
    def has_place(self) -> bool:
        """Whether it says enough for a citation to be matched: journal, volume and page."""
        return bool(self.journal and self.volume and self.first_page)


def read_citation(text: str) -> CitationText:
    """Return what a citation says of its paper."""
    doi = _doi(text)
    plain = DOI.sub(" ", text)
    pmcid = PMCID.search(plain)
    place = PLACE.search(_after_year(plain)) or PLACE.search(plain)
    year = YEAR.search(plain)
    author = AUTHOR.search(plain)
    return CitationText(
        doi=doi,
        pmcid=pmcid[0].upper() if pmcid else "",
        year=int(year[1]) if year else None,
        volume=place[1] if place else "",
        first_page=place[2] if place else "",
        journal=_journal(plain, year, place),
        first_author=author[1] if author else "",
    )


def _doi(text: str) -> str:
    found = DOI.search(text)
    if not found:
        return ""
    try:
        return parse_doi(found[0].rstrip(".,;)]"))
    except IllegalIdentifier:
        return ""


def _after_year(text: str) -> str:
    year = YEAR.search(text)
    return text[year.end() :] if year else text


def _journal(text: str, year: re.Match[str] | None, place: re.Match[str] | None) -> str:
    """Return the last sentence before the year: "Author. Title. Journal. 2019;394:121"."""
    if not year or not place:
        return ""
    before = re.split(r"[.?!:]\s+", text[: year.start()].rstrip(" .,;("))
    return before[-1].strip(" .,;()")
