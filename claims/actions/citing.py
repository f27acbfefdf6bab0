"""Citations that the article's text makes: raw wording tied to the trial or publication it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from claims.actions.curation import keep
from claims.actions.errors import AlreadyDone, IllegalChange
from claims.actions.marking import Passage
from claims.models import Article, Citation, Claim
from claims.ruleset.vocabulary import CitationResolution
from sources.models import Publication, Trial
from sources.models.trial_queryset import TrialMatch

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: A long passage may have many; each costs a query.
MOST_ACRONYMS: Final = 5
#: A word with two capitals or more, as trials are called: "SAVIOR", "TECOS", "SAVOR-TIMI".
_ACRONYM: Final = re.compile(r"\b[A-Z][A-Za-z0-9]*-?[A-Z][A-Za-z0-9]*(?:-[A-Z0-9]+)*\b")


@dataclass(frozen=True, slots=True)
class Cited:
    citation: Citation
    is_new: bool


def trials_meant(raw: str) -> TrialMatch:
    """Return which trial a wording names: by all of it, or else by the acronyms in it."""
    acronyms = [name for name in dict.fromkeys(_ACRONYM.findall(raw)) if name != raw]
    names = [raw.strip(), *acronyms[:MOST_ACRONYMS]]
    matches = [Trial.objects.resolve(name) for name in names if name]
    named = dict.fromkeys(trial for match in matches for trial in match.candidates)
    near = dict.fromkeys(trial for match in matches for trial in match.near if trial not in named)
    return TrialMatch.among(list(named), near=list(near))


@transaction.atomic
def cite(
    passage: Passage,
    claim: Claim,
    *,
    raw: str,
    mode: str,
    source: Publication | Trial | None,
    is_ambiguous: bool,
    accuracy: str,
    note: str,
    by: User,
    now: datetime,
) -> Cited:
    """Record that the article cites something for a claim, in these words of its text.

    Without a source it is ambiguous (several trials could be meant) or unresolved. Not new if the same
    was recorded before. Raises IllegalChange for words that are not in the passage, AlreadyDone if the
    claim has a citation with these words that says something else, and what `keep` does.
    """
    Article.objects.select_for_update().get(pk=passage.snapshot.article_id)
    if " ".join(raw.split()) not in " ".join(passage.text.split()):
        raise IllegalChange("The wording is not in the passage you selected: give its own words.")
    wanted = Citation(
        article=passage.snapshot.article,
        claim=claim,
        voice=passage.voice,
        raw=raw,
        mode=mode,
        publication=source if isinstance(source, Publication) else None,
        trial=source if isinstance(source, Trial) else None,
        resolution=_resolution(source, is_ambiguous),
        accuracy=accuracy,
        note=note,
    )
    before = Citation.objects.filter(article=wanted.article, claim=claim, raw=raw).first()
    if before is None:
        keep(wanted, by=by, now=now, why="cited in the text")
        return Cited(wanted, is_new=True)
    _refuse_another(before, wanted)
    return Cited(before, is_new=False)


@transaction.atomic
def resolve_citation(citation: Citation, *, by: User, now: datetime) -> CitationResolution:
    """Look up the trial that an open citation names; one that names its source already stays as it is.

    Several trials that may be meant make it ambiguous; a name that is only near to one is not taken.
    """
    row = Citation.objects.select_for_update(of=("self",)).get(pk=citation.pk)
    before = CitationResolution(row.resolution)
    if before == CitationResolution.RESOLVED:
        return before
    match = trials_meant(row.raw)
    row.resolution, row.trial = CitationResolution(match.resolution), match.trial
    if row.resolution != before:
        keep(row, by=by, now=now, why="looked up by its wording")
    return CitationResolution(row.resolution)


def _resolution(source: object, is_ambiguous: bool) -> CitationResolution:
    if source is not None:
        return CitationResolution.RESOLVED
    return CitationResolution.AMBIGUOUS if is_ambiguous else CitationResolution.UNRESOLVED


def _refuse_another(before: Citation, wanted: Citation) -> None:
    said = ("mode", "publication_id", "trial_id", "resolution", "accuracy", "note")
    if any(getattr(before, name) != getattr(wanted, name) for name in said):
        source = before.trial or before.publication or before.get_resolution_display().lower()
        raise AlreadyDone(
            f"{before} is recorded already ({source}) and says something else: change it on its own page."
        )
