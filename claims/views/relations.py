"""How a claim hangs together with others, in words and in both directions."""

from __future__ import annotations

from claims.models import Claim
from claims.ruleset.vocabulary import RelationType

WORDS = (
    (RelationType.DEPENDS_ON, "This claim depends on", "Claims that depend on this one"),
    (RelationType.CONTRADICTS, "This claim speaks against", "Claims that speak against this one"),
    (RelationType.QUALIFIES, "This claim qualifies", "Claims that qualify this one"),
    (RelationType.EXEMPLIFIES, "This claim is an example of", "Examples of this claim"),
    (RelationType.RESTATES, "This claim restates", "Claims that restate this one"),
)


def related(claim: Claim) -> list[tuple[str, list[Claim]]]:
    """Return (words, claims) for each way in which a claim read `for_page()` is related."""
    found = []
    for relation_type, outwards, inwards in WORDS:
        out = [r.target for r in claim.relations_from.all() if r.type == relation_type]
        back = [r.source for r in claim.relations_to.all() if r.type == relation_type]
        found += [(outwards, out), (inwards, back)]
    return [(words, claims) for words, claims in found if claims]
