"""The filters of the claim list: each a query parameter with its choices and their counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.http import urlencode

from claims.legend import CERTAINTIES, SIGNS
from claims.models import Claim, Verdict
from claims.models.claim_queryset import ClaimQuerySet
from claims.ruleset.vocabulary import ClaimType, Voice
from claims.topics import topic_label
from claims.views.paging import typed

CONTESTED = "contested"
VERDICTS = {
    "supported": "Supported",
    "partly_supported": "Partly supported",
    CONTESTED: "Contested (all)",
    **{code: SIGNS[code].label for code in ("conflicting", "contradicted")},
    **{
        code: SIGNS[code].label
        for code in ("insufficient_evidence", "unassessed", "not_applicable")
    },
}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Active:
    """A filter in force; `query_without` is the address's query once it is taken away."""

    what: str
    label: str
    query_without: str


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter. `labels` is a closed list, or None where any value may be asked for."""

    name: str
    label: str
    narrow: Callable[[ClaimQuerySet, str], ClaimQuerySet]
    count: Callable[[ClaimQuerySet], Mapping[str, int]]
    labels: Mapping[str, str] | None
    any_label: str

    def accepts(self, value: str) -> bool:
        return self.labels is None or value in self.labels

    def label_of(self, value: str) -> str:
        return topic_label(value) if self.labels is None else self.labels.get(value, value)

    def values(self, counts: Mapping[str, int]) -> list[str]:
        return sorted(counts) if self.labels is None else list(self.labels)


def _as_it_is(value: str) -> str:
    return value


def _by_verdict(claims: ClaimQuerySet, value: str) -> ClaimQuerySet:
    is_kind = value in {"conflicting", "contradicted"}
    return claims.contested_as(value) if is_kind else claims.judged(value)


def _verdict_counts(claims: ClaimQuerySet) -> Mapping[str, int]:
    counts = Verdict.objects.current().of(claims).tally()
    contested = counts.get("conflicting", 0) + counts.get("contradicted", 0)
    return {**counts, CONTESTED: contested}


FACETS = (
    Facet("verdict", "Verdict", _by_verdict, _verdict_counts, VERDICTS, "Any verdict"),
    Facet(
        "certainty",
        "Certainty",
        lambda claims, value: claims.certain(value),
        lambda claims: Verdict.objects.current().of(claims).tally_by_certainty(),
        {code: entry.label for code, entry in CERTAINTIES.items()},
        "Any certainty",
    ),
    Facet(
        "topic",
        "Topic",
        lambda claims, value: claims.about(value),
        lambda claims: claims.topic_tally(),
        None,
        "Any topic",
    ),
    Facet(
        "type",
        "Type of claim",
        lambda claims, value: claims.of_type(value),
        lambda claims: claims.tally("claim_type"),
        {kind.value: kind.label for kind in ClaimType},
        "Any type",
    ),
    Facet(
        "voice",
        "Said by",
        lambda claims, value: claims.said_by(value),
        lambda claims: claims.tally("voice"),
        {Voice.AUTHOR.value: "The author", Voice.READER_COMMENT.value: "Readers' comments"},
        "Anyone",
    ),
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader has chosen. `refused` are values that are no choice, and were left out."""

    q: str = ""
    article: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()

    @classmethod
    def of(cls, request: HttpRequest) -> Filters:
        asked = [(facet, typed(request, facet.name)) for facet in FACETS]
        given = [(facet, value) for facet, value in asked if value]
        return cls(
            q=typed(request, "q"),
            article=typed(request, "article"),
            chosen={facet.name: value for facet, value in given if facet.accepts(value)},
            refused=tuple(value for facet, value in given if not facet.accepts(value)),
        )

    @property
    def is_any(self) -> bool:
        return bool(self.q or self.article or self.chosen)

    def claims(self, *, without: str = "") -> ClaimQuerySet:
        """Return the claims that pass all filters, or all but one."""
        found = Claim.objects.public().saying(self.q)
        if self.article:
            found = found.of_article(self.article)
        for facet in FACETS:
            value = self.chosen.get(facet.name)
            if value and facet.name != without:
                found = facet.narrow(found, value)
        return found

    def choices(self) -> list[tuple[Facet, list[Choice]]]:
        """Return for each filter its choices, counted as if that filter alone were open."""
        return [(facet, self._choices_of(facet)) for facet in FACETS]

    def _choices_of(self, facet: Facet) -> list[Choice]:
        counts = facet.count(self.claims(without=facet.name))
        chosen = self.chosen.get(facet.name, "")
        return [
            Choice(value, facet.label_of(value), counts.get(value, 0), value == chosen)
            for value in facet.values({**counts, **({chosen: 0} if chosen else {})})
            if counts.get(value) or value == chosen
        ]

    def active(self) -> list[Active]:
        """Return the filters in force, each with the way to be rid of it."""
        labels = {facet.name: (facet.label, facet.label_of) for facet in FACETS}
        labels |= {"q": ("Words", _as_it_is), "article": ("Article", _as_it_is)}
        return [
            Active(labels[name][0], labels[name][1](value), self._query_without(name))
            for name, value in self._parameters().items()
        ]

    def _parameters(self) -> dict[str, str]:
        asked = {"q": self.q, "article": self.article, **self.chosen}
        return {name: value for name, value in asked.items() if value}

    def _query_without(self, name: str) -> str:
        rest = {other: value for other, value in self._parameters().items() if other != name}
        return f"?{urlencode(rest)}" if rest else ""
