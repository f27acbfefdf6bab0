"""Renditions of a text as other programs and other days would give it."""

import re
import textwrap
from collections.abc import Callable

CURLY = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-"})  # noqa: RUF001
#: No word of any text, so that what is put in cannot make a new match.
PUT_IN = "Zzyzx inserted paragraph."


def straightened(text: str, body_end: int) -> str:
    return text.translate(CURLY)


def rewrapped(text: str, body_end: int) -> str:
    paragraphs = re.split(r"\n\s*\n", text)
    return "\n\n".join(textwrap.fill(each, 61, break_long_words=False) for each in paragraphs)


def inserted(text: str, body_end: int) -> str:
    """Put a paragraph of other words before each paragraph."""
    return f"{PUT_IN}\n\n" + text.replace("\n\n", f"\n\n{PUT_IN}\n\n")


def without_comments(text: str, body_end: int) -> str:
    return text[:body_end]


def tagged(text: str, body_end: int) -> str:
    """Return a page with the text in it, every third word in tags, between menus and footers."""
    body = "".join(
        _paragraph(each) for each in re.split(r"\n\s*\n", text[:body_end]) if each.strip()
    )
    said = re.split(r"\n\s*\n", text[body_end:])
    comments = "".join(
        f'<li class="comment"><div class="comment-body">{_paragraph(each)}</div></li>'
        for each in said
        if each.strip()
    )
    return (
        "<!doctype html><html><head><meta charset=utf-8><title>Page</title></head><body>"
        '<nav><ul><li><a href="/">Home</a></li><li><a href="/b">Subscribe</a></li></ul></nav>'
        f"<main><article>{body}</article>"
        f'<section id="comments" class="comments"><ol class="comment-list">{comments}</ol></section>'
        "</main><footer><p>All rights reserved.</p></footer></body></html>"
    )


def one_word_changed(text: str, span: tuple[int, int]) -> str:
    """Change the last word of a span."""
    start, end = span
    last = list(re.finditer(r"[^\W_]+", text[start:end]))[-1]
    return f"{text[: start + last.start()]}zzyzx{text[start + last.end() :]}"


def _paragraph(text: str) -> str:
    words = re.split(r"(\s+)", text.replace("&", "&amp;").replace("<", "&lt;"))
    tagged = (f"<em>{word}</em>" if n % 6 == 0 and word else word for n, word in enumerate(words))
    return f"<p>{''.join(tagged)}</p>"


TEXTS: dict[str, Callable[[str, int], str]] = {
    "same text": lambda text, body_end: text,
    "quotes straightened": straightened,
    "lines re-wrapped": rewrapped,
    "paragraphs inserted": inserted,
    "comments removed": without_comments,
}
