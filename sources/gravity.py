"""How grave each word on a publication's integrity is, and what several sources' words come to."""

from __future__ import annotations

from typing import Final

#: The gravest first; `unknown` is the word of a source that has not been asked. Of the three kinds of
#: retraction the more telling one stands: Crossref has no word for "retracted and republished", so
#: its "retraction" beside PubMed's longer word says nothing else.
GRAVEST_FIRST: Final = (
    "retracted_republished",
    "withdrawn",
    "retracted",
    "expression_of_concern",
    "superseded",
    "corrected",
    "current",
    "unknown",
)


def gravest(*words: str) -> str:
    """Return the gravest of the words: one source is enough to make a paper doubtful."""
    return min(words, key=GRAVEST_FIRST.index, default="unknown")


def no_milder_than(word: str) -> tuple[str, ...]:
    """Return the words that are at least as grave as this one."""
    return GRAVEST_FIRST[: GRAVEST_FIRST.index(word) + 1]
