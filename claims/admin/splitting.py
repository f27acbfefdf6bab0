"""Splitting a claim into parts: each with its own statement, and with its share of the evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from claims.actions.errors import Outdated, Refused
from claims.actions.splitting import NewPart, refuse_judged, split_claim
from claims.models import Claim
from claims.ruleset.vocabulary import Checkability, ClaimState, ClaimType
from sources.admin.tools import Tool, ToolsAdmin, tool

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_PARTS: Final = 6
SHOWN_PARTS: Final = 3
CORE, ESSENTIAL, EXTRA = "core", "essential", "extra"
ROLES: Final = (
    (ESSENTIAL, "essential"),
    (CORE, "essential, and the core of the claim"),
    (EXTRA, "not essential"),
)
WIDE: Final = {"class": "vTextField"}


class SplitForm(forms.Form):
    """Up to six parts, and for each evidence item of the claim the part it goes to."""

    opened = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, whole: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whole = whole
        for number in range(1, MOST_PARTS + 1):
            self.fields |= _part_fields(number, whole)
        self.items = list(whole.evidence.select_related("publication", "trial").order_by("pk"))
        for item in self.items:
            self.fields[f"item-{item.pk}"] = _item_field(item)

    def parts(self) -> Iterator[tuple[int, list[Any]]]:
        """Yield each part's number and its fields."""
        for number in range(1, MOST_PARTS + 1):
            yield number, [self[f"{name}-{number}"] for name in PART]

    @property
    def shown(self) -> list[tuple[int, list[Any]]]:
        return [row for row in self.parts() if row[0] <= SHOWN_PARTS or row[1][0].value()]

    @property
    def folded(self) -> list[tuple[int, list[Any]]]:
        """The parts that are not needed yet."""
        return [row for row in self.parts() if row[0] > SHOWN_PARTS and not row[1][0].value()]

    def shares(self) -> list[Any]:
        return [self[f"item-{item.pk}"] for item in self.items]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        numbers = [n for n in range(1, MOST_PARTS + 1) if given.get(f"statement-{n}")]
        place = {number: index for index, number in enumerate(numbers)}
        evidence = {}
        for item in self.items:
            chosen = given.get(f"item-{item.pk}")
            if chosen and int(chosen) in place:
                evidence[item.pk] = place[int(chosen)]
        return {
            "opened": given.get("opened", ""),
            "parts": [_new_part(given, number) for number in numbers],
            "evidence": evidence,
        }


PART: Final = ("statement", "claim_type", "role", "passage", "key")


def _part_fields(number: int, whole: Claim) -> dict[str, forms.Field]:
    area = forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})
    fields = (
        forms.CharField(label=f"Part {number}", required=False, max_length=300, widget=area),
        forms.ChoiceField(label="Type", choices=ClaimType.choices(), initial=whole.claim_type),
        forms.ChoiceField(label="Role", choices=ROLES),
        forms.CharField(
            label="Its own words in the text",
            required=False,
            widget=forms.TextInput(attrs=WIDE),
            help_text="Paste them, or leave it empty: it stands where the whole does.",
        ),
        forms.SlugField(
            label="Key", required=False, max_length=100, widget=forms.TextInput(attrs=WIDE)
        ),
    )
    return {f"{name}-{number}": field for name, field in zip(PART, fields, strict=True)}


def _item_field(item: Any) -> forms.Field:
    choices = [("", "-"), *((str(n), f"part {n}") for n in range(1, MOST_PARTS + 1))]
    label = f"{item.key}: {item.source}, {item.finding}"
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _new_part(given: dict[str, Any], number: int) -> NewPart:
    role = given.get(f"role-{number}")
    return NewPart(
        statement=given[f"statement-{number}"],
        claim_type=given.get(f"claim_type-{number}", ""),
        is_core=role == CORE,
        is_essential=role in (CORE, ESSENTIAL),
        key=given.get(f"key-{number}", ""),
        passage=given.get(f"passage-{number}", "").strip(),
    )


def _may_have_parts(claim: Claim) -> bool:
    is_open = claim.state != ClaimState.WITHDRAWN
    return is_open and claim.parent_id is None and claim.checkability == Checkability.CHECKABLE


class SplittingMixin(ToolsAdmin):
    """The admin of claims: the tool that splits one."""

    @tool(
        "Split into parts",
        form=SplitForm,
        permission="split",
        shown=_may_have_parts,
        refusals=(Refused,),
        template="admin/claims/claim/split.html",
    )
    def split(self, request: HttpRequest, claim: Claim, given: dict[str, Any]) -> str:
        """A compound claim says several things at once. Its verdict then follows from those of its
        parts: supported if all essential ones are, contested if the core is. The parts are drafts
        until they are put in review. The claim's searches, citations and earlier verdicts stay with it."""
        by, now = cast("User", request.user), timezone.now()
        try:
            parts = split_claim(claim, **given, by=by, now=now)
        except Outdated:
            # Having been told, the person may send the form again.
            given["opened"] = Claim.objects.get(pk=claim.pk).family_token
            raise
        return f"{claim.public_id} has the parts {', '.join(part.public_id for part in parts)}."

    def has_split_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = request.user
        return user.has_perm("claims.add_claim") and user.has_perm("claims.change_claim")

    def tool_form(self, request: HttpRequest, record: models.Model, tool: Tool) -> forms.Form:
        if tool.form is not SplitForm:
            return super().tool_form(request, record, tool)
        whole = cast(Claim, record)
        initial = {"opened": whole.family_token}
        return SplitForm(request.POST or None, whole=whole, initial=initial)

    def tool_context(self, tool: Tool, record: models.Model) -> dict[str, Any]:
        context = super().tool_context(tool, record)
        if tool.form is not SplitForm:
            return context
        try:
            refuse_judged(cast(Claim, record))
        except Refused as error:
            return {**context, "hindrance": str(error)}
        return context
