"""What a text is made of, as offsets: sections and paragraphs of its body, and comments after it.

Blocks are what blank lines part. An outline is that of `ArticleSnapshot`: {"sections": [{key, label,
start, end, paragraphs}], "paragraphs": [{number, section, start, end, sha256}], "comments": [{number,
start, end, sha256}]}; offsets are code points, ends exclusive, numbers begin with 1.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

Span = tuple[int, int]

#: From the first character of a line to the last before a line with nothing on it.
_BLOCK: Final = re.compile(r"\S(?:.|\n(?![^\S\n]*(?:\n|\Z)))*")
OPENING: Final = "(opening)"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in an outline."""

    section: str = ""
    paragraph: int | None = None
    comment: int | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A paragraph of a body or, without a number, what stands between two, such as a heading."""

    section: str
    number: int | None
    start: int
    end: int


def blocks_of(text: str) -> list[Span]:
    return [
        (match.start(), match.start() + len(match[0].rstrip())) for match in _BLOCK.finditer(text)
    ]


def outline_of(
    text: str, body: Span, *, headings: Collection[str] = frozenset()
) -> dict[str, list[dict[str, Any]]]:
    """Return the outline of a text; a block of the body that is one of the headings begins a section.

    What stands before the body is navigation and in no outline.
    """
    cut = [_cut(block, body) for block in blocks_of(text)]
    inside = [span for span in cut if span[0] < span[1]]
    after = [block for block in blocks_of(text) if block[0] >= body[1]]
    sections: list[dict[str, Any]] = []
    paragraphs: list[dict[str, Any]] = []
    label = OPENING
    for start, end in inside:
        if text[start:end] in headings:
            label = text[start:end]
            continue
        number = len(paragraphs) + 1
        if not sections or label:
            sections.append(_section(f"S{len(sections)}", label, start))
            label = ""
        sections[-1]["end"] = end
        sections[-1]["paragraphs"].append(number)
        key = sections[-1]["key"]
        paragraphs.append({"number": number, "section": key, **_span(text, start, end)})
    comments = [
        {"number": number, **_span(text, *block)} for number, block in enumerate(after, start=1)
    ]
    return {"sections": sections, "paragraphs": paragraphs, "comments": comments}


def place_of(outline: Mapping[str, Any], start: int) -> Place:
    """Return in which paragraph or comment of an outline an offset lies."""
    paragraph = _containing(outline.get("paragraphs", []), start)
    if paragraph:
        return Place(section=paragraph["section"], paragraph=paragraph["number"])
    comment = _containing(outline.get("comments", []), start)
    return Place(comment=comment["number"]) if comment else Place()


def stretches(outline: Mapping[str, Any], body: Span) -> list[Stretch]:
    """Return the body in stretches that join without gap: paragraphs, and what is between them.

    What stands before a paragraph, as a heading does, belongs to that paragraph's section.
    """
    found: list[Stretch] = []
    low, high = body
    rows = [row for row in outline.get("paragraphs", []) if low <= row["start"] < high]
    for row in rows:
        start, end = row["start"], min(row["end"], high)
        if start > low:
            found.append(Stretch(row.get("section", ""), None, low, start))
        found.append(Stretch(row.get("section", ""), row["number"], start, end))
        low = end
    if low < high:
        found.append(Stretch(rows[-1].get("section", "") if rows else "", None, low, high))
    return found


def fits(outline: Mapping[str, Any], body: Span) -> bool:
    """Tell whether all paragraphs of an outline are inside the body, and no comment is."""
    start, end = body
    paragraphs, comments = outline.get("paragraphs", []), outline.get("comments", [])
    return all(start <= each["start"] and each["end"] <= end for each in paragraphs) and all(
        each["end"] <= start or each["start"] >= end for each in comments
    )


def whole_blocks(text: str, spans: Iterable[Span]) -> Span:
    """Return the stretch from the block where the first span begins to that where the last ends."""
    spans = list(spans)
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    touched = [block for block in blocks_of(text) if block[1] > first and block[0] < last]
    return min(touched[0][0], first), max(touched[-1][1], last)


def labels(outline: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the sections are called: in a text of ours these are its headings."""
    yield from (section["label"] for section in outline.get("sections", []))


def _cut(block: Span, body: Span) -> Span:
    return max(block[0], body[0]), min(block[1], body[1])


def _section(key: str, label: str, start: int) -> dict[str, Any]:
    return {"key": key, "label": label, "start": start, "end": start, "paragraphs": []}


def _span(text: str, start: int, end: int) -> dict[str, Any]:
    return {"start": start, "end": end, "sha256": sha256(text[start:end].encode()).hexdigest()}


def _containing(rows: list[dict[str, Any]], offset: int) -> dict[str, Any] | None:
    number = bisect_right(rows, offset, key=lambda row: row["start"]) - 1
    return rows[number] if number >= 0 and offset < rows[number]["end"] else None
