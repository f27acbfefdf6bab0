"""The article's parts lie inside each other, and anchors inside them."""

from claims.dataset.context import ANCHOR, ARTICLE, CLAIM, COMMENT, PARAGRAPH, SNAPSHOT, Context
from claims.dataset.records import Anchor, Comment, Paragraph, Section
from claims.ruleset.vocabulary import Voice


def check(context: Context) -> None:
    _check_dates(context)
    _check_body(context)
    sections = {section.key: section for section in context.data.sections}
    for paragraph in context.data.paragraphs:
        _check_paragraph(context, paragraph, sections.get(paragraph.section))
    context.refuse_repeated(PARAGRAPH, "number", (row.number for row in context.data.paragraphs))
    context.refuse_repeated(COMMENT, "number", (row.number for row in context.data.comments))
    for comment in context.data.comments:
        _check_comment(context, comment)
    _check_anchors(context)
    _check_shares(context)


def _check_dates(context: Context) -> None:
    article = context.data.article
    dated = article.published_on is not None
    context.refuse_unless(
        dated == (article.published_on_precision is not None),
        ARTICLE,
        article.key,
        "published_on_precision",
        "goes with published_on",
    )
    context.refuse_unless(
        not (dated and article.published_presumed),
        ARTICLE,
        article.key,
        "published_presumed",
        "a known date is not presumed",
    )


def _check_body(context: Context) -> None:
    snapshot = context.data.snapshot
    context.refuse_unless(
        snapshot.body_start < snapshot.body_end <= snapshot.code_points,
        SNAPSHOT,
        snapshot.text_sha256[:12],
        "body_end",
        "the body must lie inside the text",
    )


def _check_paragraph(context: Context, paragraph: Paragraph, section: Section | None) -> None:
    snapshot, number = context.data.snapshot, paragraph.number
    if section is None:
        context.say(PARAGRAPH, number, "section", f"there is no section '{paragraph.section}'")
        return
    context.refuse_unless(
        number in section.paragraphs and _inside(paragraph, section.start, section.end),
        PARAGRAPH,
        number,
        "start",
        f"is outside section {section.key}",
    )
    context.refuse_unless(
        _inside(paragraph, snapshot.body_start, snapshot.body_end),
        PARAGRAPH,
        number,
        "start",
        "is outside the body",
    )


def _check_comment(context: Context, comment: Comment) -> None:
    snapshot = context.data.snapshot
    context.refuse_unless(
        _inside(comment, snapshot.body_end, snapshot.code_points),
        COMMENT,
        comment.number,
        "start",
        "comments stand after the body and inside the text",
    )


def _check_anchors(context: Context) -> None:
    anchors = context.data.anchors
    context.refuse_repeated(ANCHOR, "claim", (anchor.claim for anchor in anchors))
    anchored = context.keys[ANCHOR.word]
    for claim in context.data.claims:
        if claim.parent is None and claim.key not in anchored:
            context.say(CLAIM, claim.key, "key", "has no anchor in anchors.yaml")
    voices = {claim.key: claim.voice for claim in context.data.claims}
    for anchor in anchors:
        context.refuse_unknown_claim(ANCHOR, anchor.claim, "claim", anchor.claim)
        _check_text(context, anchor)
        if anchor.claim in voices:
            _check_place(context, anchor, voices[anchor.claim])
        elif anchor.claim in context.data.article.shares:
            _check_place(context, anchor, _voice_of(anchor))


def _check_shares(context: Context) -> None:
    """A shared claim is another data set's to define, and stands somewhere in this article."""
    for key in context.data.article.shares:
        context.refuse_unless(
            key not in context.keys[CLAIM.word],
            ARTICLE,
            context.data.article.key,
            "shares",
            f"'{key}' is a claim of this data set",
        )
        context.refuse_unless(
            key in context.keys[ANCHOR.word],
            ARTICLE,
            context.data.article.key,
            "shares",
            f"'{key}' has no anchor in anchors.yaml",
        )


def _voice_of(anchor: Anchor) -> Voice:
    return Voice.AUTHOR if anchor.comment is None else Voice.READER_COMMENT


def _check_text(context: Context, anchor: Anchor) -> None:
    snapshot = context.data.snapshot
    context.refuse_unless(
        anchor.text_sha256 == snapshot.text_sha256,
        ANCHOR,
        anchor.claim,
        "text_sha256",
        "is not the snapshot's",
    )
    context.refuse_unless(
        _inside(anchor, 0, snapshot.code_points),
        ANCHOR,
        anchor.claim,
        "end",
        f"{anchor.start}-{anchor.end} is no span of the text",
    )
    context.refuse_unless(
        anchor.landmark is None or anchor.landmark.index < anchor.fingerprint.words,
        ANCHOR,
        anchor.claim,
        "landmark.index",
        f"{anchor.landmark and anchor.landmark.index} is no word of the fingerprint's "
        f"{anchor.fingerprint.words}",
    )


def _check_place(context: Context, anchor: Anchor, voice: str) -> None:
    if voice == Voice.AUTHOR:
        _check_place_in_body(context, anchor)
        return
    comments = {comment.number: comment for comment in context.data.comments}
    place = comments.get(anchor.comment or 0)
    context.refuse_unless(
        place and anchor.paragraph is None and _inside(anchor, place.start, place.end),
        ANCHOR,
        anchor.claim,
        "comment",
        "a reader's claim is anchored inside that reader's comment",
    )


def _check_place_in_body(context: Context, anchor: Anchor) -> None:
    snapshot = context.data.snapshot
    if not _inside(anchor, snapshot.body_start, snapshot.body_end):
        context.say(
            ANCHOR,
            anchor.claim,
            "start",
            f"{anchor.start}-{anchor.end} is outside the body "
            f"({snapshot.body_start}-{snapshot.body_end}); an author's claim is anchored inside it",
        )
        return
    paragraphs = {paragraph.number: paragraph for paragraph in context.data.paragraphs}
    place = paragraphs.get(anchor.paragraph or 0)
    context.refuse_unless(
        place
        and anchor.comment is None
        and anchor.section == place.section
        and _inside(anchor, place.start, place.end),
        ANCHOR,
        anchor.claim,
        "paragraph",
        "the span is not inside this paragraph and section",
    )


def _inside(span: Anchor | Paragraph | Comment, start: int, end: int) -> bool:
    return start <= span.start < span.end <= end
