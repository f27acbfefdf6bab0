"""The article, its snapshot and the layout of its text: their fields and what each may hold."""

from claims.dataset import records
from claims.dataset.checks import (
    Shape,
    day,
    list_of,
    matching,
    one_of,
    optional,
    text,
    whole_number,
)
from claims.dataset.shapes.values import KEBAB_KEY, NOTE, SHA256, SMALL

ARTICLE = Shape(
    records.Article,
    {
        "key": KEBAB_KEY,
        "title": text(),
        "authors": list_of(text()),
        "publisher": NOTE,
        "url": optional(matching(r"https?://\S+", "a web address", 500)),
        "language": text(10),
        "published_on": optional(day),
        "published_on_precision": optional(one_of(("day", "month", "year"))),
        "published_presumed": optional(matching(r"[12][0-9]{3}", "a year in quotes")),
        "published_note": NOTE,
        "interest_note": NOTE,
        "reviewers_required": whole_number(1, 9),
        "shares": optional(list_of(KEBAB_KEY), ()),
    },
)
SNAPSHOT = Shape(
    records.Snapshot,
    {
        "text_sha256": SHA256,
        "bytes": whole_number(1),
        "code_points": whole_number(1),
        "encoding": one_of(("utf-8",)),
        "newline": one_of(("LF",)),
        "retrieved_at": optional(day),
        "body_start": whole_number(),
        "body_end": whole_number(1),
        "offsets": NOTE,
        "note": NOTE,
    },
)
SECTION = Shape(
    records.Section,
    {
        "key": text(20),
        "label": text(),
        "paragraphs": list_of(SMALL),
        "start": whole_number(),
        "end": whole_number(1),
    },
)
PARAGRAPH = Shape(
    records.Paragraph,
    {
        "number": SMALL,
        "section": text(20),
        "start": whole_number(),
        "end": whole_number(1),
        "sha256": SHA256,
    },
)
COMMENT = Shape(
    records.Comment,
    {"number": SMALL, "start": whole_number(), "end": whole_number(1), "sha256": SHA256},
)
