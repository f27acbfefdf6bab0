"""Evidence for the ruleset's tests: the least that counts, with what a test is about said aloud."""

from datetime import date

from hypothesis import strategies as st

from claims.ruleset import Item, Judgement, Leaf, Part
from claims.ruleset import vocabulary as v

TODAY = date(2026, 6, 15)
JUDGED = {
    "stance": "supports",
    "directness": "direct",
    "scope": "matches",
    "finding_role": "own_result",
    "study_design": "rct",
    "rob_overall": "low",
}


def item(key, *, unit=None, includes=(), integrity="current", identity="confirmed", **judged):
    """A decisive supporting trial, unless told otherwise; a unit of its own, unless one is given."""
    return Item(
        key=key,
        unit=unit or f"publication:{key}",
        judgement=Judgement(**JUDGED | judged),
        includes=frozenset(includes),
        integrity=integrity,
        identity=identity,
    )


def unjudged(key):
    return Item(key=key, unit=f"publication:{key}", judgement=None)


def review(key, includes, **judged):
    return item(key, includes=includes, study_design="meta_analysis", **judged)


def several(number, prefix, **judged):
    return tuple(item(f"{prefix}{n}", **judged) for n in range(number))


def leaf(
    *items,
    claim_type="intervention_effect",
    checkability="checkable",
    certainty="moderate",
    last_search=None,
):
    return Leaf(
        key="a-claim",
        claim_type=claim_type,
        checkability=checkability,
        items=tuple(items),
        certainty=certainty,
        last_search=last_search,
    )


def part(key, verdict, kind=None, *, certainty="moderate", is_core=False, is_essential=True):
    return Part(key, verdict, kind, certainty, is_core, is_essential)


# Few units and few reviews, so that items meet: share a trial, pool each other, disagree.
UNITS = [f"trial:{n}" for n in range(4)] + [f"publication:{n}" for n in range(3)]

judgements = st.builds(
    Judgement,
    stance=st.sampled_from([*v.Stance, v.Stance.SUPPORTS, v.Stance.CONTRADICTS]),
    directness=st.sampled_from([v.Directness.DIRECT, *v.Directness]),
    scope=st.sampled_from([v.Scope.MATCHES, *v.Scope]),
    finding_role=st.sampled_from([v.FindingRole.OWN_RESULT, *v.FindingRole]),
    study_design=st.sampled_from([v.StudyDesign.RCT, v.StudyDesign.META_ANALYSIS, *v.StudyDesign]),
    rob_overall=st.sampled_from([v.RobLevel.LOW, *v.RobLevel]),
)


keys = st.integers(0, 99).map("E{:02}".format)


@st.composite
def items(draw, key=keys, judgement=judgements):
    """Any item; one in ten without a consensus, and only reviews include others."""
    judged = draw(st.none() | judgement) if draw(st.integers(0, 9)) == 0 else draw(judgement)
    pools = judged is not None and judged.study_design in ("systematic_review", "meta_analysis")
    return Item(
        key=draw(key),
        unit=draw(st.sampled_from(UNITS)),
        judgement=judged,
        includes=draw(st.frozensets(st.sampled_from(UNITS), max_size=4)) if pools else frozenset(),
        integrity=draw(st.sampled_from([v.Integrity.CURRENT] * 8 + list(v.Integrity))),
        identity=draw(st.sampled_from([v.Identity.CONFIRMED] * 3 + list(v.Identity))),
    )


leaves = st.builds(
    Leaf,
    key=st.just("a-claim"),
    claim_type=st.sampled_from(v.ClaimType),
    checkability=st.sampled_from([v.Checkability.CHECKABLE] * 9 + [v.Checkability.NOT_CHECKABLE]),
    items=st.lists(items(), max_size=7, unique_by=lambda found: found.key).map(tuple),
    certainty=st.sampled_from(v.Certainty),
    last_search=st.none() | st.dates(date(2024, 1, 1), date(2026, 6, 15)),
)

outcomes = st.sampled_from(
    [(verdict, None) for verdict in v.Verdict if verdict != v.Verdict.CONTESTED]
    + [(v.Verdict.CONTESTED, kind) for kind in v.ContestedKind]
)


@st.composite
def parts(draw):
    """Zero to five parts, at most one of them the core."""
    core = draw(st.integers(-1, 4))
    return tuple(
        Part(
            f"part-{n}",
            *draw(outcomes),
            certainty=draw(st.sampled_from(v.Certainty)),
            is_core=n == core,
            is_essential=draw(st.booleans()),
        )
        for n in range(draw(st.integers(0, 5)))
    )
