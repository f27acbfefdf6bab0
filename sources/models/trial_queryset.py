"""What is asked of trials, and which trial a number or a name means."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value

from sources.identifiers import IllegalIdentifier, parse_registry_id
from sources.models.fetch import FetchRequest, Service
from sources.trial_names import keys_of, name_key

if TYPE_CHECKING:
    from sources.models.trial import Trial

#: Which service answers for which registry. The others cannot be asked by machine from here.
SERVICES: Final = {"clinicaltrials": Service.CLINICALTRIALS, "isrctn": Service.ISRCTN}
MOST_CANDIDATES: Final = 10
#: Of the word similarity of pg_trgm: "savior" is 0.57 like "savor".
NEAR: Final = 0.5


@dataclass(frozen=True, slots=True)
class TrialMatch:
    """Which trial is meant: one, several that may be, or none (and those with a name like it)."""

    resolution: Literal["resolved", "ambiguous", "unresolved"]
    candidates: tuple[Trial, ...] = ()
    near: tuple[Trial, ...] = ()
    by_number: bool = False

    @classmethod
    def among(
        cls, found: Sequence[Trial], *, near: Sequence[Trial] = (), by_number: bool = False
    ) -> TrialMatch:
        if not found:
            return cls("unresolved", near=tuple(near), by_number=by_number)
        word: Literal["resolved", "ambiguous"] = "resolved" if len(found) == 1 else "ambiguous"
        return cls(word, tuple(found), by_number=by_number)

    @property
    def trial(self) -> Trial | None:
        """The one trial that is meant, if there is one."""
        return self.candidates[0] if self.resolution == "resolved" else None


class TrialQuerySet(models.QuerySet["Trial"]):
    def fetched(self) -> TrialQuerySet:
        return self.filter(fetched_at__isnull=False)

    def never_fetched(self) -> TrialQuerySet:
        return self.filter(fetched_at=None)

    def stale(self, before: datetime) -> TrialQuerySet:
        """Never fetched, or not since then."""
        return self.filter(Q(fetched_at=None) | Q(fetched_at__lt=before))

    def to_check(self, service: Service, before: datetime) -> TrialQuerySet:
        """Those of a registry that it was not asked about since then, the longest unasked first.

        A request that is still waiting, or one that ended without an answer, counts as asked.
        """
        asked = FetchRequest.objects.filter(
            Q(created_at__gte=before) | Q(state__in=FetchRequest.LIVE),
            service=service,
            identifier=OuterRef("registry_id"),
        )
        return (
            self.fetched_from(service)
            .stale(before)
            .filter(~Exists(asked))
            .order_by(F("fetched_at").asc(nulls_first=True), "pk")
        )

    def identifiers(self) -> list[str]:
        """Return what the service knows them by, oldest fetch first."""
        known = self.order_by(F("fetched_at").asc(nulls_first=True), "pk")
        return [str(identifier) for identifier in known.values_list("registry_id", flat=True)]

    def fetchable(self) -> TrialQuerySet:
        """Trials of the registries that can be asked."""
        return self.filter(registry__in=SERVICES)

    def fetched_from(self, service: Service) -> TrialQuerySet:
        return self.filter(registry__in=[name for name in SERVICES if SERVICES[name] == service])

    def known_as(self, number: str) -> TrialQuerySet:
        """The trial of this registry number, be it its own or one that was merged into it."""
        return self.filter(Q(registry_id=number) | Q(number_aliases__registry_id=number)).distinct()

    def numbered(self, text: str) -> TrialQuerySet:
        """The trial of a number as people write it. Raises IllegalIdentifier for what is none."""
        return self.known_as(parse_registry_id(text).id)

    def called(self, key: str) -> TrialQuerySet:
        """Trials one of whose names has this key (`trial_names.name_key`)."""
        return self.filter(name_keys__contains=[key])

    def called_any(self, keys: Collection[str]) -> TrialQuerySet:
        """Trials one of whose names has one of these keys."""
        return self.filter(name_keys__overlap=list(keys)).order_by("registry_id")

    def resolve(self, text: str, *, suggest: bool = True) -> TrialMatch:
        """Return the trial that is meant by a registry number or a name, or those that may be.

        A number or a name as it is stored goes before the same name written otherwise. A name that
        is only near to some is unresolved; these are told beside it if they are wanted.
        """
        with contextlib.suppress(IllegalIdentifier):
            return TrialMatch.among(list(self.numbered(text)[:2]), by_number=True)
        for key in keys_of(text):
            named = list(self.called(key)[: MOST_CANDIDATES + 1])
            if named:
                literal = [each for each in named if _is_literally(each, text)]
                return TrialMatch.among(literal if len(literal) == 1 else named)
        return TrialMatch.among([], near=list(self.near(text)) if suggest else ())

    def near(self, text: str) -> TrialQuerySet:
        """Trials whose names look like this one, the likest first."""
        names = Func(
            F("name_keys"), Value(" "), function="array_to_string", output_field=models.TextField()
        )
        return (
            self.annotate(likeness=TrigramWordSimilarity(name_key(text), names))
            .filter(likeness__gte=NEAR)
            .order_by("-likeness", "registry_id")[:MOST_CANDIDATES]
        )

    def saying(self, text: str) -> TrialQuerySet:
        """Trials with each of these words in a name or title."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(acronym__icontains=word)
                | Q(aliases__icontains=word)
                | Q(title__icontains=word)
                | Q(expected_title__icontains=word)
            )
        return found

    def for_page(self) -> TrialQuerySet:
        return self.select_related("digest").prefetch_related(
            "results__publication", "reports__publication", "number_aliases"
        )


def _is_literally(trial: Trial, text: str) -> bool:
    names = (trial.acronym, *trial.aliases)
    return text.strip().casefold() in {name.casefold() for name in names}
