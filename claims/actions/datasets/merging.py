"""Merges what a data set says into rows, field by field, three ways: said now, said last, stored.

A field is written only if nobody has changed it since the data set last wrote it. A row that was made
here first is taken on: its empty fields are filled, the others stay.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from claims.actions.datasets.report import Kept, Report
from claims.models import DatasetEntry

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_Row = models.Model
_Find = Callable[[Collection["Wanted"]], Mapping[str, _Row]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry of the data set as columns: `values` are merged, `fixed` only written to a new row."""

    key: str
    values: Mapping[str, Any]
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, Any]:
        return {**self.fixed, **self.values}


@dataclass(slots=True)
class Load:
    """One load under way: who and when, the entries of earlier loads, and the rows' keys so far."""

    by: User
    now: datetime
    report: Report
    entries: dict[str, dict[str, DatasetEntry]]
    ids: dict[str, dict[str, int]] = field(default_factory=dict)
    new_entries: list[DatasetEntry] = field(default_factory=list)
    changed_entries: list[DatasetEntry] = field(default_factory=list)

    def id_of(self, kind: str, key: str | None) -> int | None:
        return None if key is None else self.ids[kind].get(key)

    def remember(self, kind: str, key: str, row: int, loaded: Mapping[str, Any]) -> None:
        """Note what was written for this entry, if it is not what was written last time."""
        entry = self.entries.get(kind, {}).get(key)
        if entry is None:
            entry = DatasetEntry(
                dataset=self.report.dataset,
                kind=kind,
                key=key,
                object_id=row,
                loaded=dict(loaded),
                loaded_at=self.now,
            )
            self.entries.setdefault(kind, {})[key] = entry
            self.new_entries.append(entry)
        elif (entry.object_id, entry.loaded) != (row, loaded):
            entry.object_id, entry.loaded, entry.loaded_at = row, dict(loaded), self.now
            self.changed_entries.append(entry)

    def store_entries(self) -> None:
        DatasetEntry.objects.bulk_create(self.new_entries)
        DatasetEntry.objects.bulk_update(
            self.changed_entries, ["object_id", "loaded", "loaded_at"], batch_size=500
        )


@dataclass(frozen=True, slots=True)
class Merge:
    """How rows of one kind are merged.

    `find` finds rows that were made here first, `leave` names the columns of a row that are no
    longer the data set's to say, and `supersede` is set where a row is never edited, only followed
    by another: it puts a row out of force and says whether that was still possible.
    """

    kind: str
    model: type[_Row]
    find: _Find = lambda wanted: {}
    leave: Callable[[Any], Collection[str]] = lambda row: ()
    supersede: Callable[[Any], bool] | None = None

    def run(self, load: Load, wanted: Iterable[Wanted]) -> None:
        """Merge these entries; afterwards `load.ids` knows their rows."""
        wanted = list(wanted)
        entries = load.entries.get(self.kind, {})
        known = [each for each in wanted if each.key in entries]
        unknown = [each for each in wanted if each.key not in entries and self._is_whole(each)]
        rows = self._objects.in_bulk([entries[each.key].object_id for each in known])
        ids = load.ids.setdefault(self.kind, {})
        for each in known:
            entry = entries[each.key]
            row = rows.get(entry.object_id)
            if row is None:
                self._keep(load, each, ("removed",))
            else:
                ids[each.key] = self._merge(load, each, row, entry.loaded)
        found = self.find(unknown) if unknown else {}
        for each in unknown:
            if each.key in found:
                ids[each.key] = self._merge(load, each, found[each.key], self._blank(each))
        self._create(load, [each for each in unknown if each.key not in found])

    def _is_whole(self, wanted: Wanted) -> bool:
        """Whether all that the entry must refer to is still there."""
        columns = {field.attname: field for field in self.model._meta.concrete_fields}
        return all(
            value is not None or columns[name].null for name, value in wanted.columns.items()
        )

    @property
    def _objects(self) -> Any:
        return self.model._default_manager

    def _create(self, load: Load, wanted: list[Wanted]) -> None:
        rows = self._objects.bulk_create([self.model(**each.columns) for each in wanted])
        for each, row in zip(wanted, rows, strict=True):
            load.ids[self.kind][each.key] = row.pk
            load.remember(self.kind, each.key, row.pk, plain(each.values))
        load.report.tallies[self.kind].created += len(rows)

    def _merge(self, load: Load, wanted: Wanted, row: Any, loaded: Mapping[str, Any]) -> int:
        """Write what may be written to a row; return the key of the row that is in force."""
        left = self.leave(row)
        values = {name: value for name, value in wanted.values.items() if name not in left}
        stored = plain({name: getattr(row, name) for name in values})
        said = plain(values)
        differing = [name for name in values if stored[name] != said[name]]
        free = [name for name in differing if name in loaded and stored[name] == loaded[name]]
        edited = tuple(name for name in differing if name not in free)
        if free:
            written = self._write(load, wanted, row, {name: values[name] for name in free})
            row, edited = (row, (*edited, *free)) if written is None else (written, edited)
        now_loaded = {**loaded, **{name: said[name] for name in said if name not in edited}}
        load.remember(self.kind, wanted.key, row.pk, now_loaded)
        self._count(load, wanted, changed=bool(set(free) - set(edited)), edited=edited)
        return int(row.pk)

    def _write(self, load: Load, wanted: Wanted, row: Any, values: Mapping[str, Any]) -> Any | None:
        """Return the row that now holds the values, or None if someone was faster."""
        if self.supersede:
            if not self.supersede(row):
                return None
            current = {name: getattr(row, name) for name in wanted.values}
            return self._objects.create(**{**wanted.fixed, **current, **values})
        as_it_was = {name: getattr(row, name) for name in values}
        if not self._matching(row, as_it_was).update(**values, **self._touched(load.now)):
            return None
        return row

    def _matching(self, row: Any, values: Mapping[str, Any]) -> Any:
        """Find the row only if it still holds these values: the condition is the lock."""
        conditions = {
            f"{name}__isnull" if value is None else name: True if value is None else value
            for name, value in values.items()
        }
        return self._objects.filter(pk=row.pk, **conditions)

    def _touched(self, now: datetime) -> dict[str, datetime]:
        has_time = any(each.name == "updated_at" for each in self.model._meta.fields)
        return {"updated_at": now} if has_time else {}

    def _blank(self, wanted: Wanted) -> dict[str, Any]:
        """What a field holds that nobody has filled in."""
        empty = self.model()
        return plain({name: getattr(empty, name) for name in wanted.values})

    def _count(self, load: Load, wanted: Wanted, *, changed: bool, edited: tuple[str, ...]) -> None:
        tally = load.report.tallies[self.kind]
        tally.changed += changed
        tally.unchanged += not changed and not edited
        if edited:
            self._keep(load, wanted, edited)

    def _keep(self, load: Load, wanted: Wanted, fields: tuple[str, ...]) -> None:
        load.report.kept.append(Kept(self.kind, wanted.key, fields))
        load.report.tallies[self.kind].kept += 1


def by_fixed(rows: Any, wanted: Collection[Wanted], *names: str) -> dict[str, Any]:
    """Find the rows whose columns of these names are those of an entry, by its key."""
    keys = {tuple(w.fixed[name] for name in names): w.key for w in wanted}
    near = rows.filter(**{f"{names[0]}__in": {values[0] for values in keys}})
    found = {tuple(getattr(row, name) for name in names): row for row in near}
    return {keys[values]: row for values, row in found.items() if values in keys}


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as JSON has them, so that said, stored and loaded can be compared."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value
