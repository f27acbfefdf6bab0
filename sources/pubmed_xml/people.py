"""Authors, editors and the people a record is about, in the order of the source."""

from typing import Any, Final, cast

from lxml import etree

from sources.identifiers import normalise_orcid
from sources.pubmed_xml.records import Author
from sources.pubmed_xml.text import Unknown, count_stranger, plain

Element = etree._Element

NAME_PARTS: Final = {
    "LastName": "family",
    "ForeName": "given",
    "FirstName": "given",
    "Initials": "initials",
}
#: Parts of a name in which there can be markup.
MARKED_PARTS: Final = {"Suffix": "suffix", "CollectiveName": "collective"}
PERSONS: Final = frozenset({"Author", "PersonalNameSubject"})
PASSED: Final = frozenset(
    {"AuthorList", "PersonalNameSubjectList", "AffiliationInfo", "b", "i", "sup", "sub", "u"}
)


def people(element: Element, unknown: Unknown) -> list[Author]:
    """Return the people of a list; one marked ValidYN="N" is an old misspelling and left out."""
    found: list[dict[str, Any]] = []
    person = nobody(element)
    # One flat walk: lists of 3,000 authors exist, and a walk is cheaper than many look-ups.
    for part in element.iter():
        tag = part.tag
        if tag in NAME_PARTS:
            person[NAME_PARTS[tag]] = (part.text or "").strip() or None
        elif tag == "Affiliation":
            if affiliation := plain(part, unknown):
                person["affiliations"].append(affiliation)
        elif tag in PERSONS:
            person = nobody(part)
            if part.get("ValidYN") != "N":
                found.append(person)
        elif tag not in PASSED:
            _add(person, part, unknown)
    return cast(list[Author], [person for person in found if _is_named(person)])


def nobody(element: Element) -> dict[str, Any]:
    """Return a person of whom nothing is known yet but what the element's attributes say."""
    return {
        "family": None,
        "given": None,
        "initials": None,
        "suffix": None,
        "collective": None,
        "orcid": None,
        "affiliations": [],
        "equal_contrib": element.get("EqualContrib") == "Y",
    }


def _add(person: dict[str, Any], element: Element, unknown: Unknown) -> None:
    """Add one of the rarer parts to a person."""
    tag = element.tag
    if tag in MARKED_PARTS:
        person[MARKED_PARTS[tag]] = plain(element, unknown) or None
    elif tag != "Identifier":
        count_stranger(element, unknown)
    # Affiliations carry identifiers too (GRID, ISNI, ROR).
    elif element.text and element.get("Source", "").upper() == "ORCID":
        person["orcid"] = normalise_orcid(element.text) or person["orcid"]


def _is_named(person: dict[str, Any]) -> Any:
    return person["family"] or person["collective"] or person["given"]


def investigators(element: Element) -> int:
    """Return how many people an InvestigatorList names."""
    return sum(1 for person in element if person.get("ValidYN") != "N")
