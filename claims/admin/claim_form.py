"""The form of a claim: keeps what two people type at once from undoing each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, cast

from django import forms
from django.http import QueryDict

from claims.models import Claim
from sources.admin import history
from sources.admin.desk import DeskForm

#: What the form asks for beside the claim's own fields.
OWN_FIELDS: Final = ("why", "opened_at")
PICO: Final = ("population", "exposure", "comparator", "outcome")


class ClaimForm(DeskForm):
    """A claim's words and kind. Its state is changed by buttons, its key never."""

    why = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Why you change it: kept in the history, with your name.",
    )
    opened_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("statement", *PICO, "note"):
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = 3
        if self.instance.pk:
            self.fields["opened_at"].initial = self.instance.updated_at.isoformat()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk:
            self._refuse_lost_update(self.data.get("opened_at", ""))
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        """The fields that were changed, with their new values."""
        changed = [name for name in self.changed_data if name not in OWN_FIELDS]
        return {name: self.cleaned_data[name] for name in changed}

    def _refuse_lost_update(self, opened_at: str) -> None:
        """Refuse to write over what someone else has saved since this form was opened."""
        # The lock lets two who save at the same moment pass one after the other.
        rows = Claim.objects.select_for_update(of=("self",)).filter(pk=self.instance.pk)
        current = rows.values_list("updated_at", flat=True)[0]
        if current == _moment(opened_at):
            return
        data = cast(QueryDict, self.data).copy()
        data["opened_at"] = current.isoformat()
        self.data = data
        raise forms.ValidationError([_HEADING, *self._changes_since(_moment(opened_at)), _KEPT])

    def _changes_since(self, opened_at: datetime | None) -> list[str]:
        events = history.events_of(self.instance)
        if events is None or opened_at is None:
            return []
        newer = list(events.filter(updated_at__gt=opened_at))
        before = events.filter(updated_at__lte=opened_at).first()
        return [
            f"{change.who or 'Somebody'} changed {difference.field} from “{difference.before}” "
            f"to “{difference.after}”."
            for change in history.changes(newer, before)
            for difference in change.differences
        ]


_HEADING = "This claim was changed since you opened it."
_KEPT = "What you typed is kept below. Save again to put it in place of the above."


def _moment(isoformat: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(isoformat)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
