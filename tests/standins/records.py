"""The PubMed records that a stand-in serves: the bytes as they are stored, by PMID.

Where a PMID is in no file but in the data set, a record is made up from the bibliographic facts that
the data set has of it, without an abstract.
"""

import functools
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import yaml

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
DATA_SET = FIXTURES / "insulin_resistance"

RECORD = re.compile(rb"<(PubmedArticle|PubmedBookArticle)\b.*?</\1>", re.DOTALL)
OWN_PMID = re.compile(rb"<PMID\b[^>]*>\s*(\d+)\s*</PMID>")
OTHER_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding=["'](?!utf-8)""", re.IGNORECASE)
PERSON = re.compile(r"(?P<family>\S.*?) (?P<initials>[A-Z]{1,4})")


def shared_data() -> Path | None:
    """Return the folder of real records, or None: it is no part of the repository."""
    folder = Path(os.environ.get("TRACKER_SHARED_DATA") or ROOT.parent / "shared" / "data")
    return folder if folder.is_dir() else None


def split_records(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield each record of a file with its PMID, which is the first in it; others are of relations."""
    if OTHER_ENCODING.match(data):
        return
    for record in RECORD.finditer(data):
        pmid = OWN_PMID.search(record[0])
        if pmid:
            yield pmid[1].decode(), record[0]


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the records of the folder's XML files; the first file that has a PMID wins."""
    records: dict[str, bytes] = {}
    for file in sorted(folder.glob("*.xml")):
        for pmid, record in split_records(file.read_bytes()):
            records.setdefault(pmid, record)
    return records


def read_table(file: Path) -> dict[str, bytes]:
    """Return a made-up record for each publication of a data set that has a PMID."""
    if not file.is_file():
        return {}
    facts = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)["publications"]
    return {each["pmid"]: article(**_facts(each)) for each in facts if each.get("pmid")}


@functools.cache
def all_records() -> Mapping[str, bytes]:
    """Return what there is: our own files first, then real records, then those made up."""
    shared = shared_data()
    real = read_folder(shared / "pubmed") if shared else {}
    made_up = read_table(DATA_SET / "publications.yaml")
    return made_up | real | read_folder(FIXTURES / "pubmed")


def article(
    pmid: str,
    title: str = "A record of the stand-in",
    *,
    journal: str = "Journal of Stand-ins",
    year: int | None = 2020,
    doi: str | None = None,
    first_author: str = "Doe J",
) -> bytes:
    """Return a short record in the shape of PubMed's."""
    published = f"<PubDate><Year>{year}</Year></PubDate>" if year else "<PubDate/>"
    article_id = f'<ArticleId IdType="doi">{escape(doi)}</ArticleId>' if doi else ""
    return (
        '<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM">'
        f'<PMID Version="1">{pmid}</PMID>'
        "<DateRevised><Year>2024</Year><Month>05</Month><Day>17</Day></DateRevised>"
        '<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print">'
        f"{published}</JournalIssue><Title>{escape(journal)}</Title></Journal>"
        f"<ArticleTitle>{escape(title)}.</ArticleTitle>"
        f'<AuthorList CompleteYN="N">{_author(first_author)}</AuthorList>'
        "<Language>eng</Language><PublicationTypeList>"
        '<PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList>'
        "</Article></MedlineCitation><PubmedData><PublicationStatus>ppublish</PublicationStatus>"
        f'<ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId>{article_id}'
        "</ArticleIdList></PubmedData></PubmedArticle>"
    ).encode()


def _facts(publication: Mapping[str, Any]) -> dict[str, Any]:
    known = {
        name: publication[name]
        for name in ("pmid", "title", "journal", "year", "doi", "first_author")
        if publication.get(name)
    }
    return {"year": None} | known


def _author(name: str) -> str:
    person = PERSON.fullmatch(name)
    if person:
        named = (
            f"<LastName>{escape(person['family'])}</LastName>"
            f"<Initials>{person['initials']}</Initials>"
        )
    else:
        # "ACCORD Study Group (Gerstein HC)" is the group's paper.
        named = f"<CollectiveName>{escape(name.split(' (')[0])}</CollectiveName>"
    return f'<Author ValidYN="Y">{named}</Author>'
