"""The article of a page: body and comments apart, words whole, bytes read as they were meant."""

import pytest

from claims.extraction import NoArticle, decoded, extract
from tests.claims.renditions import tagged

LONG = "There is more to say about sugar and sleep than fits into one short paragraph. " * 2


def page(body):
    return f"<html><body><article>{body}<p>{LONG}</p></article></body></html>".encode()


def first_block(html):
    return extract(html).text.split("\n\n")[0]


def test_body_and_comments_are_told_apart():
    body = f"Sleep and sugar belong together, as {LONG}\n\nThe end of the article is this."

    got = extract(tagged(f"{body}\n\nA reader says thank you for this.", len(body)).encode())

    assert (
        got.text[: got.body_end]
        == " ".join(body.split("\n\n")[0].split()) + "\n\nThe end of the article is this."
    )
    assert got.text[got.body_end :] == "\n\nA reader says thank you for this."
    assert [len(got.outline[name]) for name in ("sections", "paragraphs", "comments")] == [1, 2, 1]


def test_headings_begin_sections():
    html = page(f"<h1>Title</h1><p>One. {LONG}</p><h2>Trials</h2><p>Two. {LONG}</p>")

    sections = extract(html).outline["sections"]

    assert [(each["key"], each["label"], each["paragraphs"]) for each in sections] == [
        ("S0", "Title", [1]),
        ("S1", "Trials", [2, 3]),
    ]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>A wo<b>rd</b> stays <i>one</i>word.</p>", "A word stays oneword."),
        ("<p>Lines<br>are words.</p>", "Lines\nare words."),
        ("<p>Non&nbsp;breaking &lt;and&gt; so on.</p>", "Non breaking <and> so on."),
        ("<ul><li>First item of it</li><li>Second</li></ul>", "First item of it"),
        ("<table><tr><td>Group</td><td>kcal</td></tr></table>", "Group | kcal"),
    ],
)
def test_words_stay_apart_and_whole(html, text):
    assert first_block(page(html)) == text


def test_menu_is_left_out():
    html = page(f"<p>{LONG}</p>").replace(b"<article>", b"<nav><a href=/>Home</a></nav><article>")

    assert "Home" not in extract(html).text


@pytest.mark.parametrize(
    "html", [b"", b" ", b"<p>", b"\xff\xfe", b"{}", b"<html><body></body></html>"]
)
def test_page_without_an_article_is_refused(html):
    with pytest.raises(NoArticle):
        extract(html)


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        ("Café".encode(), None, "Café"),
        ("Café".encode(), "utf-8", "Café"),
        ("Café".encode("cp1252"), None, "Café"),
        ("“Café”".encode("cp1252"), "iso-8859-1", "“Café”"),
        ("“Café”".encode("cp1252"), "us-ascii", "“Café”"),
        ("Café".encode("utf-8-sig"), "iso-8859-1", "Café"),
        ("Café".encode("utf-16"), None, "Café"),
        ("Ж".encode("koi8-r"), "koi8-r", "Ж"),
        (b'<meta charset="koi8-r">' + "Ж".encode("koi8-r"), None, '<meta charset="koi8-r">Ж'),
        ("Café".encode(), "no-such-charset", "Café"),
        ("Café".encode(), "base64", "Café"),
        (b"a\xff", "utf-8", "a\ufffd"),
        (b"a\0b", None, "ab"),
    ],
)
def test_bytes_are_read_as_they_were_meant(content, charset, text):
    assert decoded(content, charset) == text
