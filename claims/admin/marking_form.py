"""What the marking page asks for: a passage, and what is to be made of it."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.contrib.postgres.forms import SimpleArrayField

from claims.actions.citing import trials_meant
from claims.actions.marking import Passage
from claims.admin.fields import ClaimField
from claims.ruleset.vocabulary import (
    Checkability,
    CitationAccuracy,
    CitationMode,
    ClaimType,
    Modality,
)
from sources.actions.publications import UnknownIdentifier, read_identifier
from sources.identifiers import IllegalIdentifier, parse_registry_id
from sources.models import Publication, Trial
from sources.models.trial_queryset import TrialMatch

LONG: Final = {"class": "vLargeTextField"}
#: What a citation may mean besides a trial of the list.
AMBIGUOUS: Final = "ambiguous"
OTHER: Final = "other"
NOTHING: Final = "nothing"
#: A longer passage holds the wording and is not it.
RAW: Final = 60


class SpanForm(forms.Form):
    """A passage, by its place or by its words. Offsets are code points, the end exclusive."""

    passage = forms.CharField(
        label="The passage",
        required=False,
        widget=forms.Textarea(attrs={**LONG, "rows": 3}),
        help_text="Paste it: it is found by its words, whatever its line breaks and quotes.",
    )
    start = forms.IntegerField(label="or from character", required=False, min_value=0)
    end = forms.IntegerField(label="to before character", required=False, min_value=1)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        by_place = given.get("start") is not None and given.get("end") is not None
        if not self.errors and not given.get("passage", "").strip() and not by_place:
            raise forms.ValidationError("Paste a passage, or say where it begins and ends.")
        return given


class DeedForm(forms.Form):
    """What is to be made of a passage."""

    def __init__(self, *args: Any, passage: Passage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.passage = passage


class MarkForm(DeedForm):
    """A new claim; whose voice it is follows from the place."""

    statement = forms.CharField(
        max_length=300,
        widget=forms.Textarea(attrs={**LONG, "rows": 3}),
        help_text="One sentence in your own words that can be understood without the article.",
    )
    claim_type = forms.ChoiceField(label="Type", choices=[("", "-"), *ClaimType.choices()])
    checkability = forms.ChoiceField(choices=Checkability.choices())
    modality = forms.ChoiceField(choices=Modality.choices())
    topics = SimpleArrayField(
        forms.SlugField(max_length=60),
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Words in kebab-case, parted by commas.",
    )
    key = forms.SlugField(
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Empty: made from the statement. It never changes.",
    )
    note = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={**LONG, "rows": 2}),
        help_text="For reviewers: why it is worded so.",
    )


class AttachForm(DeedForm):
    """The passage is another place of a claim that is known."""

    claim = ClaimField(
        help_text="CLM-12 or its key, of this article or another.",
        widget=forms.TextInput(attrs={"list": "claims-here", "autocomplete": "off"}),
    )


class CiteForm(DeedForm):
    """A citation that the text makes. Cleaned, `source` is a publication or trial, stored or not, or None."""

    claim = ClaimField(
        label="For the claim",
        widget=forms.TextInput(attrs={"list": "claims-here", "autocomplete": "off"}),
        help_text="CLM-12 or its key.",
    )
    raw = forms.CharField(
        label="As the article writes it",
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="A few words of the passage, as they are.",
    )
    mode = forms.ChoiceField(choices=[("", "-"), *CitationMode.choices()])
    meant = forms.ChoiceField(label="What is meant", widget=forms.RadioSelect)
    other = forms.CharField(
        label="Its number",
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="PMID, DOI, PMCID or registry number; one that is not stored yet is added.",
    )
    accuracy = forms.ChoiceField(
        required=False,
        choices=[("", "not judged yet"), *CitationAccuracy.choices()],
        help_text="Does the source say what the article says? It is not whether the claim is true.",
    )
    note = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={**LONG, "rows": 2}),
        help_text="What the source really says. Needed with an accuracy.",
    )

    def __init__(self, *args: Any, passage: Passage, **kwargs: Any) -> None:
        super().__init__(*args, passage=passage, **kwargs)
        match = trials_meant(passage.text)
        self.trials = {_value(trial): trial for trial in (*match.candidates, *match.near)}
        cast(forms.ChoiceField, self.fields["meant"]).choices = _meanings(match)
        if match.trial:
            self.initial.setdefault("meant", _value(match.trial))
        if match.candidates:
            self.initial.setdefault("mode", CitationMode.TRIAL_ACRONYM.value)
        if len(passage.text) <= RAW:
            self.initial.setdefault("raw", " ".join(passage.text.split()))
        touching = passage.touching().first()
        if touching and not self.initial.get("claim"):
            self.initial["claim"] = touching.claim

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        meant = given.pop("meant", "")
        typed = given.pop("other", "")
        given["is_ambiguous"] = meant == AMBIGUOUS
        given["source"] = self._typed(typed) if meant == OTHER else self.trials.get(meant)
        if typed and meant and meant != OTHER:
            self.add_error("other", "Choose “This publication or trial”, or leave this empty.")
        return given

    def _typed(self, typed: str) -> Publication | Trial | None:
        """Return what a number names; it is made known when the citation is kept."""
        try:
            number = parse_registry_id(typed)
            trial = Trial(registry=number.registry, registry_id=number.id)
            return Trial.objects.known_as(number.id).first() or trial
        except IllegalIdentifier:
            pass
        try:
            name, value = read_identifier(typed)
        except UnknownIdentifier:
            self.add_error("other", "Give a PMID, DOI, PMCID or a trial's registry number.")
            return None
        found = Publication.objects.filter(**{name: value}).first()
        return found or Publication(**{name: value})


def _meanings(match: TrialMatch) -> list[tuple[str, str]]:
    """Return what a wording may mean: the trials it names, those with names like it, or else."""
    named = [(_value(trial), f"{trial}: {trial.title}") for trial in match.candidates]
    if len(named) > 1:
        named.append((AMBIGUOUS, "One of these trials, the text does not say which"))
    alike = [
        (_value(trial), f"{trial}: {trial.title} (only a name like it)") for trial in match.near
    ]
    return [*named, *alike, (OTHER, "This publication or trial:"), (NOTHING, "It cannot be told")]


def _value(trial: Trial) -> str:
    return f"trial-{trial.pk}"
