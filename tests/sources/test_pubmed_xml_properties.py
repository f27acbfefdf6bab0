"""What holds for any record, however odd, and for any mutilation of one."""

import dataclasses
import html
import json
import re

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from sources.pubmed_xml import PubMedXMLError, parse_record, parse_reply
from sources.pubmed_xml.dates import publication_date
from sources.pubmed_xml.text import plain_and_html
from tests.sources.pubmed_cases import FOLDER

PATIENT = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
BODIES = [
    (FOLDER / name).read_bytes()
    for name in ("complete.xml", "mathml.xml", "articles_and_book.xml", "comments_and_cdata.xml")
]
TREES = [etree.fromstring(body) for body in BODIES[:3]]
INLINE = ("b", "i", "sup", "sub", "u")

#: What XML 1.0 can carry, without the carriage returns that it turns into line feeds.
legal_text = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"]).filter(
        lambda char: char in "\t\n" or (char >= " " and char not in "\ufffe\uffff")
    )
)


def with_title(title):
    """Return a record with the title that was given as XML."""
    return (
        b'<PubmedArticle><MedlineCitation><PMID Version="1">990000001</PMID><Article><ArticleTitle>'
        + title
        + b"</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
    )


def spaced(text):
    return re.sub(r"[ \t\r\n]+", " ", text.strip())


@PATIENT
@given(
    st.sampled_from(BODIES),
    st.integers(0, 20_000),
    st.integers(0, 200),
    st.binary(max_size=20) | st.sampled_from([b"<", b"</PubmedArticle>", b"<!--", b"]]>", b"&x;"]),
)
def test_mutilated_answer_is_read_or_refused(body, start, length, put):
    start %= len(body)
    mutilated = body[:start] + put + body[start + length :]

    try:
        reply = parse_reply(mutilated)
    except PubMedXMLError:
        return

    # What was read is well-formed by the judgement of a parser that saw the whole.
    etree.fromstring(mutilated)
    assert set(reply.raw) == {record.pmid for record in reply.records}


@PATIENT
@given(st.sampled_from(BODIES), st.integers(0, 20_000))
def test_answer_cut_short_is_always_refused(body, kept):
    cut = body.rstrip()[: kept % (len(body.rstrip()) - 1)]

    try:
        parse_reply(cut)
    except PubMedXMLError:
        return

    raise AssertionError(f"{len(cut)} bytes of {len(body)} passed for the whole")


@st.composite
def disordered_records(draw):
    """Return a record in which elements are renamed, dropped, doubled, moved or emptied."""
    tree = draw(st.sampled_from(TREES))
    root = etree.fromstring(etree.tostring(tree[0]))
    for _ in range(draw(st.integers(1, 6))):
        elements = list(root.iter())[1:]
        if not elements:
            break
        element = elements[draw(st.integers(0, len(elements) - 1))]
        other = elements[draw(st.integers(0, len(elements) - 1))]
        draw(st.sampled_from(DISORDERS))(element, other)
    return etree.tostring(root)


def rename(element, other):
    element.tag = other.tag


def drop(element, other):
    element.getparent().remove(element)


def double(element, other):
    other.append(etree.fromstring(etree.tostring(element, with_tail=False)))


def empty(element, other):
    element.clear()


def retext(element, other):
    element.text = other.text


def strip(element, other):
    element.attrib.clear()


DISORDERS = (rename, drop, double, empty, retext, strip)


@PATIENT
@given(disordered_records())
def test_disordered_record_is_read_or_refused(raw):
    try:
        record = parse_record(raw)
    except PubMedXMLError:
        return

    as_dict = dataclasses.asdict(record)
    assert json.loads(json.dumps(as_dict)) == as_dict
    assert re.fullmatch(r"[1-9][0-9]{0,8}", record.pmid)
    assert record.day is None or record.month is not None
    assert record.month is None or record.year is not None
    assert (record.abstract_state == "present") == bool(record.abstract_sections)
    assert [record.date_from, record.date_to] == sorted(
        [record.date_from, record.date_to], key=lambda date: date or ""
    )


@given(legal_text)
@example(" two  spaces ")
@example("x < 5 & y > 3 <script>")
@example("\x85 \xa0 \u2028")
def test_text_comes_through_as_it_was_written(text):
    raw = with_title(html.escape(text, quote=False).encode())

    record = parse_record(raw)

    assert record.title == spaced(text)
    assert html.unescape(record.title_html) == html.unescape(html.escape(record.title))
    assert "<" not in record.title_html


inline_markup = st.recursive(
    legal_text.map(lambda text: html.escape(text, quote=False)),
    lambda inner: st.tuples(
        st.sampled_from([*INLINE, "script", "a", "DispFormula"]), st.lists(inner, max_size=3)
    ).map(lambda made: f"<{made[0]} onclick='x'>{''.join(made[1])}</{made[0]}>"),
    max_leaves=8,
)


@given(st.lists(inline_markup, max_size=4).map("".join))
def test_html_holds_nothing_but_inline_tags(title):
    record = parse_record(with_title(title.encode()))

    tags = re.findall(r"<[^>]*>", record.title_html)
    shown = etree.fromstring(f"<p>{record.title_html}</p>")

    assert {tag.strip("</>") for tag in tags} <= set(INLINE)
    assert all(not element.attrib for element in shown.iter())


mathml = st.recursive(
    st.sampled_from(["<mi>x</mi>", "<mn>2</mn>", "<mo>&lt;</mo>", "<mtext>a b</mtext>", "<none/>"]),
    lambda inner: st.tuples(
        st.sampled_from(
            [
                *("mrow", "mfrac", "msup", "msub", "msubsup", "mroot", "msqrt", "mover", "munder"),
                *("munderover", "mfenced", "mtable", "mtr", "mtd", "semantics", "mmultiscripts"),
                *("mprescripts", "mphantom", "mspace", "mstyle", "unheard"),
            ]
        ),
        st.lists(inner, max_size=4),
    ).map(lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0]}>"),
    max_leaves=10,
)


@given(mathml)
def test_any_formula_is_written_out(formula):
    record = parse_record(with_title(f"A <math>{formula}</math> B".encode()))

    assert (record.title[:1], record.title[-1:]) == ("A", "B")
    assert set(re.findall(r"</?(\w+)", record.title_html)) <= {"sup", "sub"}


@given(st.text("0123456789 -JanDecFallSummer/stQur", max_size=30) | st.text(max_size=20))
def test_any_medline_date_is_kept_and_never_made_up(words):
    date = publication_date({"MedlineDate": words})

    assert date["medline_date"] == (words.strip() or None)
    assert (date["month"], date["day"]) == (None, None)
    assert date["year"] is None or str(date["year"]) in words
    if date["date_from"]:
        assert date["date_from"] <= date["date_to"]
        assert date["date_from"][:4] in words


blanks = st.sampled_from(["", " ", "\n  "])
words = st.sampled_from(["", "moss", "m ", " tea"])
marked_text = st.recursive(
    st.tuples(words, blanks).map("".join),
    lambda inner: st.lists(
        st.tuples(blanks, st.sampled_from(INLINE), inner, blanks, words), max_size=3
    ).map(lambda parts: "".join(f"{a}<{tag}>{b}</{tag}>{c}{d}" for a, tag, b, c, d in parts)),
    max_leaves=8,
)


@PATIENT
@given(marked_text)
def test_no_space_of_a_text_is_lost_to_quick_parsing(title):
    exact = etree.fromstring(f"<t>{title}</t>")

    found = parse_record(with_title(title.encode()))

    assert (found.title, found.title_html) == plain_and_html(exact, {})
