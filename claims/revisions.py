"""What changed from one version of a text to the next, word by word, for people to read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from claims.outlines import blocks_of

Kind = Literal["same", "gone", "new"]

_TOKEN: Final = re.compile(r"\s+|[^\W_]+|[^\w\s]|_")
#: Two blocks with less in common are one that went and one that came.
_ALIKE: Final = 0.4
#: More words than this are compared as a whole: word by word would take minutes.
_LONGEST: Final = 4000


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Kind
    text: str


def revision(before: str, after: str) -> list[list[Piece]]:
    """Return the blocks that differ, in order, each as pieces that stayed, went and came.

    Only the words and signs are compared: where lines break is no difference.
    """
    old, new = _blocks(before), _blocks(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        block
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
        for block in _changed(old[i1:i2], new[j1:j2])
    ]


def _blocks(text: str) -> list[str]:
    return [" ".join(text[start:end].split()) for start, end in blocks_of(text)]


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[list[Piece]]:
    """Yield the blocks of a stretch: pairs that are alike, and those that went or came whole."""
    left = list(old)
    for block in new:
        twin = next((each for each in left if _are_alike(each, block)), None)
        if twin is None:
            yield [Piece("new", block)]
            continue
        yield from ([Piece("gone", each)] for each in left[: left.index(twin)])
        left = left[left.index(twin) + 1 :]
        yield _words(twin, block)
    yield from ([Piece("gone", each)] for each in left)


def _are_alike(old: str, new: str) -> bool:
    ours, theirs = set(_TOKEN.findall(old)), set(_TOKEN.findall(new))
    return len(ours & theirs) >= _ALIKE * max(len(ours), len(theirs))


def _words(old: str, new: str) -> list[Piece]:
    ours, theirs = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(ours), len(theirs)) > _LONGEST:
        return [Piece("gone", old), Piece("new", new)]
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(ours[i1:i2])))
            continue
        pieces += [Piece("gone", "".join(ours[i1:i2]))] if i1 < i2 else []
        pieces += [Piece("new", "".join(theirs[j1:j2]))] if j1 < j2 else []
    return pieces
