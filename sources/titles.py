"""Are two titles the title of the same paper? Used to tell whether a fetched record is the expected one.

Both are reduced to words: NFKC, case-folded, markup and punctuation dropped, notices such as
"RETRACTED:" taken off, spelling variants made one. Then they must be equal, word for word, or one
must be the other without its subtitle, the part before the colon having at least five words.
Numbers and every other word count: "type 1" is not "type 2". A missing word is a difference.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

LEAST_WORDS_BEFORE_SUBTITLE: Final = 5

TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
NOTICE: Final = re.compile(
    r"\A\W*(retracted|withdrawn|removed|retracted article|expression of concern)\s*:\s*",
    re.IGNORECASE,
)
SUBTITLE: Final = re.compile(r":\s|\s[-\u2013\u2014]\s|\?\s|\.\s")

# British and American spelling, as far as medical titles differ by it; whole words' inner letters.
SPELLINGS: Final = (
    (re.compile(r"aem"), "em"),
    (re.compile(r"oed"), "ed"),
    (re.compile(r"aes"), "es"),
    (re.compile(r"oes(?=t|o)"), "es"),
    (re.compile(r"mour"), "mor"),
    (re.compile(r"our(?=\b|s\b|al\b|ed\b|ing\b)"), "or"),
    (re.compile(r"is(?=e\b|ed\b|es\b|ing\b|ation|er\b)"), "iz"),
    (re.compile(r"tre\b"), "ter"),
    (re.compile(r"ys(?=e\b|ed\b|es\b|ing\b)"), "yz"),
    (re.compile(r"programme"), "program"),
)


def same_title(a: str, b: str) -> bool:
    """Return whether both are the title of one paper; an empty title is like no other."""
    words_a, words_b = words(a), words(b)
    if not words_a or not words_b:
        return False
    if words_a == words_b:
        return True
    return words_a == main_title(b) or words_b == main_title(a)


def words(title: str) -> list[str]:
    """Return the words that make a title what it is."""
    plain = TAG.sub("", html.unescape(title))
    text = unicodedata.normalize("NFKC", NOTICE.sub("", plain)).casefold()
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    for variant, spelling in SPELLINGS:
        text = variant.sub(spelling, text)
    # A hyphen may be written, left out or replaced by a space, so it parts words like any sign.
    return "".join(c if c.isalnum() else " " for c in text.replace("'", "")).split()


def main_title(title: str) -> list[str] | None:
    """Return the words before the subtitle; None without a subtitle or with too few words before it."""
    plain = NOTICE.sub("", TAG.sub("", html.unescape(title))).rstrip(" .?]")
    parts = SUBTITLE.split(plain, maxsplit=1)
    if len(parts) == 1:
        return None
    before = words(parts[0])
    return before if len(before) >= LEAST_WORDS_BEFORE_SUBTITLE else None
