"""Certainty of a body of evidence: the arithmetic of GRADE.

Evidence starts at a level, five domains lower it and three raise it. Source: Schünemann H, Brożek J,
Guyatt G, Oxman A (eds), GRADE Handbook (2013), chapter 5.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from claims.ruleset.vocabulary import Certainty, ClaimType, Framework

LEVELS: Mapping[int, Certainty] = MappingProxyType(
    {
        1: Certainty.VERY_LOW,
        2: Certainty.LOW,
        3: Certainty.MODERATE,
        4: Certainty.HIGH,
    }
)
_LEVEL_OF = {certainty: level for level, certainty in LEVELS.items()}


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain of GRADE and the steps it may take."""

    name: str
    lowest: int
    highest: int
    question: str


DOWN: tuple[Domain, ...] = (
    Domain("risk_of_bias", -3, 0, "Could flaws in the studies explain the result?"),
    Domain("inconsistency", -3, 0, "Do the studies differ more than chance explains?"),
    Domain("indirectness", -3, 0, "Do people, exposures or outcomes differ from the claim's?"),
    Domain("imprecision", -3, 0, "Are there too few people or events to be sure?"),
    Domain("publication_bias", -3, 0, "Are results likely to be missing because of what they say?"),
)
UP: tuple[Domain, ...] = (
    Domain("large_effect", 0, 2, "Is the effect too large to be explained by bias?"),
    Domain("dose_response", 0, 1, "Does more of the cause go with more of the effect?"),
    Domain("plausible_confounding", 0, 1, "Would the likely confounding only hide the effect?"),
)
DOMAINS = DOWN + UP

FRAMEWORK: Mapping[str, Framework] = MappingProxyType(
    {
        ClaimType.INTERVENTION_EFFECT: Framework.GRADE,
        ClaimType.HARM: Framework.GRADE,
        ClaimType.CAUSATION: Framework.GRADE,
        ClaimType.PROGNOSIS: Framework.GRADE,
        ClaimType.DIAGNOSIS: Framework.GRADE,
        ClaimType.MECHANISM: Framework.GRADE_ADAPTED,
        ClaimType.ASSOCIATION: Framework.GRADE_ADAPTED,
        ClaimType.PREVALENCE: Framework.GRADE_ADAPTED,
        ClaimType.DEFINITION: Framework.NONE,
        ClaimType.VALUE: Framework.NONE,
        ClaimType.HISTORY_OF_PRACTICE: Framework.NONE,
    }
)


def certainty(start_level: int, domains: Mapping[str, int]) -> Certainty:
    """Return start level plus the sum of all eight domains, held between 1 and 4, by its name.

    Raises ValueError, naming the culprit, for a start level that is none, a domain that is missing
    or unknown, or a step out of range.
    """
    _refuse_illegal(start_level, domains)
    return LEVELS[max(1, min(4, start_level + sum(domains.values())))]


def lowest(certainties: Iterable[str]) -> Certainty:
    """Return the lowest of those that are rated, else not_rated."""
    return LEVELS.get(min(_rated(certainties), default=0), Certainty.NOT_RATED)


def highest(certainties: Iterable[str]) -> Certainty:
    """Return the highest of those that are rated, else not_rated."""
    return LEVELS.get(max(_rated(certainties), default=0), Certainty.NOT_RATED)


def _rated(certainties: Iterable[str]) -> list[int]:
    return [_LEVEL_OF[Certainty(name)] for name in certainties if name != Certainty.NOT_RATED]


def _refuse_illegal(start_level: int, domains: Mapping[str, int]) -> None:
    if start_level not in LEVELS:
        raise ValueError(f"start_level: {start_level!r} is none of 1, 2, 3, 4")
    unknown = domains.keys() - {domain.name for domain in DOMAINS}
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))}: unknown domain")
    for domain in DOMAINS:
        step = domains.get(domain.name)
        if step is None or not domain.lowest <= step <= domain.highest:
            raise ValueError(
                f"{domain.name}: {step!r} is not within {domain.lowest} to {domain.highest}"
            )
