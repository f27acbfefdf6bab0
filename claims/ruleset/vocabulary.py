"""The words of the domain: every closed list of values that claims, evidence and verdicts use.

Models take their choices from here (`choices=Stance.choices`), so the database, the ruleset and the
pages cannot drift apart. A member is a `str`: `Stance.SUPPORTS == "supports"`.
"""

from enum import StrEnum


class Vocabulary(StrEnum):
    """A closed list of words, each with a label for readers."""

    @property
    def label(self) -> str:
        return _LABELS.get(self.value) or self.value.replace("_", " ").capitalize()

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Return (value, label) pairs, as a Django field wants them."""
        return [(member.value, member.label) for member in cls]


class ClaimType(Vocabulary):
    INTERVENTION_EFFECT = "intervention_effect"
    HARM = "harm"
    CAUSATION = "causation"
    MECHANISM = "mechanism"
    ASSOCIATION = "association"
    PREVALENCE = "prevalence"
    DIAGNOSIS = "diagnosis"
    PROGNOSIS = "prognosis"
    HISTORY_OF_PRACTICE = "history_of_practice"
    DEFINITION = "definition"
    VALUE = "value"


class Checkability(Vocabulary):
    CHECKABLE = "checkable"
    NOT_CHECKABLE = "not_checkable"


class Modality(Vocabulary):
    ASSERTED = "asserted"
    HEDGED = "hedged"
    ATTRIBUTED = "attributed"
    RHETORICAL = "rhetorical"


class Voice(Vocabulary):
    AUTHOR = "author"
    READER_COMMENT = "reader_comment"


class ClaimState(Vocabulary):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class RelationType(Vocabulary):
    RESTATES = "restates"
    DEPENDS_ON = "depends_on"
    CONTRADICTS = "contradicts"
    QUALIFIES = "qualifies"
    EXEMPLIFIES = "exemplifies"


class AnchorStatus(Vocabulary):
    UNRESOLVED = "unresolved"
    EXACT = "exact"
    RELOCATED = "relocated"
    AMBIGUOUS = "ambiguous"
    ORPHANED = "orphaned"


class CitationMode(Vocabulary):
    LINK = "link"
    REFERENCE = "reference"
    TRIAL_ACRONYM = "trial_acronym"
    AUTHOR_YEAR = "author_year"
    VAGUE = "vague"


class CitationResolution(Vocabulary):
    RESOLVED = "resolved"
    AMBIGUOUS = "ambiguous"
    UNRESOLVED = "unresolved"


class CitationAccuracy(Vocabulary):
    ACCURATE = "accurate"
    MINOR_ERROR = "minor_error"
    MAJOR_ERROR = "major_error"
    NOT_CHECKABLE = "not_checkable"


class Origin(Vocabulary):
    CITED_BY_ARTICLE = "cited_by_article"
    FOUND_BY_REVIEWER = "found_by_reviewer"
    READER_SUGGESTION = "reader_suggestion"
    LIVING_SEARCH = "living_search"


class Stance(Vocabulary):
    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    NEUTRAL = "neutral"
    NOT_ADDRESSED = "not_addressed"


class Directness(Vocabulary):
    DIRECT = "direct"
    INDIRECT = "indirect"


class DirectnessReason(Vocabulary):
    POPULATION = "population"
    INTERVENTION = "intervention"
    COMPARATOR = "comparator"
    OUTCOME = "outcome"
    SURROGATE_OUTCOME = "surrogate_outcome"
    MODEL_SYSTEM = "model_system"
    TIMEFRAME = "timeframe"


class Scope(Vocabulary):
    MATCHES = "matches"
    NARROWER = "narrower"
    BROADER = "broader"
    DIFFERENT = "different"


class FindingRole(Vocabulary):
    OWN_RESULT = "own_result"
    SYNTHESIS = "synthesis"
    BACKGROUND = "background"


class StudyDesign(Vocabulary):
    SYSTEMATIC_REVIEW = "systematic_review"
    META_ANALYSIS = "meta_analysis"
    RCT = "rct"
    NONRANDOMISED_TRIAL = "nonrandomised_trial"
    COHORT = "cohort"
    CASE_CONTROL = "case_control"
    CROSS_SECTIONAL = "cross_sectional"
    CASE_SERIES = "case_series"
    CASE_REPORT = "case_report"
    MENDELIAN_RANDOMISATION = "mendelian_randomisation"
    HUMAN_EXPERIMENTAL = "human_experimental"
    ANIMAL = "animal"
    IN_VITRO = "in_vitro"
    IN_SILICO = "in_silico"
    GUIDELINE = "guideline"
    NARRATIVE_REVIEW = "narrative_review"
    OPINION = "opinion"
    REGISTRY_RECORD = "registry_record"


class RobTool(Vocabulary):
    ROB2 = "rob2"
    ROBINS_I = "robins_i"
    AMSTAR2 = "amstar2"
    QUADAS2 = "quadas2"
    SYRCLE = "syrcle"
    NONE = "none"


class RobLevel(Vocabulary):
    LOW = "low"
    SOME_CONCERNS = "some_concerns"
    HIGH = "high"
    NOT_ASSESSED = "not_assessed"


class AssessmentState(Vocabulary):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    SUPERSEDED = "superseded"


class QuoteState(Vocabulary):
    VERIFIED = "verified"
    NOT_FOUND = "not_found"
    STALE = "stale"
    NO_TEXT_AVAILABLE = "no_text_available"


class ConsensusMethod(Vocabulary):
    SINGLE = "single"
    UNANIMOUS = "unanimous"
    DISCUSSED = "discussed"
    ADJUDICATED = "adjudicated"


class Integrity(Vocabulary):
    CURRENT = "current"
    CORRECTED = "corrected"
    EXPRESSION_OF_CONCERN = "expression_of_concern"
    RETRACTED = "retracted"
    RETRACTED_REPUBLISHED = "retracted_republished"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"


class Identity(Vocabulary):
    """Is the record behind an identifier the work the curator meant?"""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    MISMATCH = "mismatch"
    IN_CONFLICT = "in_conflict"
    DUPLICATE = "duplicate"


class Verdict(Vocabulary):
    SUPPORTED = "supported"
    PARTLY_SUPPORTED = "partly_supported"
    CONTESTED = "contested"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"
    UNASSESSED = "unassessed"
    NOT_APPLICABLE = "not_applicable"


class ContestedKind(Vocabulary):
    CONFLICTING = "conflicting"
    CONTRADICTED = "contradicted"


class Certainty(Vocabulary):
    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very_low"
    NOT_RATED = "not_rated"


class CertaintySource(Vocabulary):
    EVIDENCE = "evidence"
    PARTS = "parts"


class Framework(Vocabulary):
    GRADE = "grade"
    GRADE_ADAPTED = "grade_adapted"
    NONE = "none"


class Basis(Vocabulary):
    TODAY = "today"
    AT_PUBLICATION = "at_publication"


class Tier(Vocabulary):
    """How much an item weighs: see `claims.ruleset.tiers`."""

    DECISIVE = "decisive"
    CONTRIBUTORY = "contributory"
    BACKGROUND = "background"


class Side(Vocabulary):
    """Where an item stands once counting is done."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"
    NONE = "none"


_LABELS = {
    "rct": "Randomised trial",
    "nonrandomised_trial": "Non-randomised trial",
    "case_control": "Case-control study",
    "cohort": "Cohort study",
    "cross_sectional": "Cross-sectional study",
    "meta_analysis": "Meta-analysis",
    "mendelian_randomisation": "Mendelian randomisation",
    "human_experimental": "Human experiment",
    "animal": "Animal study",
    "in_vitro": "Laboratory study (in vitro)",
    "in_silico": "Computer model (in silico)",
    "rob2": "RoB 2",
    "robins_i": "ROBINS-I",
    "amstar2": "AMSTAR 2",
    "quadas2": "QUADAS-2",
    "syrcle": "SYRCLE",
    "grade": "GRADE",
    "grade_adapted": "GRADE, adapted",
    "retracted_republished": "Retracted and republished",
    "author_year": "Author and year",
    "intervention_effect": "Effect of an intervention",
    "history_of_practice": "History of practice",
    "own_result": "Own result",
}
