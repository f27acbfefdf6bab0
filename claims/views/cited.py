"""What an article cites: whether its sources say what it says, apart from whether its claims are true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from claims.legend import ACCURACIES, RESOLUTIONS
from claims.models import Citation, EvidenceItem
from claims.ruleset.vocabulary import CitationResolution
from sources.models import Trial
from sources.trial_names import keys_of


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation, and what its source was found to say of the very claim it is cited for.

    `candidates` are trials whose names fit words that fit several.
    """

    citation: Citation
    findings: tuple[EvidenceItem, ...] = ()
    candidates: tuple[Trial, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    code: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many citations there are, by accuracy and by whether their source is known."""

    total: int
    accuracies: tuple[Count, ...]
    resolutions: tuple[Count, ...]

    @property
    def is_all_resolved(self) -> bool:
        return [each.code for each in self.resolutions] == [CitationResolution.RESOLVED]


def cited(citations: Iterable[Citation]) -> list[Cited]:
    """Join citations read `with_sources()` to the evidence from their sources, in one query.

    One more finds the trials that ambiguous words may mean.
    """
    citations = list(citations)
    found = list(EvidenceItem.objects.of_citations(citations)) if citations else []
    fitting = _fitting(citations)
    return [
        Cited(
            citation,
            tuple(item for item in found if _is_of(item, citation)),
            fitting.get(citation.pk, ()),
        )
        for citation in citations
    ]


def unjoined(citations: Iterable[Citation]) -> list[Cited]:
    """Return the citations for the page of their source, which shows all that it says."""
    return [Cited(citation) for citation in citations]


def counts_of(citations: Iterable[Citation]) -> Counts:
    citations = list(citations)
    accuracies = Counter(citation.accuracy for citation in citations)
    resolutions = Counter(citation.resolution for citation in citations)
    return Counts(
        len(citations),
        tuple(
            Count(entry.code, entry.label, accuracies[code])
            for code, entry in ACCURACIES.items()
            if accuracies[code]
        ),
        tuple(
            Count(code, label, resolutions[code])
            for code, label in RESOLUTIONS.items()
            if resolutions[code]
        ),
    )


def _fitting(citations: Iterable[Citation]) -> dict[int, tuple[Trial, ...]]:
    """Return for each ambiguous citation the trials that are called as it says."""
    keys = {
        citation.pk: set(keys_of(citation.raw))
        for citation in citations
        if citation.resolution == CitationResolution.AMBIGUOUS
    }
    if not any(keys.values()):
        return {}
    trials = list(Trial.objects.called_any(set().union(*keys.values())))
    return {
        pk: tuple(trial for trial in trials if wanted & set(trial.name_keys))
        for pk, wanted in keys.items()
    }


def _is_of(item: EvidenceItem, citation: Citation) -> bool:
    is_claim = citation.claim_id in {item.claim_id, item.claim.parent_id}
    is_trial = item.trial_id is not None and item.trial_id == citation.trial_id
    is_paper = item.publication_id is not None and item.publication_id == citation.publication_id
    return is_claim and (is_trial or is_paper)
