"""PubMed XML into records, all fields: records a second of processor time, in one process.

The limit is lxml's own iterparse over the same bytes, which extracts nothing. Peers are Biopython
and, where installed, pubmed_parser and pubmedparser2; all extract less than we do. Rounds take turns;
each figure is the median of them. Besides the made-up file a slice of a real one is measured where
TRACKER_SHARED_DATA, or the folder beside the project, has it. Of two processes
the busier counts; memory is the peak of a process that reads one long file.
"""

import gzip
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

from benchmarks.made_up_pubmed import PROLOG, long_pubmed_file, pubmed_file
from benchmarks.parse_peers import packed_peers
from benchmarks.parse_process import bare, one_and_two, peak_memory
from sources.pubmed_xml import parse

Result = dict[str, str | float]
Reader = Callable[[], object]

RECORDS = 1_000
#: The long file is longer than a real update file: 19,800 records, 280 MB.
TIMES = 22
LONG_FILE = TIMES * 900
MEMORY_ALLOWED = 150
ROUNDS = 5
ROOT = Path(__file__).resolve().parents[1]
REAL_FILES = ("pubmed21n1298_part1.xml.gz", "pubmed20n0014_part1.xml.gz")
START, END = b"<PubmedArticle>", b"</PubmedArticle>"


def run() -> list[Result]:
    results = _compare("PubMed XML, made-up records", pubmed_file(RECORDS))
    for name, body in _real_slices():
        results += _compare(f"PubMed XML, {name}", body)
    return [*results, _two_processes(), _memory()]


def _compare(name: str, body: bytes) -> list[Result]:
    entrez: Any = Entrez
    count = sum(1 for _ in parse(body))
    with _packed(body) as path:
        peers = packed_peers(path)
        readers: dict[str, Reader] = {
            "ours": lambda: _exhaust(parse(body)),
            "limit": lambda: _exhaust(bare(io.BytesIO(body))),
            "Bio.Entrez.read": lambda: entrez.read(io.BytesIO(body), validate=False),
            "ours, unpacking": lambda: _unpack(path),
            **peers,
        }
        speeds = {who: count / seconds for who, seconds in _medians(readers).items()}
    results = [_result(name, speeds["ours"], ("Bio.Entrez.read", speeds), speeds["limit"])]
    packed = speeds["ours, unpacking"]
    return results + [
        _result(f"{name}, packed", packed, (peer, speeds), speeds["limit"]) for peer in peers
    ]


def _two_processes() -> Result:
    """Return how much less the busier of two processes has to do than one alone.

    By processor time, as everywhere here: the clock would tell what else the machine does.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.xml" for number in range(2)]
        for path in paths:
            path.write_bytes(pubmed_file(RECORDS, seed=1))
        one, two = one_and_two([str(path) for path in paths])
    return {
        "name": "PubMed XML, made-up records, two processes",
        "metric": "records",
        "unit": "1/s",
        "ours": round(len(paths) * RECORDS / two),
        "peer": round(len(paths) * RECORDS / one),
        "peer_name": "one process",
        "limit": round(2 * len(paths) * RECORDS / one),
        "limit_name": "twice one process",
        "ratio_to_peer": round(one / two, 2),
        "ratio_to_limit": round(one / two / 2, 2),
    }


def _memory() -> Result:
    """Return the peak memory for a long file; ratios say how many times less it is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.xml"
        with path.open("wb") as stream:
            stream.writelines(long_pubmed_file(TIMES))
        size = path.stat().st_size / 1e6
        records, ours = peak_memory("ours", path)
        _, theirs = peak_memory("limit", path)
    if records != LONG_FILE:
        raise RuntimeError(f"{records} of {LONG_FILE} records read")
    return {
        "name": f"PubMed XML, {LONG_FILE:,} made-up records, {size:.0f} MB",
        "metric": "peak memory",
        "unit": "MB",
        "ours": round(ours, 1),
        "peer": round(theirs, 1),
        "peer_name": "bare lxml iterparse",
        "limit": MEMORY_ALLOWED,
        "limit_name": "allowed",
        "ratio_to_peer": round(theirs / ours, 2),
        "ratio_to_limit": round(MEMORY_ALLOWED / ours, 2),
    }


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
