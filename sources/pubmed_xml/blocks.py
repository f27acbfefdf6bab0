"""Cuts a PubmedArticleSet of any size into its records, and parses each one by itself.

So a record's bytes are at hand to be stored, a damaged record does not stop the rest, memory stays
as small as the longest record, and cutting is cheaper than a parser's own events.
"""

import gzip
import re
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from lxml import etree

from sources.pubmed_xml.errors import Malformed
from sources.pubmed_xml.parsers import QUICK
from sources.pubmed_xml.prolog import MISC, Prolog, read_prolog, why_no_prolog, why_no_set

CHUNK: Final = 1 << 18
#: The longest real record known, with 15,000 investigators, has 1.8 MB.
MAX_RECORD: Final = 16 << 20
#: Of a comment or an instruction between records: none has been seen.
MAX_COMMENT: Final = 1 << 20
MAX_PROLOG: Final = 1 << 16

SETS: Final = frozenset({"PubmedArticleSet", "PubmedBookArticleSet"})
PARTS: Final = frozenset({"PubmedArticle", "PubmedBookArticle", "DeleteCitation", "DeleteDocument"})
NEXT: Final = re.compile(
    rb"<(?:(?:PubmedArticle|PubmedBookArticle|DeleteCitation|DeleteDocument)[ \t\r\n>]"
    rb"|/Pubmed(?:Book)?ArticleSet[ \t\r\n>])"
)
#: What nearly always stands between two records: nothing but space.
USUAL: Final = re.compile(rb"[ \t\r\n]*<(PubmedArticle)[ \t\r\n>]")
END_TAG: Final = re.compile(rb"</[\w:.-]+[ \t\r\n]*>")
TAG: Final = re.compile(rb"<(/?)([\w:.-]+)")
UNCLOSED: Final = "not well-formed: the next record starts before this one ends"
MISCELLANY: Final = re.compile(MISC, re.DOTALL)
#: Comments, CDATA and instructions, in which an end tag is no end tag.
QUOTED: Final = rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
OPENING: Final = (b"<!--", b"<![CDATA[", b"<?")


class ByteStream(Protocol):
    """What has bytes to read: a file, an unpacked gzip, an answer."""

    def read(self, size: int, /) -> bytes: ...


class Block(NamedTuple):
    """A record or a list of deletions: parsed, as bytes, and where in the source it stands."""

    element: etree._Element
    raw: bytes
    position: int


class Damage(NamedTuple):
    """What could not be read; reading goes on at the next record."""

    reason: str
    position: int


def blocks(stream: ByteStream) -> Iterator[Block | Damage]:
    """Yield a set's records in order; a lone record counts as a set of one.

    Raises Malformed when the stream is no such set or ends before it is closed.
    """
    window = Window(stream)
    prolog = window.prolog()
    if prolog.name in PARTS:
        yield window.cut(prolog.name)
    elif prolog.name not in SETS:
        raise Malformed(why_no_set(window.bytes, prolog.name))
    elif not prolog.closed:
        yield from _members(window, prolog)
    window.expect_end()


def _members(window: "Window", prolog: Prolog) -> Iterator[Block | Damage]:
    while (tag := window.next_tag()) != f"/{prolog.name}":
        if tag in PARTS:
            yield window.cut(tag, prolog.namespaces)
        else:
            yield window.skip_to_next(f"unexpected {f'<{tag}>' if tag else 'text'}")
    window.pass_tag()


class Window:
    """The part of a stream that is being looked at; `at` is where reading has come to."""

    def __init__(self, stream: ByteStream) -> None:
        self.stream = stream
        self.bytes = b""
        self.at = 0
        self.base = 0
        #: How far there is known to be no such end tag, so that nobody searches there again.
        self.endless: dict[bytes, int] = {}
        #: Up to where records of a name are known to have no end.
        self.unclosed: dict[str, int] = {}

    @property
    def position(self) -> int:
        return self.base + self.at

    def more(self) -> bool:
        """Read on, let go of what has been read, and tell whether there was more."""
        try:
            # By a share of what is held, lest a window of 16 MB be copied for each small chunk.
            chunk = self.stream.read(max(CHUNK, (len(self.bytes) - self.at) // 4))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Malformed(f"the compressed file is damaged: {error}", self.position) from error
        if not chunk:
            return False
        self.bytes = self.bytes[self.at :] + chunk
        self.base += self.at
        self.at = 0
        return True

    def prolog(self) -> Prolog:
        while (found := read_prolog(self.bytes)) is None:
            if len(self.bytes) > MAX_PROLOG or not self.more():
                raise Malformed(why_no_prolog(self.bytes))
        self.at = found.start if found.name in PARTS else found.end
        return found

    def next_tag(self) -> str:
        """Return the name of the next tag, with its slash if it is an end tag; "" for text."""
        usual = USUAL.match(self.bytes, self.at)
        if usual:
            self.at = usual.start(1) - 1
            return usual[1].decode("ascii")
        self._pass_miscellany()
        while self.bytes.find(b">", self.at) < 0 and len(self.bytes) - self.at < CHUNK:
            if not self.more():
                break
        tag = TAG.match(self.bytes, self.at)
        if tag:
            return (tag[1] + tag[2]).decode("ascii", "replace")
        if self.at == len(self.bytes):
            raise Malformed("ends before the set is closed", self.position)
        return ""

    def _pass_miscellany(self) -> None:
        """Pass space, comments and instructions, also those that the window cuts in two."""
        while True:
            found = MISCELLANY.match(self.bytes, self.at)
            if found:
                self._check(found[0])
                self.at = found.end()
            rest = self.bytes[self.at : self.at + 4]
            unfinished = not rest or rest.startswith(b"<?") or b"<!--".startswith(rest)
            if not unfinished or len(self.bytes) - self.at > MAX_COMMENT or not self.more():
                return

    def _check(self, miscellany: bytes) -> None:
        if b"<" in miscellany:
            try:
                etree.fromstring(b"<_>" + miscellany + b"</_>", QUICK)
            except etree.XMLSyntaxError as error:
                raise Malformed(f"not well-formed: {error.msg}", self.position) from error

    def pass_tag(self) -> None:
        end_tag = END_TAG.match(self.bytes, self.at)
        if not end_tag:
            raise Malformed("the set's end tag is damaged", self.position)
        self.at = end_tag.end()

    def expect_end(self) -> None:
        self._pass_miscellany()
        if self.at < len(self.bytes):
            raise Malformed("there is more after the end", self.position)

    def skip_to_next(self, reason: str) -> Damage:
        """Go on to the next record, or to the set's end."""
        damage = Damage(reason, self.position)
        self.at += 1
        while not (found := NEXT.search(self.bytes, self.at)):
            # Keep so much that a tag cut in two is still found.
            self.at = max(self.at, len(self.bytes) - 32)
            if not self.more():
                raise Malformed(f"ends before the set is closed ({reason})", damage.position)
        self.at = found.start()
        return damage

    def cut(self, name: str, namespaces: bytes = b"") -> Block | Damage:
        """Return the record that starts here, parsed, and move behind it.

        `namespaces` are those declared on the set: the record's bytes take them along.
        """
        if self.position < self.unclosed.get(name, 0):
            return self.skip_to_next(UNCLOSED)
        length = self._find(f"</{name}>".encode())
        if length is None:
            return self.skip_to_next(f"longer than {MAX_RECORD} bytes")
        try:
            return self._block(length, name, namespaces)
        except etree.XMLSyntaxError as error:
            return self._cut_again(error, length, name, namespaces)

    def _block(self, length: int, name: str, namespaces: bytes) -> Block:
        raw = self.bytes[self.at : self.at + length]
        if namespaces:
            raw = raw.replace(name.encode(), name.encode() + namespaces, 1)
        block = Block(etree.fromstring(raw, QUICK), raw, self.position)
        self.at += length
        return block

    def _cut_again(
        self, error: etree.XMLSyntaxError, length: int, name: str, namespaces: bytes
    ) -> Block | Damage:
        """Cut at the first end tag that is not quoted; if that fails too, skip the record."""
        longer = self._find_unquoted(f"</{name}>".encode())
        if longer is not None and longer > length:
            try:
                return self._block(longer, name, namespaces)
            except etree.XMLSyntaxError:
                pass
        # Where a record starts inside another, all but the last are without an end of their own.
        last = self.bytes.rfind(f"<{name}>".encode(), self.at + 1, self.at + length)
        self.unclosed[name] = self.base + last
        return self.skip_to_next(f"not well-formed: {' '.join(error.msg.split())}")

    def _find(self, end: bytes) -> int | None:
        """Return how long the record is that ends so; None if it is longer than allowed."""
        searched = max(self.at, self.endless.get(end, 0) - self.base)
        while (found := self.bytes.find(end, searched)) < 0:
            if len(self.bytes) - self.at > MAX_RECORD:
                self.endless[end] = self.base + len(self.bytes) - len(end)
                return None
            held = len(self.bytes) - self.at
            if not self.more():
                raise Malformed("ends inside a record", self.position)
            searched = max(0, held - len(end))
        length = found + len(end) - self.at
        return length if length <= MAX_RECORD else None

    def _find_unquoted(self, end: bytes) -> int | None:
        wanted = b"|".join([QUOTED, *map(re.escape, [*OPENING, end])])
        while True:
            for found in re.finditer(wanted, self.bytes[self.at :], re.DOTALL):
                if found[0] == end:
                    return found.end()
                if found[0] in OPENING:
                    break
            if len(self.bytes) - self.at > MAX_RECORD or not self.more():
                return None
