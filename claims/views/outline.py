"""An article's claims in the order in which it makes them: by section, paragraph and comment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from claims.models import ArticleSnapshot, Claim, ClaimAnchor
from claims.ruleset.vocabulary import Voice


@dataclass(frozen=True, slots=True)
class Node:
    """A claim with its parts."""

    claim: Claim
    parts: tuple[Claim, ...] = ()


@dataclass(slots=True)
class Block:
    """A paragraph or a reader's comment. Its text is the publisher's, and is not shown whole."""

    number: int | None
    nodes: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    key: str
    label: str
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outline:
    """`unplaced` are claims whose place in this snapshot is not known."""

    sections: list[Section]
    comments: list[Block]
    unplaced: list[Node]


def outline_of(snapshot: ArticleSnapshot | None, claims: Iterable[Claim]) -> Outline:
    nodes = _nested(claims)
    anchors = {
        node.claim.pk: anchor
        for node in nodes
        if (anchor := _anchor_in(snapshot, node.claim)) is not None
    }
    nodes.sort(key=lambda node: (_start(anchors.get(node.claim.pk)), node.claim.position))
    sections = _sections(snapshot, nodes, anchors)
    comments = _comments(snapshot, nodes, anchors)
    placed = {
        node.claim.pk
        for block in [*(block for section in sections for block in section.blocks), *comments]
        for node in block.nodes
    }
    return Outline(sections, comments, [node for node in nodes if node.claim.pk not in placed])


def _nested(claims: Iterable[Claim]) -> list[Node]:
    """A part stands under its whole, or alone where the whole is not shown."""
    claims = list(claims)
    shown = {claim.pk for claim in claims}
    parts: dict[int, list[Claim]] = {}
    for claim in claims:
        if claim.parent_id in shown:
            parts.setdefault(claim.parent_id, []).append(claim)
    return [
        Node(claim, tuple(parts.get(claim.pk, ())))
        for claim in claims
        if claim.parent_id not in shown
    ]


def _anchor_in(snapshot: ArticleSnapshot | None, claim: Claim) -> ClaimAnchor | None:
    if snapshot is None:
        return None
    anchors = claim.anchors.all()
    return next((anchor for anchor in anchors if anchor.snapshot_id == snapshot.pk), None)


def _start(anchor: ClaimAnchor | None) -> float:
    return anchor.start if anchor and anchor.start is not None else float("inf")


def _sections(
    snapshot: ArticleSnapshot | None, nodes: list[Node], anchors: dict[int, ClaimAnchor]
) -> list[Section]:
    if snapshot is None:
        return []
    sections = {str(row["key"]): Section(row["key"], row["label"]) for row in snapshot.sections}
    for node in nodes:
        anchor = anchors.get(node.claim.pk)
        if anchor and anchor.comment is None and anchor.section in sections:
            _put(sections[anchor.section].blocks, anchor.paragraph, node)
    return [section for section in sections.values() if section.blocks]


def _comments(
    snapshot: ArticleSnapshot | None, nodes: list[Node], anchors: dict[int, ClaimAnchor]
) -> list[Block]:
    if snapshot is None:
        return []
    blocks: list[Block] = []
    for node in nodes:
        anchor = anchors.get(node.claim.pk)
        if node.claim.voice == Voice.READER_COMMENT and anchor and anchor.comment is not None:
            _put(blocks, anchor.comment, node)
    return blocks


def _put(blocks: list[Block], number: int | None, node: Node) -> None:
    """Put a claim into the block with this number, which is the last one or a new one."""
    if not blocks or blocks[-1].number != number:
        blocks.append(Block(number))
    blocks[-1].nodes.append(node)
