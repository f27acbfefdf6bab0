"""The form in which certainty is rated: a start level, and a step with its reason for each domain of GRADE."""

from __future__ import annotations

import json
from typing import Any, Final

from django import forms

from claims.models import Claim, Verdict
from claims.ruleset.grade import DOMAINS, FRAMEWORK, LEVELS, Domain, certainty
from claims.ruleset.vocabulary import Framework

REASON: Final = "_reason"
FRAMEWORKS: Final = [(each.value, each.label) for each in Framework if each != Framework.NONE]


class RateCertaintyForm(forms.Form):
    """Cleans to what `rate_certainty` takes: framework, start_level, domains, reasons, summary."""

    framework = forms.ChoiceField(choices=FRAMEWORKS)
    start_level = forms.TypedChoiceField(
        coerce=int,
        choices=[
            (number, f"{number} - {name.label}")
            for number, name in sorted(LEVELS.items(), reverse=True)
        ],
        help_text="4 for randomised trials and controlled experiments, 2 for observational studies.",
    )
    summary = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="How the claim stands, in plain language for readers.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for domain in DOMAINS:
            self.fields[domain.name] = _step_field(domain)
            self.fields[domain.name + REASON] = forms.CharField(
                required=False,
                label=f"Why: {_title(domain)}",
                widget=forms.TextInput(attrs={"class": "vTextField"}),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        domains = {domain.name: given.get(domain.name) for domain in DOMAINS}
        reasons = {domain.name: given.get(domain.name + REASON, "") for domain in DOMAINS}
        for name, step in domains.items():
            if step and not reasons[name]:
                self.add_error(name + REASON, "Say why the certainty is moved by this.")
        rest = {name: given.get(name) for name in ("framework", "start_level", "summary")}
        return {**rest, "domains": domains, "reasons": reasons}

    def beginning(self) -> list[forms.BoundField]:
        return [self["framework"], self["start_level"]]

    def rows(self) -> list[tuple[Domain, forms.BoundField, forms.BoundField]]:
        """Return each domain with the fields of its step and its reason."""
        return [(each, self[each.name], self[each.name + REASON]) for each in DOMAINS]

    def resulting(self) -> str:
        """Return the certainty that the values in the form give, in words; empty while they are illegal."""
        try:
            steps = {each.name: int(self[each.name].value()) for each in DOMAINS}
            return certainty(int(self["start_level"].value()), steps).label
        except (TypeError, ValueError):
            return ""


def _step_field(domain: Domain) -> forms.IntegerField:
    return forms.IntegerField(
        initial=0,
        min_value=domain.lowest,
        max_value=domain.highest,
        label=_title(domain),
        help_text=domain.question,
    )


def _title(domain: Domain) -> str:
    return domain.name.replace("_", " ").capitalize()


def first_rating(claim: Claim) -> dict[str, Any]:
    """Return what the form starts with: the rating of the newest version, else the type's framework."""
    start = {"framework": FRAMEWORK[claim.claim_type].value, "start_level": 4}
    newest = Verdict.objects.filter(claim=claim, basis="today").order_by("-version").first()
    if newest is None:
        return start
    start["summary"] = newest.summary
    if newest.domains is None:
        return start
    reasons = {f"{name}{REASON}": why for name, why in newest.domain_reasons.items()}
    return {
        **start,
        "framework": newest.framework,
        "start_level": newest.start_level,
        **newest.domains,
        **reasons,
    }


def levels_json() -> str:
    """Return the names of the levels by their numbers, for the page to add up by itself."""
    return json.dumps({number: name.label for number, name in LEVELS.items()})
