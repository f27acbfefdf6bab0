"""What a refetched registration tells of itself: numbers that were merged, and what has changed.

What changed is recorded and shown; no judgement of a reviewer is touched by it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import pghistory
from django.db import transaction

from sources import clinicaltrials_json, isrctn_xml
from sources.models import Payload, RegistrationAlias, RegistrationChange, Service, Trial
from sources.registration import Malformed, TrialRecord

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Field = RegistrationChange.Field
Basis = RegistrationChange.Basis

#: What curators may have recorded of a trial that had not been fetched yet.
CURATED: Final = (Field.ENROLLMENT,)


class AlreadyAcknowledged(Exception):
    """Somebody else has acknowledged this change in the meantime."""


class NoNote(Exception):
    """A change is acknowledged with a note that says what it means here."""


def parse_payload(service: Service, number: str, content: bytes) -> TrialRecord | None:
    """Return the record that stored bytes are, as today's parser reads them."""
    if service == Service.ISRCTN:
        return isrctn_xml.parse_answer(content, number)
    return clinicaltrials_json.parse_study(content)


def note_changes(
    trial: Trial, record: TrialRecord, *, parser_version: str, service: Service, now: datetime
) -> list[RegistrationChange]:
    """Record in what a fetched registration differs from what was known, before it is stored.

    A better parser is no change at the registry: what another one has read is read again from the
    bytes. A trial that was never fetched is compared with what curators recorded of it.
    """
    if not trial.is_fetched:
        before, basis = _curated(trial), Basis.CURATED
    elif trial.parser_version == parser_version:
        before, basis = _stored(trial), Basis.REGISTERED
    else:
        before, basis = _read_again(trial, service), Basis.REGISTERED
    found = _changes(trial, before, record, basis=basis, now=now)
    return RegistrationChange.objects.bulk_create(found)


def _curated(trial: Trial) -> dict[str, Any]:
    return {name: value for name in CURATED if (value := getattr(trial, name)) is not None}


def _stored(trial: Trial) -> dict[str, Any]:
    # An empty text is what the registry does not say.
    values = {name: getattr(trial, name) for name in Field.values}
    return {name: None if value == "" else value for name, value in values.items()}


def _read_again(trial: Trial, service: Service) -> dict[str, Any]:
    """Return the last answer as today's parser reads it; nothing when it cannot be read any more."""
    payload = Payload.objects.filter(service=service, sha256=trial.payload_sha256).first()
    try:
        record = payload and parse_payload(service, trial.registry_id, payload.content)
    except Malformed:
        record = None
    return asdict(record) if record else {}


def _changes(
    trial: Trial, before: Mapping[str, Any], record: TrialRecord, *, basis: Basis, now: datetime
) -> list[RegistrationChange]:
    after = asdict(record)
    return [
        RegistrationChange(
            trial=trial,
            field=name,
            before=before[name],
            after=after[name],
            basis=basis,
            noticed_at=now,
            update_posted=record.last_update_posted or "",
        )
        for name in Field.values
        if name in before and before[name] != after[name]
    ]


def note_aliases(trial: Trial, numbers: Collection[str], *, now: datetime) -> list[Trial]:
    """Remember numbers that lead to this trial; return the other trials here that still have one."""
    others = list(Trial.objects.filter(registry_id__in=numbers).exclude(pk=trial.pk))
    taken = {other.registry_id for other in others}
    free = [number for number in dict.fromkeys(numbers) if number not in taken]
    known = RegistrationAlias.objects.filter(registry_id__in=free).values_list(
        "registry_id", flat=True
    )
    RegistrationAlias.objects.bulk_create(
        RegistrationAlias(registry_id=number, trial=trial, noticed_at=now)
        for number in set(free) - set(known)
        if number != trial.registry_id
    )
    return others


@transaction.atomic
def acknowledge(
    changes: Collection[RegistrationChange], *, by: User, now: datetime, note: str
) -> int:
    """Say that changes have been looked at and what they mean here; return how many there were.

    Raises NoNote without a note, and AlreadyAcknowledged, with nothing written, if one of them is.
    """
    if not note.strip():
        raise NoNote("Say in a note what the change means for us.")
    keys = [change.pk for change in changes]
    with pghistory.context(user=by.pk, reason=note.strip()):
        written = (
            RegistrationChange.objects.open()
            .filter(pk__in=keys)
            .update(acknowledged_by=by, acknowledged_at=now, note=note.strip())
        )
    if written != len(keys):
        raise AlreadyAcknowledged("Somebody has acknowledged a change of these already.")
    return written
