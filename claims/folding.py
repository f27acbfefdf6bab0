"""The words of a text and where they stand, whatever its typography, letters' forms and case.

NFKC (Unicode Standard Annex 15), case-folded; whatever is not a letter or a digit separates.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import category, is_normalized, normalize

Span = tuple[int, int]

# Exactly the characters for which str.isalnum() is true.
_WORD = re.compile(r"[^\W_]+")
# The same for ASCII, where translating and splitting takes a third of the time.
_SPACED = {code: " " for code in range(128) if not chr(code).isalnum()}
# What typographers put between words of English: in their place a space is as good.
_TYPOGRAPHY = re.compile("[\u00a0\u2010-\u201f\u2022\u2026]")
# Soft hyphens, zero-width spaces and joiners, byte order marks: they separate nothing.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


def words(text: str) -> list[str]:
    """Return the words of a text: NFKC, case-folded, whatever is not a letter or digit separates."""
    plain = _plain(text)
    return _WORD.findall(_folded(text)) if plain is None else plain.translate(_SPACED).split()


def spans(text: str) -> list[Span]:
    """Return where each of these words stands in the text."""
    plain = _plain(text)
    if plain is None and _folds_in_place(text):
        plain = text.casefold()
    if plain is not None:
        return [match.span() for match in _WORD.finditer(plain)]
    pieces, origins = [], []
    for start, end in _clusters(text):
        piece = _folded(text[start:end])
        pieces.append(piece)
        origins += [(start, end)] * len(piece)
    return [
        (origins[match.start()][0], origins[match.end() - 1][1])
        for match in _WORD.finditer("".join(pieces))
    ]


def _clusters(text: str) -> Iterator[Span]:
    """Yield each character with the marks that join it, so that words fold as in the whole text."""
    start = 0
    for index in range(1, len(text)):
        if _begins_cluster(text[index]):
            yield start, index
            start = index
    if text:
        yield start, len(text)


def _plain(text: str) -> str | None:
    """Return a text that is ASCII but for its typography folded, each character in its place."""
    plain = text if text.isascii() else _TYPOGRAPHY.sub(" ", text)
    return plain.lower() if plain.isascii() else None


def _folds_in_place(text: str) -> bool:
    """Does each character fold to one character in the same place?"""
    return (
        is_normalized("NFKC", text)
        and not _INVISIBLE.search(text)
        and len(text.casefold()) == len(text)
    )


@lru_cache(maxsize=4096)
def _begins_cluster(character: str) -> bool:
    if _INVISIBLE.match(character):
        return False
    return not category(normalize("NFKD", character)[0]).startswith("M")


def _folded(text: str) -> str:
    return normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
