"""Answers that are no records: what is said of each, and whether asking again may help."""

import gzip
import io

import pytest

from sources.pubmed_xml import (
    Blocked,
    Malformed,
    PubMedXMLError,
    Rejected,
    ServiceError,
    parse,
    parse_reply,
    read,
)
from tests.sources.pubmed_cases import FOLDER

BROKEN = FOLDER / "broken"
HEAD = b"<PubmedArticleSet>"
END = b"</PubmedArticleSet>"

MALFORMED = {
    "truncated.xml": "ends inside a record (byte 1890)",
    "truncated_after_record.xml": "ends before the set is closed (byte 3597)",
    "truncated_in_last_tag.xml": "ends before the set is closed (unexpected </PubmedArt>) (byte 3597)",
    "prolog_only.xml": "nothing after the prolog",
    "empty.xml": "empty",
    "html_200.html": "an HTML page: The service is resting",
    "billion_laughs.xml": "declares entities, which is refused",
    "external_entity.xml": "declares entities, which is refused",
    "latin_1.xml": "encoding ISO-8859-1: PubMed sends UTF-8",
    "no_pmid.xml": "a record without a PMID (byte 187)",
    "more_after_end.xml": "there is more after the end (byte 3617)",
    "other_root.xml": "the root element is MedlineCitationSet",
    "stray_content.xml": "unexpected text (byte 187)",
}
#: Here the reason ends in words of the XML library.
NOT_WELL_FORMED = (
    "undeclared_entity.xml",
    "nul_byte.xml",
    "invalid_utf8.xml",
    "too_deep.xml",
    "one_damaged.xml",
    "end_tag_missing.xml",
)
SERVICE_ERRORS = {
    "id_list_empty.xml": ("ID list is empty! Possibly it has no correct IDs.", False),
    "out_of_range.xml": (
        "Cannot retrieve history data: OUT OF RANGE. Parameter retstart=1 + 1 is greater than number"
        " of records available in history. History includes 1 IDs.",
        False,
    ),
    "history_gone.xml": ("Unable to obtain query #1", True),
    "relayed_502.xml": ("Error: proxy_stream(): upstream answered:    502 Bad Gateway", True),
    "rate_limited.json": ("API rate limit exceeded", True),
    "bad_key.json": ("API key invalid", False),
    "plain_text_error.txt": ("+Error: ID list is empty! Possibly it has no correct IDs.", False),
}


def body(name):
    return (BROKEN / name).read_bytes()


@pytest.mark.parametrize("name", MALFORMED)
def test_reply_that_is_not_whole_is_malformed(name):
    with pytest.raises(Malformed) as error:
        parse_reply(body(name))

    assert str(error.value) == MALFORMED[name]


@pytest.mark.parametrize("name", NOT_WELL_FORMED)
def test_reply_that_is_not_well_formed_is_malformed(name):
    with pytest.raises(Malformed, match=r"^not well-formed: .* \(byte \d+\)$"):
        parse_reply(body(name))


@pytest.mark.parametrize("name", SERVICE_ERRORS)
def test_error_of_the_service_says_whether_it_passes(name):
    with pytest.raises(ServiceError) as error:
        parse_reply(body(name))

    assert (error.value.text, error.value.transient) == SERVICE_ERRORS[name]


def test_block_page_is_told_from_other_pages():
    with pytest.raises(Blocked):
        parse_reply(body("blocked.html"), "text/html")


def test_every_broken_fixture_has_its_case():
    files = {path.name for path in BROKEN.iterdir()}

    assert files == {*MALFORMED, *NOT_WELL_FORMED, *SERVICE_ERRORS, "blocked.html"}


def test_reason_names_the_content_type():
    with pytest.raises(
        Malformed, match=r"^an HTML page: The service is resting, sent as text/html$"
    ):
        parse_reply(body("html_200.html"), "text/html")


def test_echoed_key_is_never_repeated():
    with pytest.raises(ServiceError) as error:
        parse_reply(body("bad_key.json"))

    assert "MADE-UP-KEY" not in str(error.value) + repr(error.value) + error.value.text


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (b'{"error": {"nested": 1}}', "JSON instead of XML"),
        (b'{"error"', "JSON instead of XML"),
        (b"<?xml version='1.0'?><eFetchResult></eFetchResult>", "an answer without records"),
        (b"<eFetchResult><ERROR>cut off he", "cut off he"),
    ],
)
def test_error_without_words_is_one_that_may_pass(sent, text):
    with pytest.raises(ServiceError) as error:
        parse_reply(sent)

    assert (error.value.text, error.value.transient) == (text, True)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"Bad Gateway", "not XML: b'Bad Gateway'"),
        (b"\xff\xfe<\x00P\x00", "not XML: b'\\xff\\xfe<\\x00P\\x00'"),
        (b"<html><body>tired</body></html>", "an HTML page: untitled"),
        (b"<html lang=en><title>Tired</title>", "an HTML page: Tired"),
        (b"<PubmedArticleSet x='1' x='2'>" + END, "not well-formed: Attribute x redefined"),
        (HEAD + b"<!-- never closed " + END, "unexpected text"),
        (HEAD + END[:-1], "the set's end tag is damaged"),
        (HEAD + b"</PubmedArticleSet x='1'>", "the set's end tag is damaged"),
        (HEAD + b"</PubmedArticleSet\0>", "the set's end tag is damaged"),
        (HEAD + b"<DeleteCitation><PMID>1</PMID>", "ends inside a record"),
    ],
)
def test_other_bytes_are_malformed(sent, reason):
    with pytest.raises(Malformed) as error:
        parse_reply(sent)

    assert error.value.reason.split(", line")[0] == reason


def test_reply_is_capped():
    with pytest.raises(Malformed, match=r"^more than 268435456 bytes$"):
        parse_reply(bytes((256 << 20) + 1))


def test_oversized_record_is_rejected_and_passed():
    good = (FOLDER / "complete.xml").read_bytes()
    good = good[good.index(b"<PubmedArticle>") : good.index(END)]
    huge = b"<PubmedArticle><x>" + b"a" * (17 << 20) + b"</x></PubmedArticle>"

    entries = list(read(HEAD + huge + good + END))

    assert entries[0] == Rejected("longer than 16777216 bytes", len(HEAD))
    assert [entry.record.pmid for entry in entries[1:]] == ["990000001"]


def test_one_element_of_200_mb_needs_little_memory():
    stream = Flood(200 << 20)

    with pytest.raises(Malformed, match=r"^ends before the set is closed"):
        list(read(stream))

    assert stream.sent > 200 << 20


class Flood(io.RawIOBase):
    """A record that never ends."""

    def __init__(self, size):
        super().__init__()
        self.size, self.sent = size, 0

    def read(self, size=-1):
        if self.sent > self.size:
            return b""
        chunk = (HEAD + b"<PubmedArticle><x>" if not self.sent else b"") + b"a" * size
        self.sent += len(chunk)
        return chunk


@pytest.mark.parametrize("keep", [20, 200, -9])
def test_damaged_gzip_is_malformed(keep):
    packed = gzip.compress((FOLDER / "complete.xml").read_bytes())[:keep]

    with gzip.open(io.BytesIO(packed)) as stream, pytest.raises(PubMedXMLError):
        list(parse(stream))


def test_file_that_is_no_gzip_is_malformed():
    with (
        gzip.open(io.BytesIO(b"not packed")) as stream,
        pytest.raises(Malformed, match=r"^the compressed file is damaged"),
    ):
        list(parse(stream))


def test_comment_between_records_is_judged_too():
    with pytest.raises(Malformed, match=r"^not well-formed: Invalid character"):
        parse_reply(HEAD + b"<!-- \0 -->" + END)


@pytest.mark.parametrize("space", [b" ", b"\n", b"<!-- -->", b"<?x ?>"])
def test_long_prolog_is_read_in_no_time(space):
    with pytest.raises(Malformed):
        parse_reply(space * 60_000)
