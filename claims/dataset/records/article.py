"""The article, its snapshot and how the text is laid out. Offsets are code points, ends exclusive."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Article:
    """`shares` are keys of claims of other data sets that this article makes too."""

    key: str
    title: str
    authors: tuple[str, ...]
    publisher: str
    url: str | None
    language: str
    published_on: date | None
    published_on_precision: str | None
    published_presumed: str | None
    published_note: str
    interest_note: str
    reviewers_required: int
    shares: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The article's text, known by its fingerprint; `bytes` and `note` are for people."""

    text_sha256: str
    bytes: int
    code_points: int
    encoding: str
    newline: str
    retrieved_at: date | None
    body_start: int
    body_end: int
    offsets: str
    note: str


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    label: str
    paragraphs: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    number: int
    section: str
    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Comment:
    number: int
    start: int
    end: int
    sha256: str
