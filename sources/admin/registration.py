"""What changed in registrations: a list to work through, each change with both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator

from sources.actions.registrations import AlreadyAcknowledged, NoNote, acknowledge
from sources.admin.desk import ReadOnlyAdmin
from sources.admin.tools import tool
from sources.models import RegistrationChange

if TYPE_CHECKING:
    from django.contrib.auth.models import User

REFUSED: Final = (AlreadyAcknowledged, NoNote)


class NoteForm(forms.Form):
    """Asks what the change means for what is judged here."""

    note = forms.CharField(
        label="What it means for us",
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Kept with your name, and shown as looked at on the trial's page.",
    )


def _is_open(change: RegistrationChange) -> bool:
    return change.is_open


@admin.register(RegistrationChange)
class RegistrationChangeAdmin(ReadOnlyAdmin):
    list_display = ("what", "before_short", "after_short", "basis", "noticed_at", "seen_by")
    list_filter = (
        ("acknowledged_at", admin.EmptyFieldListFilter),
        "field",
        "basis",
        "trial__registry",
    )
    list_select_related = ("trial", "acknowledged_by")
    search_fields = ("trial__registry_id", "trial__acronym", "trial__title", "note")
    date_hierarchy = "noticed_at"
    fields = (
        "trial",
        "field",
        "then",
        "now",
        "basis",
        "noticed_at",
        "update_posted",
        "acknowledged_by",
        "acknowledged_at",
        "note",
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see trials may see what changed of them."""
        return request.user.has_perm("sources.view_trial")

    def has_acknowledge_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("sources.change_publication")

    @tool("Acknowledge", form=NoteForm, permission="acknowledge", shown=_is_open, refusals=REFUSED)
    def acknowledge(
        self, request: HttpRequest, change: RegistrationChange, given: dict[str, Any]
    ) -> str:
        """Says that you have looked at this change. No assessment and no verdict is changed by it."""
        _acknowledge(request, [change], given)
        return f"{change.trial}: {change.get_field_display()} is acknowledged."

    @tool(
        "Acknowledge all of this trial",
        form=NoteForm,
        permission="acknowledge",
        shown=_is_open,
        refusals=REFUSED,
    )
    def acknowledge_all(
        self, request: HttpRequest, change: RegistrationChange, given: dict[str, Any]
    ) -> str:
        """Says that you have looked at all open changes of this trial, with one note for all."""
        changes = list(RegistrationChange.objects.open().filter(trial=change.trial_id))
        _acknowledge(request, changes, given)
        return f"{len(changes)} changes of {change.trial} are acknowledged."

    @admin.display(description="what", ordering="trial")
    def what(self, change: RegistrationChange) -> str:
        return f"{change.trial}: {change.get_field_display()}"

    @admin.display(description="then")
    def before_short(self, change: RegistrationChange) -> str:
        return Truncator(change.before_text).chars(80)

    @admin.display(description="now")
    def after_short(self, change: RegistrationChange) -> str:
        return Truncator(change.after_text).chars(80)

    @admin.display(description="then")
    def then(self, change: RegistrationChange) -> str:
        return change.before_text

    @admin.display(description="now")
    def now(self, change: RegistrationChange) -> str:
        return change.after_text

    @admin.display(description="looked at", ordering="acknowledged_at")
    def seen_by(self, change: RegistrationChange) -> str:
        if change.acknowledged_at is None:
            return "not yet"
        by = cast("User", change.acknowledged_by)
        return format_html("{}, {}", by.get_username(), change.acknowledged_at.date())


def _acknowledge(
    request: HttpRequest, changes: list[RegistrationChange], given: dict[str, Any]
) -> None:
    by = cast("User", request.user)
    acknowledge(changes, by=by, now=timezone.now(), note=given["note"])
