"""Whether what a verdict rests on has changed: a hash of all that bears on it, and of nothing else.

That a record was checked and is clean changes nothing, so `unknown` and `current` are the same here,
as are a confirmed and a not yet confirmed identity. An item that nobody has judged yet bears on nothing.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from claims.ruleset import VERSION, Item, Leaf, Part
from claims.ruleset.leaf import is_recent
from claims.ruleset.reasons import UNSETTLED_IDENTITIES
from claims.ruleset.vocabulary import Integrity

_CLEAN = (Integrity.UNKNOWN, Integrity.CURRENT)


def fingerprint_of_leaf(statement: str, leaf: Leaf, today: date) -> str:
    return _hash(
        {
            "statement": statement,
            "claim_type": leaf.claim_type,
            "checkability": leaf.checkability,
            "certainty": leaf.certainty,
            "search": None if leaf.last_search is None else is_recent(leaf.last_search, today),
            "items": [_bearing(item) for item in sorted(leaf.items, key=_key_of) if item.judgement],
        }
    )


def fingerprint_of_parts(statement: str, parts: Iterable[Part]) -> str:
    return _hash(
        {
            "statement": statement,
            "parts": [asdict(part) for part in sorted(parts, key=_key_of)],
        }
    )


def _key_of(entry: Item | Part) -> str:
    return entry.key


def _bearing(item: Item) -> dict[str, Any]:
    return {
        "key": item.key,
        "unit": item.unit,
        "judgement": item.judgement and asdict(item.judgement),
        "includes": sorted(item.includes),
        "notice": None if item.integrity in _CLEAN else item.integrity,
        "mismatch": item.identity in UNSETTLED_IDENTITIES,
    }


def _hash(inputs: dict[str, Any]) -> str:
    canonical = json.dumps({"ruleset": VERSION, **inputs}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
