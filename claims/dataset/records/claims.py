"""Claims, where they stand, how they hang together and what the article cites for them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pico:
    population: str
    exposure: str
    comparator: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Claim:
    key: str
    statement: str
    claim_type: str
    checkability: str
    modality: str
    voice: str
    pico: Pico | None
    topics: tuple[str, ...]
    parent: str | None
    is_core: bool | None
    is_essential: bool | None
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    words: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Landmark:
    index: int
    crc32: int


@dataclass(frozen=True, slots=True)
class Anchor:
    claim: str
    text_sha256: str
    start: int
    end: int
    sha256: str
    fingerprint: Fingerprint
    landmark: Landmark | None
    section: str | None
    paragraph: int | None
    comment: int | None


@dataclass(frozen=True, slots=True)
class Relation:
    source: str
    type: str
    target: str

    @property
    def key(self) -> str:
        return f"{self.source} {self.target}"


@dataclass(frozen=True, slots=True)
class Citation:
    key: str
    claim: str
    voice: str
    raw: str
    mode: str
    trial: str | None
    publication: str | None
    resolution: str
    accuracy: str
    note: str
