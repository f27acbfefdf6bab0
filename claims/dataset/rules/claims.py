"""Claims, their parts, and the argument map."""

from collections import defaultdict

from claims.dataset.context import CLAIM, RELATION, Context
from claims.dataset.records import Claim
from claims.ruleset.vocabulary import Checkability, ClaimType, RelationType


def check(context: Context) -> None:
    claims = {claim.key: claim for claim in context.data.claims}
    context.refuse_repeated(CLAIM, "key", (claim.key for claim in context.data.claims))
    parts: dict[str, list[Claim]] = defaultdict(list)
    for claim in context.data.claims:
        _check_claim(context, claim)
        if claim.parent is not None:
            parts[claim.parent].append(claim)
            _check_part(context, claim, claims.get(claim.parent))
    for whole in claims.values():
        if whole.key in parts and context.knows_all(CLAIM):
            _check_whole(context, whole, parts[whole.key])
    _check_relations(context)


def _check_claim(context: Context, claim: Claim) -> None:
    context.refuse_dangling(CLAIM, claim.key, "parent", claim.parent, CLAIM)
    context.refuse_unless(
        claim.claim_type != ClaimType.VALUE or claim.checkability == Checkability.NOT_CHECKABLE,
        CLAIM,
        claim.key,
        "checkability",
        "a value claim is never checkable",
    )
    for field in ("is_core", "is_essential"):
        context.refuse_unless(
            (getattr(claim, field) is None) == (claim.parent is None),
            CLAIM,
            claim.key,
            field,
            "is said of parts, and of each part",
        )


def _check_part(context: Context, part: Claim, whole: Claim | None) -> None:
    context.refuse_unless(
        part.checkability == Checkability.CHECKABLE,
        CLAIM,
        part.key,
        "checkability",
        "a part must be checkable",
    )
    context.refuse_unless(
        whole is None or whole.parent is None,
        CLAIM,
        part.key,
        "parent",
        f"'{part.parent}' is itself a part; a part cannot have parts",
    )


def _check_whole(context: Context, whole: Claim, parts: list[Claim]) -> None:
    faults = {
        "has only one part": len(parts) < 2,
        "has more than one core part": sum(bool(part.is_core) for part in parts) > 1,
        "has no essential part": not any(part.is_essential for part in parts),
        "has parts and is not checkable": whole.checkability != Checkability.CHECKABLE,
    }
    for message, is_so in faults.items():
        if is_so:
            context.say(CLAIM, whole.key, "parts", message)


def _check_relations(context: Context) -> None:
    relations = context.data.relations
    context.refuse_repeated(RELATION, "target", (relation.key for relation in relations))
    for relation in relations:
        context.refuse_unknown_claim(RELATION, relation.key, "source", relation.source)
        context.refuse_unknown_claim(RELATION, relation.key, "target", relation.target)
        context.refuse_unless(
            relation.source != relation.target,
            RELATION,
            relation.key,
            "target",
            "a claim is not related to itself",
        )
    _check_circles(context)


def _check_circles(context: Context) -> None:
    premises: dict[str, list[str]] = defaultdict(list)
    for relation in context.data.relations:
        if relation.type == RelationType.DEPENDS_ON and relation.source != relation.target:
            premises[relation.source].append(relation.target)
    done: set[str] = set()
    for claim in sorted(premises):
        circle = _circle_from(claim, premises, done)
        if circle:
            context.say(
                RELATION, claim, "type", f"depends_on runs in a circle: {' > '.join(circle)}"
            )


def _circle_from(start: str, premises: dict[str, list[str]], done: set[str]) -> list[str]:
    """Return a way through the premises that comes back to itself, or nothing.

    Walks without recursion, since a chain may be as long as the data set.
    """
    path: list[str] = []
    stack = [(start, False)]
    while stack:
        claim, is_left = stack.pop()
        if is_left:
            done.add(path.pop())
        elif claim in path:
            done.update(path)
            return [*path[path.index(claim) :], claim]
        elif claim not in done:
            path.append(claim)
            stack.append((claim, True))
            stack += [(premise, False) for premise in premises.get(claim, [])]
    return []
