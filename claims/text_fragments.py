"""Links that open a page at a passage: the text fragments of the W3C's WICG (`#:~:text=...`).

A browser goes to the first place where the words stand. So a link is made only if in the text that
we know these words stand nowhere else; it never leads to a look-alike.
"""

from itertools import product
from typing import Final
from urllib.parse import quote

Span = tuple[int, int]

#: Passages up to so many words are given whole, of longer ones the first and last few.
WHOLE: Final = 9
EDGE: Final = 4
#: At most so many words before and after the passage tell it from the same words elsewhere.
CONTEXT: Final = 5
#: In a directive these three have a meaning; the hyphen is the one that quoting leaves.
_HYPHEN: Final = "%2D"


class KnownText:
    """A text in which passages are told apart: white space and case make no difference."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._flat = _flat(text)

    def link(self, url: str, span: Span) -> str | None:
        """Return the address of a passage of the page; None if no words single it out."""
        found = self.directive(span)
        if found is None:
            return None
        return f"{url}{'' if '#' in url else '#'}:~:text={found}"

    def directive(self, span: Span) -> str | None:
        """Return what follows `text=`: `[prefix-,]start[,end][,-suffix]`, percent-encoded."""
        passage = self.text[slice(*_on_words(self.text, span))].strip()
        words = passage.split()
        if not words:
            return None
        if len(words) <= WHOLE and "\n" not in passage:
            return self._whole(" ".join(words), span)
        return self._range(passage, span)

    def _whole(self, passage: str, span: Span) -> str | None:
        before, after = self._around(span)
        for last, first in product(range(CONTEXT + 1), repeat=2):
            prefix, suffix = " ".join(before[len(before) - last :]), " ".join(after[:first])
            if self._count(" ".join(filter(None, (prefix, passage, suffix)))) == 1:
                return _directive(prefix, passage, "", suffix)
        return None

    def _range(self, passage: str, span: Span) -> str | None:
        """A range's start must lie in one line, and so must its end: a new line may be a new block."""
        lines = [line.split() for line in passage.splitlines() if line.split()]
        before, _ = self._around(span)
        whole = _flat(passage)
        most = len(lines[0]) - (EDGE if len(lines) == 1 else 0)
        starts = [(0, size) for size in range(min(EDGE, most), most + 1)]
        for last, size in [*starts, *((n, most) for n in range(1, CONTEXT + 1))]:
            prefix = " ".join(before[len(before) - last :])
            start = " ".join(lines[0][:size])
            known = f"{prefix} {start}".strip()
            if self._count(known) == 1:
                place = self._flat.find(_flat(known)) + len(_flat(known)) - len(_flat(start))
                end = self._end(lines[-1], place, len(_flat(start)), place + len(whole))
                return end and _directive(prefix, start, end, "")
        return None

    def _end(self, line: list[str], place: int, after: int, wanted: int) -> str | None:
        """Return the last words of a passage, as many as it takes to end nowhere before it does."""
        for size in range(min(EDGE, len(line)), len(line) + 1):
            end = " ".join(line[-size:])
            low = place + after
            if wanted - len(_flat(end)) >= low and self._next(_flat(end), low) == wanted:
                return end
        return None

    def _next(self, words: str, low: int) -> int:
        """Return where the words end, the first time they stand after this offset."""
        place = self._find(words, low)
        return place + len(words) if place >= 0 else -1

    def _count(self, words: str) -> int:
        """Return how often the words stand in the text; 2 for any number above."""
        flat = _flat(words)
        first = self._find(flat, 0)
        if first < 0:
            return 0
        return 1 if self._find(flat, first + 1) < 0 else 2

    def _find(self, words: str, low: int) -> int:
        place = self._flat.find(words, low)
        while place >= 0 and _on_words(self._flat, (place, place + len(words))) != (
            place,
            place + len(words),
        ):
            place = self._flat.find(words, place + 1)
        return place

    def _around(self, span: Span) -> tuple[list[str], list[str]]:
        """Return the words before and after a passage that stand in its first and last line."""
        start, end = _on_words(self.text, span)
        before = self.text[max(0, start - 400) : start].rpartition("\n")[2]
        after = self.text[end : end + 400].partition("\n")[0]
        # A word that touches the passage, or was cut by the 400, is no word of its own.
        return _loose(before, at_end=True)[-CONTEXT:], _loose(after, at_end=False)[:CONTEXT]


def _loose(text: str, *, at_end: bool) -> list[str]:
    words = text.split()
    touches = text and not text[-1 if at_end else 0].isspace()
    return [] if touches else words


def _on_words(text: str, span: Span) -> Span:
    """Leave off the halves of words at a passage's ends: a browser matches whole words."""
    start, end = span
    while 0 < start < end and text[start - 1].isalnum() and text[start].isalnum():
        start += 1
    while start < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end -= 1
    return start, end


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()


def _directive(prefix: str, start: str, end: str, suffix: str) -> str:
    parts = (
        f"{_quoted(prefix)}-" if prefix else "",
        _quoted(start),
        _quoted(end),
        f"-{_quoted(suffix)}" if suffix else "",
    )
    return ",".join(part for part in parts if part)


def _quoted(words: str) -> str:
    return quote(words, safe="").replace("-", _HYPHEN)
