"""Whether a quote is one, and whether it stands in a text word for word."""

import re
from unicodedata import normalize

SHORTEST = 20


def fault_of(quote: str, title: str) -> str | None:
    """Say why this cannot serve as a quote, in a sentence; None if it can."""
    text = _spaced(quote)
    if not text:
        return "A quote is empty."
    if len(text) < SHORTEST:
        return f"The quote “{text}” has fewer than {SHORTEST} characters."
    if _bare(text) == _bare(title):
        return "The quote is only the title of its source."
    return None


def stands_in(quote: str, text: str) -> bool:
    """Whether the text has these very words; only white space may differ."""
    return _spaced(quote) in _spaced(text)


def _spaced(text: str) -> str:
    return " ".join(normalize("NFC", text).split())


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", normalize("NFKC", text).casefold()).strip()
