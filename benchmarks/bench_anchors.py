"""Finding 100 anchors again in a text of a megabyte, and what becomes of them in its renditions.

The peer looks for the words of each span with a regular expression that takes anything between them, the
usual way, which has to keep the words; the limit is to fold the text and split it into words once. Medians of the rounds, in milliseconds of processor time. A table of
renditions (exact, relocated, ambiguous, orphaned) is printed before the ratios.
"""

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from statistics import median

from claims.anchors import Anchor, fingerprint, landmark, locate_all
from claims.extraction import extract
from claims.folding import words
from tests.claims.renditions import TEXTS, one_word_changed, tagged

Result = dict[str, str | float]

ANCHORS = 100
SIZE = 1_000_000
ROUNDS = 7
COLUMNS = ("rendition", "exact", "relocated", "ambiguous", "orphaned", "ms")


def run() -> list[Result]:
    text = made_up_text(SIZE)
    small = made_up_text(20_000)
    sys.stdout.write("\n".join(renditions(small, *marked(small))) + "\n\n")
    return [
        _compare("straight quotes", text, text.replace("“", '"').replace("”", '"')),
        _compare("curly quotes", text, text.replace("\n\n", "\n")),
    ]


def _compare(name: str, text: str, other: str) -> Result:
    anchors, spans = marked(text)
    digest = _digest(other)
    found = locate_all(other, digest, anchors)
    if Counter(place.status.value for place in found) != {"relocated": ANCHORS}:
        raise SystemExit("not every anchor was found: the figures would mean nothing")
    ours = _milliseconds(lambda: locate_all(other, digest, anchors))
    patterns = [r"\W+".join(words(text[start:end])) for start, end in spans]
    peer = _milliseconds(lambda: [_search(pattern, other) for pattern in patterns])
    limit = _milliseconds(lambda: words(other))
    return {
        "name": f"{ANCHORS} anchors in 1 MB, {name}",
        "metric": "time",
        "unit": "ms",
        "ours": round(ours, 1),
        "peer": round(peer, 1),
        "peer_name": "regular expression a span",
        "limit": round(limit, 1),
        "limit_name": "folding and splitting alone",
        "ratio_to_peer": round(peer / ours, 2),
        "ratio_to_limit": round(limit / ours, 2),
    }


def made_up_text(size: int) -> str:
    """Return sentences of made-up words with typographic quotes, always the same."""
    chance = random.Random(1)  # noqa: S311 - nothing secret
    pool = [
        "".join(chance.choices("abcdefghilmnoprstu", k=chance.randint(2, 11))) for _ in range(9000)
    ]
    made: list[str] = []
    length = 0
    while length < size:
        sentence = chance.choices(pool, k=chance.randint(8, 30))
        sentence[2] = f"“{sentence[2]}”"
        made.append(" ".join(sentence).capitalize() + ("." if chance.random() < 0.8 else ".\n\n"))
        length += len(made[-1]) + 1
    return " ".join(made).replace("\n\n ", "\n\n").strip()


def marked(text: str) -> tuple[list[Anchor], list[tuple[int, int]]]:
    """Return anchors on sentences all over the text, and where they are."""
    ends = [index for index, character in enumerate(text) if character == "."]
    step = max(1, len(ends) // (ANCHORS + 1))
    chosen = [(ends[n * step] + 1, ends[n * step + 1]) for n in range(1, ANCHORS + 1)]
    trimmed = [(end - len(text[start:end].lstrip()), end) for start, end in chosen]
    digest = _digest(text)
    return [_anchor(text, digest, span) for span in trimmed], trimmed


def renditions(text: str, anchors: list[Anchor], spans: list[tuple[int, int]]) -> list[str]:
    """Return a table of what becomes of the anchors in each rendition of a text."""
    made = {name: make(text, spans[-1][1] + 1) for name, make in TEXTS.items()}
    made["tags around words"] = extract(tagged(text, len(text)).encode()).text
    made["one word changed"] = one_word_changed(text, spans[len(spans) // 2])
    rows = [COLUMNS, *(_row(name, other, anchors) for name, other in made.items())]
    return ["".join(cell.ljust(24 if n == 0 else 11) for n, cell in enumerate(row)) for row in rows]


def _row(name: str, text: str, anchors: list[Anchor]) -> tuple[str, ...]:
    digest = _digest(text)
    counts = Counter(place.status.value for place in locate_all(text, digest, anchors))
    spent = _milliseconds(lambda: locate_all(text, digest, anchors))
    return (name, *(str(counts[status]) for status in COLUMNS[1:-1]), f"{spent:.1f}")


def _anchor(text: str, digest: str, span: tuple[int, int]) -> Anchor:
    quote = text[span[0] : span[1]]
    return Anchor(*span, digest, _digest(quote), fingerprint(quote), landmark(quote))


def _search(pattern: str, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]


def _milliseconds(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return median(spent) * 1000


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
