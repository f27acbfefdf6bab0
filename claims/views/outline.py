"""An article's claims in the order in which it makes them: by section, paragraph and comment."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from claims.models import ArticleSnapshot, Claim
from claims.outlines import Stretch, stretches
from claims.ruleset.vocabulary import Voice
from claims.views.passages import Marked, Passages, Piece
from claims.views.spots import Spot, Spots


@dataclass(frozen=True, slots=True)
class Node:
    """A claim with its parts, and its marks in the text that is shown."""

    claim: Claim
    parts: tuple[Claim, ...] = ()
    spot: Spot = field(default_factory=Spot)
    marks: tuple[Marked, ...] = ()
    marked_parts: frozenset[int] = frozenset()
    original: str | None = None

    @property
    def is_marked(self) -> bool:
        return bool(self.marks)

    @property
    def is_stop(self) -> bool:
        """Does the travel from claim to claim halt at the card? It does at the mark if there is one."""
        return not self.is_marked


@dataclass(slots=True)
class Block:
    """A paragraph, what stands between two, or a reader's comment, with as much text as is shown."""

    number: int | None
    nodes: list[Node] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    key: str
    label: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def claim_count(self) -> int:
        return sum(1 + len(node.parts) for block in self.blocks for node in block.nodes)


@dataclass(frozen=True, slots=True)
class Outline:
    """`unplaced` are claims whose place in this version is not known; each spot says why."""

    sections: list[Section]
    comments: list[Block]
    unplaced: list[Node]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of an article: which claims, and of its text all, its passages or nothing.

    `comments` are the passages in readers' comments, which only some may see.
    """

    claims: Collection[Claim]
    spots: Spots
    body: Passages | None = None
    comments: Passages | None = None
    originals: dict[int, str] = field(default_factory=dict)
    is_narrowed: bool = False


def outline_of(snapshot: ArticleSnapshot | None, shown: Shown) -> Outline:
    nodes = sorted(_nested(shown), key=_reading_order)
    said = [node for node in nodes if node.claim.voice == Voice.AUTHOR]
    sections = _sections(snapshot, said, shown)
    comments = _comments(snapshot, nodes, shown)
    placed = {
        node.claim.pk
        for block in [*(block for section in sections for block in section.blocks), *comments]
        for node in block.nodes
    }
    return Outline(sections, comments, [node for node in nodes if node.claim.pk not in placed])


def _nested(shown: Shown) -> list[Node]:
    """A part stands under its whole, or alone where the whole is not shown."""
    known = {claim.pk for claim in shown.claims}
    parts: dict[int, list[Claim]] = {}
    for claim in shown.claims:
        if claim.parent_id in known:
            parts.setdefault(claim.parent_id, []).append(claim)
    return [
        _node(claim, tuple(parts.get(claim.pk, ())), shown)
        for claim in shown.claims
        if claim.parent_id not in known
    ]


def _node(claim: Claim, parts: tuple[Claim, ...], shown: Shown) -> Node:
    passages = shown.body if claim.voice == Voice.AUTHOR else shown.comments
    marked = passages.marked if passages else {}
    return Node(
        claim,
        parts,
        shown.spots[claim.pk],
        tuple(marked.get(claim.pk, ())),
        frozenset(part.pk for part in parts if part.pk in marked),
        shown.originals.get(claim.pk),
    )


def _reading_order(node: Node) -> tuple[float, int]:
    start = node.spot.start
    return (float("inf") if start is None else start), node.claim.position


def _sections(snapshot: ArticleSnapshot | None, nodes: list[Node], shown: Shown) -> list[Section]:
    if snapshot is None:
        return []
    sections = {str(row["key"]): Section(row["key"], row["label"]) for row in snapshot.sections}
    if shown.body is None:
        for node in nodes:
            if node.spot.start is not None and node.spot.section in sections:
                _put(sections[node.spot.section].blocks, node.spot.paragraph, node)
    else:
        _read(snapshot, sections, nodes, shown)
    return [section for section in sections.values() if section.blocks]


def _read(
    snapshot: ArticleSnapshot, sections: dict[str, Section], nodes: list[Node], shown: Shown
) -> None:
    """Put each stretch of the text into its section, with the claims that begin in it."""
    waiting = [node for node in nodes if node.spot.start is not None]
    for stretch in stretches(snapshot.outline, (snapshot.body_start, snapshot.body_end)):
        here = [node for node in waiting if stretch.start <= node.spot.span[0] < stretch.end]
        block = _block(stretch, here, shown)
        section = sections.setdefault(stretch.section, Section(stretch.section, "The text"))
        if block is not None and not _is_heading_of(block, section):
            section.blocks.append(block)


def _is_heading_of(block: Block, section: Section) -> bool:
    """Is this the very heading that stands over the section anyway?"""
    text = "".join(piece.text for piece in block.pieces).strip()
    is_bare = block.number is None and not block.nodes
    return is_bare and text.casefold() == section.label.casefold()


def _block(stretch: Stretch, nodes: list[Node], shown: Shown) -> Block | None:
    body = shown.body
    if body is None:
        return None
    pieces = body.pieces((stretch.start, stretch.end))
    is_bare = not any(piece.marks for piece in pieces)
    is_left_out = is_bare and not body.whole and (shown.is_narrowed or stretch.number is None)
    return Block(stretch.number, nodes, pieces) if pieces and not is_left_out else None


def _comments(snapshot: ArticleSnapshot | None, nodes: Iterable[Node], shown: Shown) -> list[Block]:
    blocks: list[Block] = []
    for node in nodes:
        if node.claim.voice == Voice.READER_COMMENT and node.spot.comment is not None:
            _put(blocks, node.spot.comment, node)
    if snapshot is not None and shown.comments is not None:
        _put_further(blocks, nodes)
        spans = {row["number"]: (row["start"], row["end"]) for row in snapshot.comments}
        for block in blocks:
            block.pieces = shown.comments.pieces(spans.get(block.number, (0, 0)))
    return blocks


def _put_further(blocks: list[Block], nodes: Iterable[Node]) -> None:
    """Put in the comments in which a claim is only made again, without its card."""
    known = {block.number for block in blocks}
    further = {
        spot.comment
        for node in nodes
        if node.claim.voice == Voice.READER_COMMENT
        for spot in node.spot.further
        if spot.comment is not None
    }
    blocks += [Block(number) for number in further - known]
    blocks.sort(key=lambda block: block.number or 0)


def _put(blocks: list[Block], number: int | None, node: Node) -> None:
    """Put a claim into the block with this number, which is the last one or a new one."""
    if not blocks or blocks[-1].number != number:
        blocks.append(Block(number))
    blocks[-1].nodes.append(node)
