"""How much an item weighs: decisive, contributory or background.

The bar says which designs can decide a claim of a given type. For definitions and for the history of
practice the document is the datum, so design and risk of bias say nothing there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from claims.ruleset.inputs import Judgement
from claims.ruleset.vocabulary import ClaimType, Directness, RobLevel, StudyDesign, Tier

REVIEWS = frozenset({StudyDesign.SYSTEMATIC_REVIEW, StudyDesign.META_ANALYSIS})
BACKGROUND_DESIGNS = frozenset(
    {
        StudyDesign.ANIMAL,
        StudyDesign.IN_VITRO,
        StudyDesign.IN_SILICO,
        StudyDesign.NARRATIVE_REVIEW,
        StudyDesign.OPINION,
    }
)


@dataclass(frozen=True, slots=True)
class Bar:
    """What makes a direct item decisive for a type of claim."""

    designs: frozenset[StudyDesign] = frozenset()
    designs_if_low_risk: frozenset[StudyDesign] = frozenset()
    any_document: bool = False

    def is_met_by(self, judgement: Judgement) -> bool:
        return judgement.directness == Directness.DIRECT and (
            self.any_document or judgement.study_design in self.designs_at(judgement.rob_overall)
        )

    def designs_at(self, rob_overall: str) -> frozenset[StudyDesign]:
        """Return the designs that decide at this risk of bias."""
        if rob_overall == RobLevel.LOW:
            return self.designs | self.designs_if_low_risk
        return self.designs if rob_overall == RobLevel.SOME_CONCERNS else frozenset()


_TRIALS = Bar(REVIEWS | {StudyDesign.RCT})
_EXPERIMENTS = REVIEWS | {StudyDesign.RCT, StudyDesign.HUMAN_EXPERIMENTAL}
_OBSERVATIONS = REVIEWS | {StudyDesign.COHORT, StudyDesign.CROSS_SECTIONAL}
_DOCUMENTS = Bar(any_document=True)

TIERS: Mapping[str, Bar] = MappingProxyType(
    {
        ClaimType.INTERVENTION_EFFECT: _TRIALS,
        ClaimType.HARM: _TRIALS,
        ClaimType.CAUSATION: Bar(
            _EXPERIMENTS | {StudyDesign.MENDELIAN_RANDOMISATION},
            designs_if_low_risk=frozenset({StudyDesign.COHORT}),
        ),
        ClaimType.MECHANISM: Bar(_EXPERIMENTS),
        ClaimType.ASSOCIATION: Bar(_OBSERVATIONS | {StudyDesign.CASE_CONTROL}),
        ClaimType.PREVALENCE: Bar(_OBSERVATIONS),
        ClaimType.DIAGNOSIS: Bar(_OBSERVATIONS),
        ClaimType.PROGNOSIS: Bar(_OBSERVATIONS),
        ClaimType.HISTORY_OF_PRACTICE: _DOCUMENTS,
        ClaimType.DEFINITION: _DOCUMENTS,
        ClaimType.VALUE: Bar(),
    }
)


def tier_of(judgement: Judgement, claim_type: str) -> Tier:
    """Return what an item with this judgement weighs for a claim of this type."""
    bar = TIERS[claim_type]
    if bar.is_met_by(judgement):
        return Tier.DECISIVE
    is_background = (
        judgement.study_design in BACKGROUND_DESIGNS or judgement.rob_overall == RobLevel.HIGH
    )
    return Tier.BACKGROUND if is_background and not bar.any_document else Tier.CONTRIBUTORY
