"""What indexers and funders attach to a record: headings, types, keywords, chemicals, grants."""

from typing import Any, Final, cast

from lxml import etree

from sources.pubmed_xml.records import (
    Chemical,
    Grant,
    MeshHeading,
    SupplementaryConcept,
    Term,
)
from sources.pubmed_xml.text import Unknown, clean, count, plain

Element = etree._Element

GRANT_PARTS: Final = {
    "GrantID": "id",
    "Acronym": "acronym",
    "Agency": "agency",
    "Country": "country",
}
CHEMICAL_LISTS: Final = frozenset({"ChemicalList", "Chemical"})
MESH_LISTS: Final = frozenset({"MeshHeadingList", "MeshHeading"})


def mesh_headings(element: Element, unknown: Unknown) -> list[MeshHeading]:
    headings: list[MeshHeading] = []
    for part in element.iter():
        tag = part.tag
        if tag == "DescriptorName":
            heading = _topic(part)
            heading["qualifiers"] = []
            headings.append(heading)
        elif tag == "QualifierName" and headings:
            qualifier = _topic(part)
            headings[-1]["qualifiers"].append(qualifier)
            # Records of before about 2010 mark the qualifier only.
            headings[-1]["major"] |= qualifier["major"]
        elif tag not in MESH_LISTS:
            count(unknown, tag)
    return headings


def _topic(element: Element) -> Any:
    return {
        "ui": element.get("UI", ""),
        "name": clean(element.text),
        "major": element.get("MajorTopicYN") == "Y",
    }


def term(element: Element) -> Term:
    """Return a controlled term; records from before 2014 have no UI."""
    return {"ui": element.get("UI", ""), "name": clean(element.text)}


def publication_types(element: Element, unknown: Unknown) -> list[Term]:
    return [term(part) for part in element]


def supplementary_concepts(element: Element, unknown: Unknown) -> list[SupplementaryConcept]:
    return [
        {"ui": part.get("UI", ""), "name": clean(part.text), "type": part.get("Type", "")}
        for part in element
    ]


def chemicals(element: Element, unknown: Unknown) -> list[Chemical]:
    found: list[Chemical] = []
    number = ""
    for part in element.iter():
        tag = part.tag
        if tag == "RegistryNumber":
            number = clean(part.text)
        elif tag == "NameOfSubstance":
            ui, name = part.get("UI", ""), clean(part.text)
            found.append({"ui": ui, "name": name, "registry_number": number})
        elif tag not in CHEMICAL_LISTS:
            count(unknown, tag)
    return found


def texts(element: Element, unknown: Unknown) -> list[str]:
    """Return what each child says: keywords, gene symbols."""
    return [text for part in element if (text := plain(part, unknown))]


def grants(element: Element, unknown: Unknown) -> list[Grant]:
    found: list[dict[str, str | None]] = []
    for part in element.iter():
        name = GRANT_PARTS.get(part.tag)
        if name and found:
            found[-1][name] = clean(part.text) or None
        elif part.tag == "Grant":
            found.append(dict.fromkeys(GRANT_PARTS.values()))
        elif part.tag != "GrantList":
            count(unknown, part.tag)
    return cast(list[Grant], found)
