"""An article's text on the desk, with the places of its claims marked in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from claims.admin.links import link_to
from claims.marks import Mark, Segment, segments
from claims.models import ArticleSnapshot, Claim, ClaimAnchor
from claims.outlines import Span, blocks_of

#: Characters of a text that one page shows.
SHOWN: Final = 300_000
#: The name of the span that a person has selected; claims are named by their primary keys.
SELECTED: Final = 0


class MarkedText:
    """The blocks of a text; in each element with `data-start` stands the text and nothing else.

    A script counts characters in these elements, so the labels of the marks are left to the style sheet.
    """

    def __init__(
        self,
        snapshot: ArticleSnapshot,
        anchors: Collection[ClaimAnchor],
        selected: Span | None = None,
    ) -> None:
        self.text = (snapshot.text or "")[:SHOWN]
        self.body = (snapshot.body_start, snapshot.body_end)
        self.claims: dict[Hashable, Claim] = {anchor.claim_id: anchor.claim for anchor in anchors}
        self.marks = [
            Mark(anchor.claim_id, anchor.start or 0, anchor.end or 0) for anchor in anchors
        ]
        self.ending: dict[int, list[str]] = defaultdict(list)
        for mark in self.marks:
            self.ending[mark.end].append(f"CLM-{mark.key}")
        if selected:
            self.marks.append(Mark(SELECTED, *selected))

    def as_html(self) -> SafeString:
        return format_html_join("", "{}", ((self._block(block),) for block in blocks_of(self.text)))

    def _block(self, block: Span) -> SafeString:
        first, last = block
        pieces = segments(block, self.marks)
        here = dict.fromkeys(key for piece in pieces for key in piece.keys if key != SELECTED)
        return format_html(
            '<div class="{}"><small>{}-{} {}</small><p data-start="{}">{}</p></div>',
            "desk-in" if self.body[0] <= first and last <= self.body[1] else "desk-out",
            first,
            last,
            format_html_join(
                " ", "{}", ((link_to(self.claims[key], f"CLM-{key}"),) for key in here)
            ),
            first,
            format_html_join("", "{}", ((self._segment(piece),) for piece in pieces)),
        )

    def _segment(self, piece: Segment) -> SafeString:
        words = self.text[piece.start : piece.end]
        if not piece.keys:
            return format_html("{}", words)
        classes = {"desk-selected" if key == SELECTED else "desk-claim" for key in piece.keys}
        return format_html(
            '<mark class="{}" data-ending="{}"{}>{}</mark>',
            " ".join(sorted(classes)),
            " ".join(self.ending.get(piece.end, ())),
            SafeString(' id="selected"') if SELECTED in piece.begins else "",
            words,
        )
