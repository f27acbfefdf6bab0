"""Find an anchored span again in another rendition of the same text, or say that it cannot be found.

A fingerprint is the number of a span's words and the SHA-256 of those words, so the span is found
without storing it: whatever lies between the words (quotes, line breaks, dashes) may change, the words
may not. A match is certain or it is none; two matches are ambiguous, never a guess.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import accumulate, chain, groupby, pairwise
from zlib import crc32

from claims.folding import Span, spans, words
from claims.ruleset.vocabulary import AnchorStatus

# A capital after three small letters, as where an image's name is glued to a sentence.
_FUSED = re.compile("[A-ZÀ-ÖØ-Þ](?<=[a-zß-öø-ÿ]{3}.)")
# A block ends before white space, where neither a word nor a composed character can be cut.
_BLOCK = re.compile(r".{1,1000}[^ \t\r\n]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    words: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Landmark:
    """The place of a span's longest word in it, and that word's CRC-32 (RFC 1952).

    With it a search looks at few places only. It proves nothing: the fingerprint does.
    """

    index: int
    crc32: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """A span of one text: code points, end exclusive; the SHA-256 of that text and of the span."""

    start: int | None
    end: int | None
    text_sha256: str
    sha256: str
    fingerprint: Fingerprint
    landmark: Landmark | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where an anchor is in a text; `candidates` are all places whose words match.

    A relocated span runs from its first word to its last, without the punctuation around it.
    """

    status: AnchorStatus
    start: int | None
    end: int | None
    candidates: tuple[Span, ...]


def fingerprint(text: str) -> Fingerprint:
    found = words(text)
    return Fingerprint(len(found), _hash(" ".join(found)))


def landmark(text: str) -> Landmark | None:
    """Return the landmark of a span, or None if it has no word."""
    found = words(text)
    index = max(range(len(found)), key=lambda i: len(found[i]), default=None)
    return None if index is None else Landmark(index, _checksum(found[index]))


def locate(text: str, text_sha256: str, anchor: Anchor) -> Location:
    """Return where the anchor is in this text, whose SHA-256 is given."""
    return locate_all(text, text_sha256, [anchor])[0]


def locate_all(text: str, text_sha256: str, anchors: Sequence[Anchor]) -> list[Location]:
    """Return a location for each anchor, in their order.

    An anchor made on this very text is exact. The others are searched for together; those with a
    landmark cost next to nothing, the others a hash for each word of the text and each length.
    """
    exact = [_exact(text, text_sha256, anchor) for anchor in anchors]
    lost = [anchor for anchor, found in zip(anchors, exact, strict=True) if found is None]
    spans = _search(text, lost) if lost else {}
    return [
        found or located(spans.get(anchor.fingerprint, set()))
        for anchor, found in zip(anchors, exact, strict=True)
    ]


def _exact(text: str, text_sha256: str, anchor: Anchor) -> Location | None:
    if anchor.start is None or anchor.end is None or anchor.text_sha256 != text_sha256:
        return None
    if _hash(text[anchor.start : anchor.end]) != anchor.sha256:
        return None
    span = (anchor.start, anchor.end)
    return Location(AnchorStatus.EXACT, *span, candidates=(span,))


def located(spans: Iterable[Span]) -> Location:
    """Return the location of an anchor whose words are at these places."""
    candidates = tuple(sorted(spans))
    if len(candidates) == 1:
        return Location(AnchorStatus.RELOCATED, *candidates[0], candidates=candidates)
    status = AnchorStatus.AMBIGUOUS if candidates else AnchorStatus.ORPHANED
    return Location(status, None, None, candidates)


def _search(text: str, anchors: Sequence[Anchor]) -> Mapping[Fingerprint, set[Span]]:
    """Return where the words of each fingerprint are: as the text is, and with fused words cut."""
    spans: dict[Fingerprint, set[Span]] = defaultdict(set)
    plain = Rendition([Block(match.start(), match[0]) for match in _BLOCK.finditer(text)])
    reach = max(anchor.fingerprint.words for anchor in anchors)
    for rendition in (plain, *plain.around_fused_words(reach)):
        for found, span in rendition.matches(anchors):
            spans[found].add(span)
    return spans


class Block:
    """A stretch of text that begins and ends between words."""

    def __init__(self, start: int, text: str) -> None:
        self.start = start
        self.text = text

    @cached_property
    def words(self) -> list[str]:
        return words(self.text)

    @cached_property
    def spans(self) -> list[Span]:
        """Where each word stands in the block."""
        return spans(self.text)

    @cached_property
    def fused(self) -> list[int]:
        """Where a word seems to begin inside another."""
        return [match.start() for match in _FUSED.finditer(self.text)]

    def cut(self) -> Iterator["Block"]:
        """Yield the block in pieces, with the fused words apart."""
        for start, end in pairwise((0, *self.fused, len(self.text))):
            yield Block(self.start + start, self.text[start:end])


class Rendition:
    """A text, or a stretch of one, as words that know where they stand."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.words = list(chain.from_iterable(block.words for block in blocks))
        self.first_words = list(accumulate((len(block.words) for block in blocks), initial=0))

    def around_fused_words(self, reach: int) -> Iterator["Rendition"]:
        """Yield the stretches with fused words, these cut, and so many words to either side."""
        near = sorted({other for n in range(len(self.blocks)) for other in self._near(n, reach)})
        for _, numbered in groupby(enumerate(near), key=lambda pair: pair[1] - pair[0]):
            stretch = [self.blocks[number] for _, number in numbered]
            yield Rendition([piece for block in stretch for piece in block.cut()])

    def matches(self, anchors: Sequence[Anchor]) -> Iterator[tuple[Fingerprint, Span]]:
        """Yield each place where the words of one of these anchors are."""
        by_length: dict[int, list[Anchor]] = defaultdict(list)
        for anchor in anchors:
            by_length[anchor.fingerprint.words].append(anchor)
        places = self._places({anchor.landmark.crc32 for anchor in anchors if anchor.landmark})
        for length, alike in by_length.items():
            wanted = {anchor.fingerprint.sha256 for anchor in alike}
            for first in self._candidates(length, alike, places):
                found = _hash(" ".join(self.words[first : first + length]))
                if found in wanted:
                    yield Fingerprint(length, found), self.span(first, length)

    def span(self, first: int, length: int) -> Span:
        """Return where so many words, from the first one on, stand in the text."""
        return self._place(first)[0], self._place(first + length - 1)[1]

    def _near(self, number: int, reach: int) -> range:
        """Return the blocks within reach of this one if it has fused words, else none."""
        if not self.blocks[number].fused:
            return range(0)
        first = self._block_of(self.first_words[number] - reach)
        return range(first, self._block_of(self.first_words[number + 1] + reach) + 1)

    def _block_of(self, word: int) -> int:
        number = bisect_right(self.first_words, word) - 1
        return min(max(number, 0), len(self.blocks) - 1)

    def _place(self, word: int) -> Span:
        number = self._block_of(word)
        block = self.blocks[number]
        start, end = block.spans[word - self.first_words[number]]
        return block.start + start, block.start + end

    def _places(self, landmarks: set[int]) -> Mapping[int, list[int]]:
        """Return where each landmark's word stands, and any other word with its checksum."""
        known = {word: mark for word in set(self.words) if (mark := _checksum(word)) in landmarks}
        places: dict[int, list[int]] = defaultdict(list)
        for index in [index for index, word in enumerate(self.words) if word in known]:
            places[known[self.words[index]]].append(index)
        return places

    def _candidates(
        self, length: int, anchors: Sequence[Anchor], places: Mapping[int, list[int]]
    ) -> Iterable[int]:
        """Return the words with which a span of this length may begin."""
        possible = range(len(self.words) - length + 1) if length else range(0)
        marks = [anchor.landmark for anchor in anchors if anchor.landmark]
        if len(marks) < len(anchors):
            return possible
        found = {place - mark.index for mark in marks for place in places.get(mark.crc32, ())}
        return [first for first in found if first in possible]


def _checksum(word: str) -> int:
    return crc32(_encoded(word))


def _hash(text: str) -> str:
    return sha256(_encoded(text)).hexdigest()


def _encoded(text: str) -> bytes:
    # A text from JSON may hold half a surrogate pair; it gets a hash like any other.
    return text.encode("utf-8", "surrogatepass")
