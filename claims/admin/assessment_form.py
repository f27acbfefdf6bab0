"""The form in which a reviewer judges an evidence item."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from claims.admin.fields import LinesField
from claims.models import Assessment, EvidenceItem
from claims.ruleset.vocabulary import DirectnessReason, RobLevel, StudyDesign

SHORTEST_QUOTE: Final = 20
#: What PubMed says of a paper's kind, most telling first.
DESIGNS: Final = {
    "Meta-Analysis": StudyDesign.META_ANALYSIS,
    "Systematic Review": StudyDesign.SYSTEMATIC_REVIEW,
    "Randomized Controlled Trial": StudyDesign.RCT,
    "Case Reports": StudyDesign.CASE_REPORT,
    "Practice Guideline": StudyDesign.GUIDELINE,
    "Guideline": StudyDesign.GUIDELINE,
    "Review": StudyDesign.NARRATIVE_REVIEW,
    "Editorial": StudyDesign.OPINION,
    "Comment": StudyDesign.OPINION,
}


class DomainsField(LinesField):
    """The domains of a risk-of-bias tool, one a line: "randomisation: low"."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return "\n".join(f"{name}: {level}" for name, level in value.items())
        return value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, dict):
            return value
        return dict(self._domain(line) for line in super().to_python(value))

    def _domain(self, line: str) -> tuple[str, str]:
        name, _, level = (part.strip() for part in line.rpartition(":"))
        if not name or level not in set(RobLevel):
            raise forms.ValidationError(
                f"“{line}”: write a domain, a colon and one of {', '.join(RobLevel)}."
            )
        return name, level


class AssessmentForm(forms.ModelForm):
    """One's own judgement of an item; it is submitted when it is saved."""

    directness_reasons = forms.MultipleChoiceField(
        required=False,
        choices=DirectnessReason.choices(),
        widget=forms.CheckboxSelectMultiple,
        label="Indirect in",
        help_text="For indirect evidence, at least one: where it differs from the claim.",
    )
    rob_domains = DomainsField(
        required=False,
        label="Risk-of-bias domains",
        help_text="One a line: the domain, a colon, and low, some_concerns or high.",
    )
    quotes = LinesField(
        required=False,
        label="Quotes",
        help_text=(
            "Verbatim passages of the abstract that the judgement rests on, one a line, "
            f"at least {SHORTEST_QUOTE} characters each. They are checked against the stored text."
        ),
    )

    class Meta:
        model = Assessment
        fields = (*Assessment.AXES, "rationale")
        labels = {
            "sample_size": "Number of people (n)",
            "effect_outcome": "Outcome",
            "effect_measure": "Measure",
            "effect_estimate": "Estimate",
            "effect_ci_low": "Interval from",
            "effect_ci_high": "to",
            "effect_ci_level": "Level",
            "effect_p": "p",
            "rob_tool": "Tool",
            "rob_reason": "Why",
        }
        widgets = {
            "effect_outcome": forms.TextInput(attrs={"class": "vTextField"}),
            "rob_reason": forms.Textarea(attrs={"rows": 2, "cols": 80}),
            "rationale": forms.Textarea(attrs={"rows": 4, "cols": 80}),
        }

    def clean_quotes(self) -> list[str]:
        quotes: list[str] = self.cleaned_data["quotes"]
        short = [quote for quote in quotes if len(quote) < SHORTEST_QUOTE]
        if short:
            raise forms.ValidationError(
                [f"“{quote}” is shorter than {SHORTEST_QUOTE} characters." for quote in short]
            )
        if len(set(quotes)) < len(quotes):
            raise forms.ValidationError("The same quote stands here twice.")
        return quotes

    @property
    def judgement(self) -> dict[str, Any]:
        """The axes as the action takes them."""
        return {axis: self.cleaned_data[axis] for axis in Assessment.AXES}


def first_values(item: EvidenceItem, own: Assessment | None) -> dict[str, Any]:
    """Return what the form starts with: one's present assessment, else what the source says."""
    if own is not None:
        values = {name: getattr(own, name) for name in (*Assessment.AXES, "rationale")}
        return {**values, "quotes": [quote.text for quote in own.quotes.all()]}
    source = item.publication
    if source is None:
        return {"sample_size": item.trial.enrollment if item.trial else None}
    return {
        "study_design": source.study_design or _design(source),
        "sample_size": source.sample_size,
    }


def _design(publication: Any) -> str:
    names = {each.get("name") for each in publication.publication_types}
    return next((design.value for name, design in DESIGNS.items() if name in names), "")
