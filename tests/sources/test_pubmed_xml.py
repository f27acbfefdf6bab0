import dataclasses
import io
import json

import pytest

from sources.pubmed_xml import (
    Deleted,
    Found,
    Malformed,
    Rejected,
    parse,
    parse_record,
    parse_reply,
    read,
)
from tests.sources.pubmed_cases import COMPLETE, FOLDER, ONE_RECORD, SEVERAL_RECORDS, record

SET_TAGS = (b"<PubmedArticleSet>", b"</PubmedArticleSet>")


@pytest.mark.parametrize("name", ONE_RECORD)
def test_record_is_read_whole(name):
    assert list(parse((FOLDER / name).read_bytes())) == [ONE_RECORD[name]]


@pytest.mark.parametrize("name", SEVERAL_RECORDS)
def test_set_is_read_in_order(name):
    assert list(parse((FOLDER / name).read_bytes())) == SEVERAL_RECORDS[name]


def test_every_fixture_has_its_case():
    files = {path.name for path in FOLDER.glob("*.xml")}

    assert files == {*ONE_RECORD, *SEVERAL_RECORDS}


@pytest.mark.parametrize("name", [*ONE_RECORD, *SEVERAL_RECORDS])
def test_raw_bytes_give_the_same_record_again(name):
    source = (FOLDER / name).read_bytes()
    found = [entry for entry in read(source) if isinstance(entry, Found)]

    assert [parse_record(entry.raw) for entry in found] == [entry.record for entry in found]


def test_raw_bytes_are_those_of_the_source():
    source = (FOLDER / "versions.xml").read_bytes()

    found = list(read(source))

    assert [source[e.position : e.position + len(e.raw)] for e in found] == [e.raw for e in found]


def test_record_is_ready_for_json():
    as_dict = dataclasses.asdict(COMPLETE)

    assert json.loads(json.dumps(as_dict)) == as_dict


def test_read_gives_deletions_where_they_stand():
    entries = list(read((FOLDER / "delete_citation.xml").read_bytes()))

    assert [type(entry) for entry in entries] == [Found, Deleted]
    assert entries[1].pmids == ("990000204", "990000205")


def test_reply_keeps_the_newest_version():
    body = (FOLDER / "versions.xml").read_bytes()

    reply = parse_reply(body)

    assert reply.records == (record(201, "Draft three.", version=3), record(202, "Another paper."))
    assert {pmid: parse_record(raw).title for pmid, raw in reply.raw.items()} == {
        "990000201": "Draft three.",
        "990000202": "Another paper.",
    }


def test_reply_names_what_was_deleted():
    reply = parse_reply((FOLDER / "delete_citation.xml").read_bytes())

    assert reply.deleted == ("990000204", "990000205")


def test_reply_without_records_is_an_answer():
    reply = parse_reply((FOLDER / "no_records.xml").read_bytes(), "text/xml; charset=UTF-8")

    assert (reply.records, reply.deleted, reply.raw) == ((), (), {})


@pytest.mark.parametrize("name", SEVERAL_RECORDS)
@pytest.mark.parametrize("size", [1, 7, 64])
def test_stream_may_come_in_any_pieces(name, size):
    class Drip(io.BytesIO):
        def read(self, _=-1):
            return super().read(size)

    body = (FOLDER / name).read_bytes()

    assert list(read(Drip(body))) == list(read(body))


def test_damaged_record_does_not_stop_the_rest():
    body = (FOLDER / "broken" / "one_damaged.xml").read_bytes()

    entries = list(read(body))

    assert [type(entry) for entry in entries] == [Found, Rejected, Found]
    assert entries[1].position == body.index(b"<PubmedArticle>", entries[0].position + 1)
    assert entries[1].reason.startswith("not well-formed: Opening and ending tag mismatch")
    assert [e.record.pmid for e in entries if isinstance(e, Found)] == ["990000311", "990000313"]


def test_record_without_end_tag_does_not_swallow_the_next():
    entries = list(read((FOLDER / "broken" / "end_tag_missing.xml").read_bytes()))

    assert [type(entry) for entry in entries] == [Rejected, Found]
    assert entries[1].record == record(315, "Closed.")


def test_stray_content_is_rejected_by_itself():
    entries = list(read((FOLDER / "broken" / "stray_content.xml").read_bytes()))

    assert [getattr(entry, "reason", None) for entry in entries] == [
        "unexpected text",
        None,
        "unexpected <Nest>",
        None,
    ]


def test_parse_stops_at_what_it_cannot_read():
    records = parse((FOLDER / "broken" / "one_damaged.xml").read_bytes())

    assert next(records).pmid == "990000311"
    with pytest.raises(Malformed, match=r"not well-formed.*\(byte \d+\)$"):
        next(records)


def test_parse_record_wants_one_record():
    with pytest.raises(Malformed, match=r"^3 records, not one$"):
        parse_record((FOLDER / "versions.xml").read_bytes())


def test_history_without_dates_is_empty():
    body = (FOLDER / "complete.xml").read_bytes()

    (found,) = parse(body.replace(b"PubMedPubDate", b"Lamp"))

    assert found == dataclasses.replace(COMPLETE, history=[], unknown={"Lamp": 3})


def test_document_type_is_never_looked_up():
    body = (FOLDER / "complete.xml").read_bytes()

    assert list(parse(body.replace(b'"https://dtd', b'"http://dtd'))) == [COMPLETE]


def test_set_closed_at_once_is_empty():
    assert list(parse(b"<PubmedArticleSet/>")) == []


@pytest.mark.parametrize(
    ("was", "put", "changed"),
    [
        (b"<MeshHeading>", b"<Lens/><MeshHeading>", {"unknown": {"Lens": 2}}),
        (b"<Chemical>", b"<Chemical><Lens/>", {"unknown": {"Lens": 1}}),
        (b"<Grant>", b"<Grant><Lens/>", {"unknown": {"Lens": 2}}),
        (b"<Volume>", b"<Lens/><Volume>", {"unknown": {"Lens": 1}}),
        (b"<AbstractText ", b"<Lens/><AbstractText ", {"unknown": {"Lens": 2}}),
        (
            b"<ReferenceList>",
            b"<ReferenceList><ArticleId/>",
            {"unknown": {"pmid outside Reference": 1}},
        ),
        (b"<Reference>", b"<Reference><Lens/>", {"unknown": {"Lens": 1}}),
        (b"<PubMedPubDate ", b"<Lens/><PubMedPubDate ", {"unknown": {"Lens": 3}}),
        (b"</CoiStatement>", b"</CoiStatement><OtherAbstract/>", {}),
        (b"<AccessionNumberList>", b"<AccessionNumberList><AccessionNumber/>", {}),
        (
            b"<AffiliationInfo>",
            b"<AffiliationInfo><Affiliation/></AffiliationInfo><AffiliationInfo>",
            {},
        ),
        (b"<Language>", b"<Affiliation>Elsewhere.</Affiliation><Language>", {}),
        (b"</ReferenceList>", b"</ReferenceList><ObjectList/>", {}),
        (
            b">10.9999/aim.2019.7<",
            b"><",
            {"article_ids": COMPLETE.article_ids[:2] + COMPLETE.article_ids[3:]},
        ),
    ],
)
def test_record_with_something_more_is_read_all_the_same(was, put, changed):
    body = (FOLDER / "complete.xml").read_bytes()
    assert was in body

    assert list(parse(body.replace(was, put))) == [dataclasses.replace(COMPLETE, **changed)]


def test_byte_order_mark_is_passed():
    body = (FOLDER / "complete.xml").read_bytes()

    assert list(parse(b"\xef\xbb\xbf" + body)) == [COMPLETE]


def test_record_alone_is_a_set_of_one():
    body = (FOLDER / "complete.xml").read_bytes()
    alone = body[body.index(b"<PubmedArticle>") : body.index(SET_TAGS[1])]

    assert list(parse(alone)) == [COMPLETE]


def test_memory_stays_flat():
    """A set of 20 MB is read while it is made: nothing holds it as a whole."""
    body = (FOLDER / "complete.xml").read_bytes()
    one = body[body.index(b"<PubmedArticle>") : body.index(SET_TAGS[1])]
    stream = Endless(one, times=3000)

    longest = 0
    for _ in parse(stream):
        longest = max(longest, stream.ahead)

    assert stream.sent > 15_000_000
    assert longest < 1_000_000


class Endless(io.RawIOBase):
    """A set of the same record many times; `ahead` is how much was sent since the last record."""

    def __init__(self, one, times):
        super().__init__()
        self.parts = iter([SET_TAGS[0], *[one] * times, SET_TAGS[1]])
        self.sent = self.ahead = 0

    def read(self, size=-1):
        part = next(self.parts, b"")
        self.sent += len(part)
        self.ahead = len(part)
        return part


def titled(title):
    (found,) = parse(
        f"""<PubmedArticle><MedlineCitation><PMID>990000001</PMID>
        <Article><ArticleTitle>{title}</ArticleTitle></Article></MedlineCitation></PubmedArticle>
        """.encode()
    )
    return found.title_html


@pytest.mark.parametrize(
    "title",
    [
        "<i>Moss</i> <b>tea</b>",
        "<b> <i>Moss</i> </b>tea",
        "A <i><b>moss</b> <b>tea</b></i>",
        "<sup>13</sup>C <i>tea</i>",
        "<i>p</i> <sub>z</sub> <sup>2</sup> keeps",
    ],
)
def test_space_between_two_tags_of_a_text_is_kept(title):
    assert titled(title) == title


def test_space_between_lines_of_the_file_is_no_part_of_a_text():
    assert titled("\n  <i>Moss</i>\n  <b>tea</b>\n") == "<i>Moss</i> <b>tea</b>"


def test_isrctn_number_in_an_abstract_is_found_without_any_other_registry():
    body = (FOLDER / "complete.xml").read_bytes()
    words = "ISRCTN99000002 is its number."

    (found,) = parse(body.replace(b"Keepers are said to", words.encode() + b" Keepers are said to"))

    added = {"bank": "ISRCTN", "accession": "ISRCTN99000002", "origin": "abstract"}
    assert found.databank_ids == [*COMPLETE.databank_ids, added]
