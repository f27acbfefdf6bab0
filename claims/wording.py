"""Plain sentences for readers: about a verdict, its review, and why it is what it is.

The adverbs carry the certainty, as in Santesso N et al., GRADE guidelines 26: informative statements to
communicate the findings of systematic reviews, J Clin Epidemiol 2020;119:126-135: high "does",
moderate "probably", low "may", very low "very uncertain".
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from claims.ruleset.vocabulary import Certainty, ClaimType, ContestedKind, Verdict

Result = tuple[str, str | None]

SUPPORTED: Result = (Verdict.SUPPORTED, None)
PARTLY_SUPPORTED: Result = (Verdict.PARTLY_SUPPORTED, None)
CONFLICTING: Result = (Verdict.CONTESTED, ContestedKind.CONFLICTING)
CONTRADICTED: Result = (Verdict.CONTESTED, ContestedKind.CONTRADICTED)
INSUFFICIENT: Result = (Verdict.INSUFFICIENT_EVIDENCE, None)
UNASSESSED: Result = (Verdict.UNASSESSED, None)
NOT_APPLICABLE: Result = (Verdict.NOT_APPLICABLE, None)

NAMES: Mapping[Result, str] = MappingProxyType(
    {
        SUPPORTED: "supported",
        PARTLY_SUPPORTED: "partly supported",
        CONFLICTING: "contested (conflicting)",
        CONTRADICTED: "contested (contradicted)",
        INSUFFICIENT: "insufficient evidence",
        UNASSESSED: "unassessed",
        NOT_APPLICABLE: "not applicable",
    }
)

MEANINGS: Mapping[Result, str] = MappingProxyType(
    {
        SUPPORTED: "The evidence that counts speaks for the claim as it stands.",
        PARTLY_SUPPORTED: "The evidence speaks for the claim in part, or with a reservation.",
        CONFLICTING: "The evidence stands on both sides, and neither side outweighs the other.",
        CONTRADICTED: "The evidence that counts speaks against the claim.",
        INSUFFICIENT: "The evidence was looked for, and what was found does not tell.",
        UNASSESSED: "The evidence has not been looked at enough to say anything.",
        NOT_APPLICABLE: "The statement is not of a kind that evidence can check.",
    }
)

REVIEW_STATUS: Mapping[int, str] = MappingProxyType(
    {
        0: "Provisional: machine-assisted curation, not yet reviewed by a person.",
        1: "Reviewed by one person.",
        2: "Reviewed by two people who judged independently and agree.",
        3: "Reviewed by several people; another one decided where they differed.",
    }
)

_SENTENCES: Mapping[Result, Mapping[str, str]] = {
    SUPPORTED: {
        Certainty.HIGH: "{evidence} supports {claim}.",
        Certainty.MODERATE: "{evidence} probably supports {claim}.",
        Certainty.LOW: "{evidence} may support {claim}.",
        Certainty.VERY_LOW: "{evidence} is very uncertain; what there is supports {claim}.",
        Certainty.NOT_RATED: "{evidence} supports {claim}; how certain it is was not rated.",
    },
    PARTLY_SUPPORTED: {
        Certainty.HIGH: "{evidence} supports {claim} in part.",
        Certainty.MODERATE: "{evidence} probably supports {claim} in part.",
        Certainty.LOW: "{evidence} may support {claim} in part.",
        Certainty.VERY_LOW: "{evidence} is very uncertain; at best it supports {claim} in part.",
        Certainty.NOT_RATED: "{evidence} supports {claim} in part; how certain it is was not rated.",
    },
    CONFLICTING: {
        Certainty.HIGH: "{evidence} on {claim} conflicts.",
        Certainty.MODERATE: "{evidence} on {claim} probably conflicts.",
        Certainty.LOW: "{evidence} on {claim} may conflict.",
        Certainty.VERY_LOW: "{evidence} on {claim} is very uncertain; what there is conflicts.",
        Certainty.NOT_RATED: "{evidence} on {claim} conflicts; how certain it is was not rated.",
    },
    CONTRADICTED: {
        Certainty.HIGH: "{evidence} contradicts {claim}.",
        Certainty.MODERATE: "{evidence} probably contradicts {claim}.",
        Certainty.LOW: "{evidence} may contradict {claim}.",
        Certainty.VERY_LOW: "{evidence} is very uncertain; what there is contradicts {claim}.",
        Certainty.NOT_RATED: "{evidence} contradicts {claim}; how certain it is was not rated.",
    },
    INSUFFICIENT: {
        **dict.fromkeys(Certainty, "{evidence} does not tell whether {claim} holds."),
        Certainty.VERY_LOW: "{evidence} is very uncertain and does not tell whether {claim} holds.",
    },
    UNASSESSED: dict.fromkeys(Certainty, "{evidence} on {claim} has not been assessed yet."),
    NOT_APPLICABLE: dict.fromkeys(Certainty, "This statement is not one that evidence can check."),
}

_EVIDENCE: Mapping[str, tuple[str, str]] = {
    ClaimType.DEFINITION: ("Usage in the literature", "this definition"),
    ClaimType.HISTORY_OF_PRACTICE: ("The written record", "this claim"),
}
_PIECES: Mapping[str, tuple[str, str]] = {
    "leaf": ("item of evidence", "items of evidence"),
    "compound": ("part", "parts"),
}
_VALUE_JUDGEMENT = "This is a judgement of values, which evidence alone cannot settle."


def plain_sentence(
    verdict: str, contested_kind: str | None, certainty: str, claim_type: str
) -> str:
    """Return what the evidence says about the claim, in one sentence.

    Raises KeyError for what is no verdict, kind or certainty.
    """
    sentences = _SENTENCES[verdict, contested_kind]
    if verdict == Verdict.NOT_APPLICABLE and claim_type == ClaimType.VALUE:
        return _VALUE_JUDGEMENT
    if claim_type in _EVIDENCE and certainty == Certainty.NOT_RATED:
        # Documents are never rated, so that needs no mention.
        certainty = Certainty.HIGH
    evidence, claim = _EVIDENCE.get(claim_type, ("The evidence", "this claim"))
    return sentences[certainty].format(evidence=evidence, claim=claim)


def badge(verdict: str, contested_kind: str | None, certainty: str) -> str:
    """Return verdict and certainty in a few words: "Partly supported · low certainty"."""
    name = NAMES[verdict, contested_kind].capitalize()
    if verdict in (Verdict.UNASSESSED, Verdict.NOT_APPLICABLE):
        return name
    if certainty == Certainty.NOT_RATED:
        return f"{name} · certainty not rated"
    return f"{name} · {Certainty(certainty).label.lower()} certainty"


def why(trace: Mapping[str, Any], names: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """Return three sentences from a trace: what counted, which rule decided, what it rests on.

    `names` says how to call an item or a part; one without a name is called by its key.
    """
    counted = _parts_counted(trace) if trace["kind"] == "compound" else _studies_counted(trace)
    return [counted, trace["because"], _rests_on(trace, names)]


def _studies_counted(trace: Mapping[str, Any]) -> str:
    counts = trace["counts"]
    supporting = _studies(counts["decisive_for"], counts["contributory_for"])
    contradicting = _studies(counts["decisive_against"], counts["contributory_against"])
    if supporting == contradicting == "nothing":
        return "Nothing counts for the claim or against it."
    return f"Counted for the claim: {supporting}; against it: {contradicting}."


def _studies(decisive: int, contributory: int) -> str:
    told = [
        f"{number} {tier} {'study' if number == 1 else 'studies'}"
        for number, tier in ((decisive, "decisive"), (contributory, "contributory"))
        if number
    ]
    return " and ".join(told) or "nothing"


def _parts_counted(trace: Mapping[str, Any]) -> str:
    deciding = [part for part in trace["parts"] if part["role"] != "left_out"]
    if not deciding:
        return "No part of the claim can decide it."
    found = Counter((part["verdict"], part["contested_kind"]) for part in deciding)
    told = [f"{found[result]} {name}" for result, name in NAMES.items() if found[result]]
    return f"Essential parts of the claim: {_listed(told, 'and')}."


def _rests_on(trace: Mapping[str, Any], names: Mapping[str, str]) -> str:
    pillars = trace["rests_on"]
    one, many = _PIECES[trace["kind"]]
    if not pillars:
        return f"No single {one} decides it alone."
    without = [
        f"without {_listed((names.get(key, key) for key in keys), 'or')} it would be “{name}”"
        for name, keys in _by_result(pillars).items()
    ]
    pieces = f"one {one}" if len(pillars) == 1 else f"each of {len(pillars)} {many}"
    return f"It rests on {pieces}: {_listed(without, 'and')}."


def _by_result(pillars: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    keys: dict[str, list[str]] = {}
    for pillar in pillars:
        name = NAMES[pillar["verdict"], pillar["contested_kind"]]
        keys.setdefault(name, []).append(pillar["key"])
    return keys


def _listed(words: Iterable[str], conjunction: str) -> str:
    """Return "a, b and c"."""
    *first, last = words
    return f"{', '.join(first)} {conjunction} {last}" if first else last
