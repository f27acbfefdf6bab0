"""Reads PubMed files in processes of their own: peak memory, and how two share the work.

`python -m benchmarks.parse_process ours|limit FILE` prints records read and peak memory in MB.
"""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, BinaryIO, Final

from lxml import etree

from sources.pubmed_xml import parse

ROUNDS: Final = 5
ROOT: Final = Path(__file__).resolve().parents[1]


def seconds_to_read(path: str) -> tuple[int, float]:
    """Return this process and its time; the records are read whole, and let go of."""
    start = time.process_time()
    with open(path, "rb") as stream:
        for _ in parse(stream):
            pass
    return os.getpid(), time.process_time() - start


def bare(stream: BinaryIO) -> Iterator[None]:
    """Yield once for each record, after lxml's iterparse has built and dropped its tree."""
    events = etree.iterparse(
        stream, tag="PubmedArticle", resolve_entities=False, no_network=True, huge_tree=True
    )
    for _, element in events:
        element.clear(keep_tail=False)
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]
        yield None


def one_and_two(paths: Sequence[str]) -> tuple[float, float]:
    """Return the median processor time of one process, and of the busier of two."""
    one, two = [], []
    # New processes, not copies of this one, in which other parsers may have left threads.
    fresh = get_context("spawn")
    with ProcessPoolExecutor(1, fresh) as single, ProcessPoolExecutor(2, fresh) as pair:
        for pool in (single, pair):
            _busiest(pool, paths)
        for _ in range(ROUNDS):
            one.append(_busiest(single, paths))
            two.append(_busiest(pair, paths))
    return median(one), median(two)


def _busiest(pool: ProcessPoolExecutor, paths: Sequence[str]) -> float:
    spent: dict[int, float] = defaultdict(float)
    for process, seconds in pool.map(seconds_to_read, paths):
        spent[process] += seconds
    return max(spent.values())


def peak_memory(reader: str, path: Path) -> tuple[int, float]:
    """Return how many records a new process has read, and the most memory it had, in MB."""
    command = [sys.executable, "-m", "benchmarks.parse_process", reader, str(path)]
    said: Any = json.loads(subprocess.check_output(command, cwd=ROOT))  # noqa: S603
    return said["records"], said["memory"]


def _main(reader: str, path: str) -> None:
    with open(path, "rb") as stream:
        records = sum(1 for _ in (parse(stream) if reader == "ours" else bare(stream)))
    status = Path("/proc/self/status").read_text(encoding="ascii").split()
    memory = int(status[status.index("VmHWM:") + 1]) / 1024
    sys.stdout.write(json.dumps({"records": records, "memory": memory}))


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2])
