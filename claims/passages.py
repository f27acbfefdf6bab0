"""Passages of an article's text that a person picks: found by their words, shown, and not copied.

Spans are code points, end exclusive, as everywhere in anchors.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from claims.anchors import Anchor, fingerprint, landmark, locate
from claims.folding import Span, words

#: A passage of fewer words stands in too many places to be found again.
FEWEST_WORDS: Final = 3
#: A statement is a copy when so much of it stands in the passage, one word after the other.
COPIED: Final = 0.8
KEY_LENGTH: Final = 60
#: How much of the text is shown to either side of a place.
AROUND: Final = 160
#: Of a span that is longer, only its beginning and its end are shown in a list.
LONGEST: Final = 600


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage as it stands in its text."""

    before: str
    passage: str
    after: str


def trimmed(text: str, span: Span) -> Span:
    """Return the span without the white space at its ends; it may be empty then."""
    start, end = span
    inside = text[start:end]
    end = start + len(inside.rstrip())
    return start + len(inside) - len(inside.lstrip()) if inside.strip() else end, end


def find_passage(text: str, passage: str) -> list[Span]:
    """Return every place where these words stand; punctuation, case and line breaks may differ."""
    wanted = Anchor(None, None, "", "", fingerprint(passage), landmark(passage))
    return list(locate(text, "", wanted).candidates) if wanted.landmark else []


def is_copied(statement: str, passage: str) -> bool:
    """Tell whether a statement merely repeats the passage, whatever its punctuation and capitals."""
    said, quoted = words(statement), words(passage)
    longest = SequenceMatcher(None, said, quoted, autojunk=False).find_longest_match().size
    return longest > 0 and longest >= COPIED * len(said)


def suggested_key(statement: str) -> str:
    """Return a key in kebab-case from the first words of a statement; "" if it has no Latin letter."""
    latin = [word for word in words(statement) if re.fullmatch("[a-z0-9]+", word)]
    key = ""
    for word in latin:
        longer = f"{key}-{word}" if key else word[:KEY_LENGTH]
        if len(longer) > KEY_LENGTH:
            break
        key = longer
    return key


def excerpt(text: str, span: Span) -> Excerpt:
    """Return a passage and what stands around it, on one line."""
    start, end = span
    passage = text[start:end]
    if len(passage) > LONGEST:
        passage = f"{passage[: LONGEST // 2]} … {passage[-LONGEST // 2 :]}"
    return Excerpt(
        _line(text[max(start - AROUND, 0) : start]),
        _line(passage),
        _line(text[end : end + AROUND]),
    )


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
