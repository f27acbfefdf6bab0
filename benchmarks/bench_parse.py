"""PubMed XML into records, all fields: records a second of processor time, in one process.

The limit is lxml's own iterparse over the same bytes, which extracts nothing. Peers are Biopython
and, where it is installed, pubmed_parser; both extract less than we do. Rounds take turns; each
figure is the median of them. Besides the made-up file a slice of a real one is measured where
TRACKER_SHARED_DATA, or the folder beside the project, has it.
"""

import gzip
import importlib.util
import io
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from Bio import Entrez
from lxml import etree

from benchmarks.made_up_pubmed import PROLOG, pubmed_file
from sources.pubmed_xml import parse

Result = dict[str, str | float]
Reader = Callable[[], object]

RECORDS = 1_000
ROUNDS = 5
ROOT = Path(__file__).resolve().parents[1]
REAL_FILES = ("pubmed21n1298_part1.xml.gz", "pubmed20n0014_part1.xml.gz")
START, END = b"<PubmedArticle>", b"</PubmedArticle>"


def run() -> list[Result]:
    results = _compare("PubMed XML, made-up records", pubmed_file(RECORDS))
    for name, body in _real_slices():
        results += _compare(f"PubMed XML, {name}", body)
    return results


def _compare(name: str, body: bytes) -> list[Result]:
    entrez: Any = Entrez
    count = sum(1 for _ in parse(body))
    readers: dict[str, Reader] = {
        "ours": lambda: _exhaust(parse(body)),
        "limit": lambda: _exhaust(_bare(body)),
        "Bio.Entrez.read": lambda: entrez.read(io.BytesIO(body), validate=False),
    }
    with _packed(body) as path:
        if importlib.util.find_spec("pubmed_parser"):
            peer: Any = importlib.import_module("pubmed_parser")
            readers["ours, unpacking"] = lambda: _unpack(path)
            readers["pubmed_parser"] = lambda: _exhaust(
                peer.parse_medline_xml(str(path), author_list=True, reference_list=True)
            )
        speeds = {who: count / seconds for who, seconds in _medians(readers).items()}
    results = [_result(name, speeds["ours"], ("Bio.Entrez.read", speeds), speeds["limit"])]
    if "pubmed_parser" in speeds:
        packed = speeds["ours, unpacking"]
        results.append(
            _result(f"{name}, packed", packed, ("pubmed_parser", speeds), speeds["limit"])
        )
    return results


def _result(name: str, ours: float, peer: tuple[str, dict[str, float]], limit: float) -> Result:
    theirs = peer[1][peer[0]]
    return {
        "name": name,
        "metric": "records",
        "unit": "1/s",
        "ours": round(ours),
        "peer": round(theirs),
        "peer_name": peer[0],
        "limit": round(limit),
        "limit_name": "bare lxml iterparse",
        "ratio_to_peer": round(ours / theirs, 2),
        "ratio_to_limit": round(ours / limit, 2),
    }


def _medians(readers: dict[str, Reader]) -> dict[str, float]:
    """Return the median of each reader's rounds in seconds of processor time."""
    times: dict[str, list[float]] = {who: [] for who in readers}
    for _ in range(ROUNDS):
        for who, reader in readers.items():
            start = time.process_time()
            reader()
            times[who].append(time.process_time() - start)
    return {who: median(rounds) for who, rounds in times.items()}


def _bare(body: bytes) -> Iterator[None]:
    events = etree.iterparse(
        io.BytesIO(body), tag="PubmedArticle", resolve_entities=False, no_network=True
    )
    for _, element in events:
        element.clear(keep_tail=False)
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]
        yield None


def _unpack(path: Path) -> None:
    with gzip.open(path) as stream:
        _exhaust(parse(stream))


def _exhaust(items: Iterator[object]) -> None:
    for _ in items:
        pass


@contextmanager
def _packed(body: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.xml.gz"
        path.write_bytes(gzip.compress(body, compresslevel=6))
        yield path


def _real_slices() -> Iterator[tuple[str, bytes]]:
    """Yield the first records of each large real file that is at hand."""
    home = Path(os.environ.get("TRACKER_SHARED_DATA") or ROOT.parent / "shared" / "data")
    for name in REAL_FILES:
        path = home / "pubmed" / "large" / name
        if path.is_file():
            with gzip.open(path) as stream:
                yield name, _first_records(stream.read(40_000_000))


def _first_records(data: bytes) -> bytes:
    end = position = data.index(START)
    for _ in range(RECORDS):
        position = data.index(END, position) + len(END)
    return PROLOG.encode() + b"<PubmedArticleSet>" + data[end:position] + b"</PubmedArticleSet>"
