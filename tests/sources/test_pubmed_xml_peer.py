"""Our reading of real records against Biopython's, field by field.

Where the two differ the difference must be one that is explained here; a new one fails.
"""

import gzip
import html
import io
import re
import sys
from collections import Counter

import pytest
from Bio import Entrez

from sources.pubmed_xml import Found, Malformed, read

PROLOG = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC'
    b' "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    b' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
SET = re.compile(rb"<PubmedArticleSet.*", re.DOTALL)
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905

#: Neither reads these: a root element of 2005, and a record as a test of another project has it.
NOT_COMPARED = {
    "jcore_medlineTest_19536169.xml",
    "jcore_medlineTest_25556833.xml",
    "jcore_resources_doc_medline_test_structured_abstract.xml",
    "jabref_MedlineImporterTestMathML.xml",
    "retractobot_pubmed_retracted_publication.xml",
}
#: What explains a difference in a field: the reason, and a test on Biopython's value and ours.
EXPLAINED = {
    "title": [
        (
            "we write formulas out, Biopython keeps their tags",
            lambda theirs, ours: "<math>" in theirs and "<math>" not in ours,
        )
    ],
    "abstract": [
        (
            "we write formulas out, Biopython keeps their tags",
            lambda theirs, ours: without_formulas(theirs, ours),
        )
    ],
    "keywords": [
        (
            "we leave out an empty keyword",
            lambda theirs, ours: ours == [keyword for keyword in theirs if keyword],
        ),
        (
            "we write formulas out, Biopython keeps their tags",
            lambda theirs, ours: without_formulas(theirs, ours),
        ),
    ],
    "references": [
        (
            "Biopython counts only the outermost of nested reference lists",
            lambda theirs, ours: theirs < ours,
        )
    ],
    "doi": [
        (
            "we take the DOI from ArticleIdList where there is no ELocationID",
            lambda theirs, ours: theirs is None and ours is not None,
        )
    ],
    "mesh": [
        (
            "we call a heading major if one of its qualifiers is",
            lambda theirs, ours: ours == [with_major_qualifiers(each) for each in theirs],
        )
    ],
}


def without_formulas(theirs, ours):
    """Tell whether all entries without a formula are the same."""
    return len(theirs) == len(ours) and all(
        own == other or "<math>" in str(other) for own, other in zip(ours, theirs, strict=True)
    )


def with_major_qualifiers(heading):
    qualifiers = heading["qualifiers"]
    return {**heading, "major": heading["major"] or any(each["major"] for each in qualifiers)}


@pytest.fixture
def quiet_home(monkeypatch, tmp_path):
    """Biopython makes a folder for document types at home, and would fetch one it lacks."""
    monkeypatch.setenv("HOME", str(tmp_path))


def test_real_records_are_read_as_biopython_reads_them(shared_data, quiet_home):
    summary, unexplained = Counter(), []
    for body in _files(shared_data / "pubmed"):
        summary["files"] += 1
        ours = {(r.pmid, r.version): r for r in _our_records(body)}
        for article in _their_articles(body):
            theirs = _their_fields(article)
            record = ours[theirs["pmid"], theirs["version"]]
            summary["records"] += 1
            unexplained += _differences(theirs, _our_fields(record), summary)

    print_table(summary)
    assert summary["records"] > 2_500
    assert unexplained == []


def print_table(summary):
    """Print what `pytest -s` shows: the table of docs/architecture.md."""
    sys.stdout.write("\n" + "".join(f"| {what} | {n:,} |\n" for what, n in summary.items()))


def _files(folder):
    """Yield each file; of the large ones the first thousand records."""
    for path in sorted(folder.glob("*.xml")):
        if path.name not in NOT_COMPARED:
            yield path.read_bytes()
    for path in sorted((folder / "large").glob("*.xml.gz")):
        with gzip.open(path) as stream:
            head = stream.read(30_000_000)
        records = re.findall(rb"<PubmedArticle>.*?</PubmedArticle>", head, re.DOTALL)[:1_000]
        yield PROLOG + b"<PubmedArticleSet>%s</PubmedArticleSet>" % b"".join(records)


def _our_records(body):
    try:
        return [entry.record for entry in read(body) if isinstance(entry, Found)]
    except Malformed:
        return []


def _their_articles(body):
    try:
        read_by_them = Entrez.read(io.BytesIO(body), validate=False, escape=True)
    except (ValueError, Entrez.Parser.NotXMLError):
        # It refuses an old http:// address of the document type, and files without a declaration.
        found = SET.search(body)
        if not found:
            return []
        read_by_them = Entrez.read(io.BytesIO(PROLOG + found[0]), validate=False, escape=True)
    return read_by_them.get("PubmedArticle", [])


def _differences(theirs, ours, summary):
    """Return the differences that nothing explains; count the rest by its reason."""
    unexplained = []
    for field, value in theirs.items():
        summary["fields"] += 1
        reasons = [
            why for why, explains in EXPLAINED.get(field, ()) if explains(value, ours[field])
        ]
        if value == ours[field]:
            summary["equal"] += 1
        elif reasons:
            summary[f"{field}: {reasons[0]}"] += 1
        else:
            unexplained.append((theirs["pmid"], field, value, ours[field]))
    return unexplained


def _our_fields(record):
    return {
        "pmid": record.pmid,
        "version": record.version,
        "title": record.title_html,
        "journal": (record.journal, record.issn, record.volume, record.issue),
        "date": (record.year, record.month, record.day, record.season, record.medline_date),
        "date_revised": record.date_revised,
        "electronic_date": record.electronic_date,
        "history": record.history,
        "languages": record.languages,
        "authors": [
            (a["family"], a["given"], a["initials"], a["collective"], a["affiliations"])
            for a in record.authors
        ],
        "publication_types": record.publication_types,
        "mesh": record.mesh,
        "keywords": record.keywords,
        "abstract": [(s["label"], s["html"]) for s in record.abstract_sections],
        "article_ids": record.article_ids,
        "doi": record.doi,
        "databank_ids": [
            (d["bank"], d["accession"]) for d in record.databank_ids if d["origin"] == "databank"
        ],
        "grants": [(g["id"], g["agency"], g["country"]) for g in record.grants],
        "ties": [(c["ref_type"], c["pmid"], c["ref_source"]) for c in record.comments_corrections],
        "references": len(record.references),
        "status": (record.medline_status, record.publication_status),
    }


def _their_fields(article):
    citation = article["MedlineCitation"]
    data = article.get("PubmedData", {})
    paper = citation["Article"]
    return {
        "pmid": str(citation["PMID"]),
        "version": int(citation["PMID"].attributes.get("Version", "1")),
        "title": marked(paper.get("ArticleTitle")) or "",
        "date_revised": _day(citation.get("DateRevised")),
        "electronic_date": _parts((paper.get("ArticleDate") or [None])[0]),
        "history": [
            {"status": date.attributes["PubStatus"], **_parts(date)}
            for date in data.get("History", [])
        ],
        "languages": [str(language) for language in paper.get("Language", [])],
        "publication_types": [_term(kind) for kind in paper.get("PublicationTypeList", [])],
        "keywords": [marked(k) for owner in citation.get("KeywordList", []) for k in owner],
        "article_ids": [
            {"type": each.attributes["IdType"], "value": text(each)}
            for each in data.get("ArticleIdList", [])
        ],
        "references": sum(len(each.get("Reference", [])) for each in data.get("ReferenceList", [])),
        "status": (citation.attributes.get("Status"), text(data.get("PublicationStatus"))),
        "ties": [
            (tie.attributes["RefType"], text(tie.get("PMID")), text(tie.get("RefSource")))
            for tie in citation.get("CommentsCorrectionsList", [])
        ],
        **_their_journal(paper["Journal"]),
        **_their_paper(paper),
        "mesh": [_heading(heading) for heading in citation.get("MeshHeadingList", [])],
    }


def _their_journal(journal):
    issue = journal["JournalIssue"]
    date = issue["PubDate"]
    numbers = (_parts(date) or {"year": None, "month": None, "day": None}).values()
    return {
        "journal": (
            text(journal.get("Title")),
            text(journal.get("ISSN")),
            text(issue.get("Volume")),
            text(issue.get("Issue")),
        ),
        "date": (
            _medline_year(date) or next(iter(numbers)),
            *list(numbers)[1:],
            text(date.get("Season")),
            text(date.get("MedlineDate")),
        ),
    }


def _their_paper(paper):
    dois = [
        text(location).lower()
        for location in paper.get("ELocationID", [])
        if location.attributes["EIdType"] == "doi" and location.attributes.get("ValidYN") != "N"
    ]
    return {
        "authors": [_author(author) for author in paper.get("AuthorList", [])],
        "abstract": [
            (part.attributes.get("Label") or None, marked(part))
            for part in paper.get("Abstract", {}).get("AbstractText", [])
            if marked(part)
        ],
        "doi": dois[0] if dois else None,
        "databank_ids": [
            (text(bank["DataBankName"]), text(number))
            for bank in paper.get("DataBankList", [])
            for number in bank.get("AccessionNumberList", [])
        ],
        "grants": [
            (text(grant.get("GrantID")), text(grant.get("Agency")), text(grant.get("Country")))
            for grant in paper.get("GrantList", [])
        ],
    }


def _author(author):
    return (
        text(author.get("LastName")),
        text(author.get("ForeName")),
        text(author.get("Initials")),
        text(author.get("CollectiveName")),
        [text(each["Affiliation"]) for each in author.get("AffiliationInfo", [])],
    )


def _heading(heading):
    return {
        **_topic(heading["DescriptorName"]),
        "qualifiers": [_topic(qualifier) for qualifier in heading["QualifierName"]],
    }


def _topic(name):
    return {**_term(name), "major": name.attributes.get("MajorTopicYN") == "Y"}


def _term(name):
    return {"ui": name.attributes.get("UI", ""), "name": text(name)}


def _parts(date):
    if not date or "Year" not in date:
        return None
    month = text(date.get("Month"))
    return {
        "year": int(date["Year"]),
        "month": MONTHS.index(month) + 1 if month in MONTHS else month and int(month),
        "day": int(date["Day"]) if "Day" in date else None,
    }


def _medline_year(date):
    words = text(date.get("MedlineDate"))
    return int(words[:4]) if words else None


def _day(date):
    return "{year:04}-{month:02}-{day:02}".format(**_parts(date)) if date else None


def text(value):
    """Return Biopython's text without the markup and the escapes that it keeps."""
    return html.unescape(re.sub(r"<[^>]*>", "", marked(value) or "")) or None


def marked(value):
    """Return Biopython's text with its tags, on one line and without attributes."""
    if value is None:
        return None
    line = re.sub(r"[ \t\r\n]+", " ", str(value)).strip()
    return re.sub(r"<(\w+) [^>]*>", r"<\1>", line).replace("&quot;", '"')
