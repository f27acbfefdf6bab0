"""Verdicts and what was derived: their fields and what each may hold."""

from claims.dataset import records
from claims.dataset.checks import Shape, one_of, optional, text, whole_number
from claims.dataset.shapes.values import NOTE, REFERENCE
from claims.ruleset import vocabulary

DERIVED = Shape(
    records.Derived,
    {
        "ruleset": text(10),
        "verdict": one_of(vocabulary.Verdict),
        "contested_kind": optional(one_of(vocabulary.ContestedKind)),
        "rule": text(5),
    },
)
_DOWN = whole_number(-3, 0)
DOMAINS = Shape(
    records.Domains,
    {
        "risk_of_bias": _DOWN,
        "inconsistency": _DOWN,
        "indirectness": _DOWN,
        "imprecision": _DOWN,
        "publication_bias": _DOWN,
        "large_effect": whole_number(0, 2),
        "dose_response": whole_number(0, 1),
        "plausible_confounding": whole_number(0, 1),
    },
)
VERDICT = Shape(
    records.Verdict,
    {
        "claim": REFERENCE,
        "basis": one_of(("today",)),
        "verdict": one_of(vocabulary.Verdict),
        "contested_kind": optional(one_of(vocabulary.ContestedKind)),
        "certainty": one_of(vocabulary.Certainty),
        "framework": one_of(vocabulary.Framework),
        "certainty_from": optional(one_of(vocabulary.CertaintySource), ""),
        "start_level": optional(whole_number(1, 4)),
        "domains": optional(DOMAINS),
        "summary": text(400),
        "derived": DERIVED,
        "derived_at_publication": optional(DERIVED),
        "override_reason": NOTE,
        "review_status": whole_number(0, 0),
    },
)
