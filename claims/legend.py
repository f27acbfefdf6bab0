"""Under which signs readers see verdicts, certainties and reviews, in the order of a legend.

A verdict's *sign* is the verdict itself or, for a contested one, of which kind it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from claims.ruleset.vocabulary import Certainty, CitationAccuracy, CitationResolution
from claims.wording import MEANINGS, NAMES, REVIEW_STATUS

NO_VERDICT = "no_verdict"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a legend."""

    code: str
    label: str
    meaning: str


SIGNS: Mapping[str, Entry] = MappingProxyType(
    {
        str(kind or verdict): Entry(
            str(kind or verdict), name.capitalize(), MEANINGS[verdict, kind]
        )
        for (verdict, kind), name in NAMES.items()
    }
)
MISSING = Entry(NO_VERDICT, "No verdict yet", "No verdict has been derived.")

# The meanings are those of the GRADE Handbook (2013), table 5.1, in our words.
CERTAINTIES: Mapping[str, Entry] = MappingProxyType(
    {
        certainty.value: Entry(certainty.value, label, meaning)
        for certainty, label, meaning in (
            (
                Certainty.HIGH,
                "High certainty",
                "Further studies are very unlikely to change the conclusion.",
            ),
            (
                Certainty.MODERATE,
                "Moderate certainty",
                "The conclusion is probably right; further studies could change it.",
            ),
            (
                Certainty.LOW,
                "Low certainty",
                "The conclusion may be right; further studies are likely to change it.",
            ),
            (
                Certainty.VERY_LOW,
                "Very low certainty",
                "The evidence is very uncertain; the truth may be quite different.",
            ),
            (
                Certainty.NOT_RATED,
                "Certainty not rated",
                "Definitions, history and values are not rated, nor is what nobody has assessed.",
            ),
        )
    }
)

REVIEW_STATUSES: Mapping[int, Entry] = MappingProxyType(
    {
        status: Entry(str(status), label, REVIEW_STATUS[status])
        for status, label in enumerate(
            ("Provisional", "One reviewer", "Two reviewers agree", "Adjudicated")
        )
    }
)


#: Does a source say what the article says it says? Apart from whether the claim is true.
ACCURACIES: Mapping[str, Entry] = MappingProxyType(
    {
        code: Entry(code or "none", label, meaning)
        for code, label, meaning in (
            (CitationAccuracy.ACCURATE.value, "Cited accurately", "The source says so."),
            (
                CitationAccuracy.MINOR_ERROR.value,
                "Minor error",
                "The source says nearly so; the difference does not turn the claim.",
            ),
            (
                CitationAccuracy.MAJOR_ERROR.value,
                "Major error",
                "The source does not say so, or says the opposite.",
            ),
            (
                CitationAccuracy.NOT_CHECKABLE.value,
                "Cannot be checked",
                "The citation is too vague, or its source is out of reach.",
            ),
            ("", "Not judged yet", "Nobody has compared the article with the source yet."),
        )
    }
)
RESOLUTIONS: Mapping[str, str] = MappingProxyType(
    {
        CitationResolution.RESOLVED.value: "source identified",
        CitationResolution.AMBIGUOUS.value: "several sources fit",
        CitationResolution.UNRESOLVED.value: "source not identified",
    }
)


def sign_entry(code: str) -> Entry:
    """Return the line for a sign; for an empty or unknown code, that there is no verdict."""
    return SIGNS.get(code, MISSING)
