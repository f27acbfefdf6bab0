"""Choosing a publication or trial by typing: what is not stored yet may be added by its number.

Typing only reads. An offer such as "PMID 123 - not stored yet: add it and queue its fetch" stands in
the form as "new:123"; it is made known when the form is saved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.contrib.admin.sites import AdminSite
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model
from django.http import HttpRequest

from sources.actions.publications import UnknownIdentifier, ensure_publication, read_identifier
from sources.actions.trials import ensure_trial
from sources.identifiers import IllegalIdentifier, parse_registry_id
from sources.models import Publication, Service, Trial
from sources.tasks import wake

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NEW: Final = "new:"
WORDS_BEFORE: Final = re.compile(r"\A\s*(?:PMID|DOI|PMCID)\s*:?\s*(?=\S)", re.IGNORECASE)
#: What is typed as a number of a publication or trial, right or wrong, and not as words.
A_NUMBER: Final = re.compile(
    r"\A\s*(?:[0-9]+[a-z]?\s*\Z|PMC\s*[0-9]|10\.[0-9]|https?://|NCT|ISRCTN|ACTRN|DRKS)", re.I
)


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of source is named by what a person types."""

    read: Callable[[str], tuple[str, str]]
    ensure: Callable[..., Any]
    fetched_by: Callable[[str], Service | None]


def _read_publication(typed: str) -> tuple[str, str]:
    return read_identifier(WORDS_BEFORE.sub("", typed))


def _read_trial(typed: str) -> tuple[str, str]:
    return "registry_id", parse_registry_id(typed).id


def _pubmed(identifier: str) -> Service | None:
    return Service.PUBMED if identifier.isdigit() else None


def _registry(identifier: str) -> Service | None:
    return Trial(registry=parse_registry_id(identifier).registry).service


KINDS: Final[dict[type[Model], Kind]] = {
    Publication: Kind(_read_publication, ensure_publication, _pubmed),
    Trial: Kind(_read_trial, ensure_trial, _registry),
}
ILLEGAL: Final = (UnknownIdentifier, IllegalIdentifier)


def offer(model: type[Model], typed: str) -> dict[str, Any] | None:
    """Return a line of the list for a number that is not stored, or that is not one; else None."""
    kind = KINDS[model]
    number = WORDS_BEFORE.sub("", typed)
    if not A_NUMBER.match(number):
        return None
    try:
        field, value = kind.read(number)
    except ILLEGAL as error:
        # The list leaves out lines without an id, so this one has an id that cannot be chosen.
        return {"id": "illegal", "text": str(error), "disabled": True}
    if model._default_manager.filter(**{field: value}).exists():
        return None
    return {"id": f"{NEW}{value}", "text": label_of_new(model, value)}


def label_of_new(model: type[Model], value: str) -> str:
    field, number = KINDS[model].read(value)
    name = str(model(**{field: number}))
    if KINDS[model].fetched_by(value) is None:
        return f"{name} - not stored yet: add it (it cannot be fetched by this number)"
    return f"{name} - not stored yet: add it and queue its fetch"


def stored(source: Any, *, by: User, now: datetime) -> Any:
    """Return the chosen source, made known and its fetch queued if it was not stored; None for None."""
    if source is None or source.pk is not None:
        return source
    kind = KINDS[type(source)]
    identifier = source.registry_id if isinstance(source, Trial) else source.public_id
    known = kind.ensure(identifier, by=by, now=now)
    service = kind.fetched_by(identifier)
    if service:
        wake(service)
    return known


class SourceSelect(AutocompleteSelect):
    """An autocomplete list in which a number that is not stored yet can stand as chosen."""

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        # A primary key that is no number would stop the query, so only digits go there.
        groups = super().optgroups(name, [v for v in value if v.isdigit() or not v], attr)
        for chosen in value:
            if chosen.startswith(NEW):
                label = self.choices.field.label_of_new(chosen)
                groups[0][1].append(self.create_option(name, chosen, label, True, 0))
        return groups


class SourceChoiceField(forms.ModelChoiceField):
    """A stored publication or trial, or one that is not stored yet: an instance without a pk."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith(NEW):
            return self._unsaved(value.removeprefix(NEW))
        return super().to_python(value)

    def label_of_new(self, chosen: str) -> str:
        try:
            return label_of_new(self._model, chosen.removeprefix(NEW))
        except ILLEGAL:
            return chosen

    @property
    def _model(self) -> type[Model]:
        return cast(Any, self.queryset).model  # type: ignore[no-any-return]  # a field without choices has none

    def _unsaved(self, typed: str) -> Model:
        model = self._model
        try:
            field, value = KINDS[model].read(typed)
        except ILLEGAL as error:
            raise forms.ValidationError(str(error), code="illegal") from error
        found: Model | None = model._default_manager.filter(**{field: value}).first()
        return found or model(**{field: value})


class OfferingMixin:
    """The admin of a kind of source: what the list under an autocomplete field may offer to add."""

    def offer(self, request: HttpRequest, typed: str) -> dict[str, Any] | None:
        if not self.has_add_permission(request):  # type: ignore[attr-defined]  # the admin's
            return None
        return offer(self.model, typed)  # type: ignore[attr-defined]


class SourceLookupMixin:
    """An admin or inline whose autocompletes of publications and trials take new numbers too."""

    admin_site: AdminSite

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        autocompletes = self.get_autocomplete_fields(request)  # type: ignore[attr-defined]  # the admin's
        if db_field.related_model in KINDS and db_field.name in autocompletes:
            kwargs["form_class"] = SourceChoiceField
            kwargs["widget"] = SourceSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if db_field.related_model in KINDS and field is not None:
            # Typing the number is how one is added: no buttons that open windows.
            for button in ("add", "change", "view", "delete"):
                setattr(field.widget, f"can_{button}_related", False)
        return field


class SourceForm(forms.ModelForm):
    """A form whose source may not be stored yet; the database checks it once it is."""

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # Django's own hook
        if any(_is_new(value) for value in self.cleaned_data.values()):
            # What is chosen has no pk yet, so "one or the other" cannot be judged.
            excluded |= {"publication", "trial"}
        return excluded


def _is_new(value: Any) -> bool:
    return isinstance(value, Model) and type(value) in KINDS and value.pk is None
