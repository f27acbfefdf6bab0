"""What the marking page asks for: a passage, and what is to be made of it."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib.postgres.forms import SimpleArrayField

from claims.admin.fields import ClaimField
from claims.ruleset.vocabulary import Checkability, ClaimType, Modality

LONG: Final = {"class": "vLargeTextField"}


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


class MarkForm(forms.Form):
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


class AttachForm(forms.Form):
    """The passage is another place of a claim that is known."""

    claim = ClaimField(
        help_text="CLM-12 or its key, of this article or another.",
        widget=forms.TextInput(attrs={"list": "claims-here", "autocomplete": "off"}),
    )
