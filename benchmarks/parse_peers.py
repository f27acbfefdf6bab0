"""Other parsers of PubMed XML, over the same packed file. One that is not installed is left out.

`pip install -r requirements-bench.txt` installs them. All extract less than we do.
"""

import importlib
import importlib.util
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

ARTICLE: Final = "/PubmedArticle/MedlineCitation/Article"
#: The paths that pubmedparser2 is to collect: a part of our fields. References are not among them:
#: with nested reference lists, which real files have, it fails ("Tags did not match") or hangs.
STRUCTURE: Final[dict[str, Any]] = {
    "root": "/PubmedArticleSet",
    "key": "/PubmedArticle/MedlineCitation/PMID",
    "Title": f"{ARTICLE}/ArticleTitle",
    "Abstract": f"{ARTICLE}/Abstract/AbstractText",
    "Language": f"{ARTICLE}/Language",
    "Journal": f"{ARTICLE}/Journal/Title",
    "PublicationType": f"{ARTICLE}/PublicationTypeList/PublicationType",
    "Year": f"{ARTICLE}/Journal/JournalIssue/PubDate/Year",
    "Keyword": "/PubmedArticle/MedlineCitation/KeywordList/Keyword",
    "Heading": "/PubmedArticle/MedlineCitation/MeshHeadingList/MeshHeading/DescriptorName",
    "Author": {
        "root": f"{ARTICLE}/AuthorList",
        "key": "/Author/auto_index",
        "LastName": "/Author/LastName",
        "ForeName": "/Author/ForeName",
        "Affiliation": "/Author/AffiliationInfo/Affiliation",
    },
}


def packed_peers(path: Path) -> dict[str, Callable[[], object]]:
    """Return what reads the packed file whole, by the peer's name."""
    found = {
        "pubmed_parser": ("pubmed_parser", _pubmed_parser),
        "pubmedparser2": ("pubmedparser", _pubmedparser2),
    }
    peers = {}
    for name, (module, reader) in found.items():
        if importlib.util.find_spec(module):
            peers[name] = reader(importlib.import_module(module), path)
        else:
            sys.stdout.write(f"{name} is not installed: skipped\n")
    return peers


def _pubmed_parser(module: Any, path: Path) -> Callable[[], object]:
    def read() -> None:
        for _ in module.parse_medline_xml(str(path), author_list=True, reference_list=True):
            pass

    return read


def _pubmedparser2(module: Any, path: Path) -> Callable[[], object]:
    def read() -> None:
        with tempfile.TemporaryDirectory() as folder:
            module.read_xml(
                [str(path)], STRUCTURE, folder, relative_to_default_data=False, n_threads=1
            )
            if not list(Path(folder).glob("*.tsv")):
                raise RuntimeError("pubmedparser2 has written nothing")

    return read
