"""Storing what a registry sends, and making trials known."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from sources import clinicaltrials_json, isrctn_xml
from sources.actions.fetching import request_fetch
from sources.actions.identity import note_registration
from sources.actions.payloads import keep_payloads
from sources.actions.registrations import note_aliases, note_changes
from sources.identifiers import parse_registry_id
from sources.models import Payload, RegistrationAlias, Service, Trial
from sources.registration import TrialRecord
from sources.titles import same_title

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PARSER_VERSIONS: Final = {
    Service.CLINICALTRIALS: clinicaltrials_json.PARSER_VERSION,
    Service.ISRCTN: isrctn_xml.PARSER_VERSION,
}
TEXT: Final = (
    "official_title",
    "status",
    "last_known_status",
    "why_stopped",
    "study_type",
    "allocation",
    "masking",
    "intervention_model",
    "primary_purpose",
    "enrollment_type",
    "start_date",
    "start_date_type",
    "primary_completion_date",
    "primary_completion_date_type",
    "completion_date",
    "completion_date_type",
    "first_posted",
    "results_first_posted",
    "last_update_posted",
    "sponsor",
)
SAME_NAME: Final = (
    "phases",
    "enrollment",
    "arms",
    "interventions",
    "conditions",
    "primary_outcomes",
    "secondary_outcomes",
    "collaborators",
    "references",
    "has_results",
    "posted_results",
)


def store_trial(
    service: Service, identifier: str, record: TrialRecord, raw: bytes, *, now: datetime
) -> Trial:
    """Write a fetched registration over what was known. `identifier` is what was asked for:
    the registry answers an old number with the study that it has become part of.

    Runs inside the caller's transaction. What has changed is noted first.
    """
    trial = _locked(service, identifier, record.registry_id)
    note_changes(trial, record, parser_version=PARSER_VERSIONS[service], service=service, now=now)
    for name in SAME_NAME:
        setattr(trial, name, getattr(record, name))
    for name in TEXT:
        setattr(trial, name, getattr(record, name) or "")
    trial.title = record.brief_title or trial.title
    trial.unread = record.unknown
    _name(trial, record)
    _check_identity(trial, record)
    trial.fetched_at = now
    trial.parser_version = PARSER_VERSIONS[service]
    trial.payload_sha256 = Payload.digest(raw)
    trial.save()
    note_registration(trial, None, now=now)
    keep_payloads(service, {trial.registry_id: raw}, now=now)
    for other in note_aliases(trial, [identifier, *record.nct_aliases], now=now):
        note_registration(other, trial, now=now)
    return trial


def _locked(service: Service, asked: str, number: str) -> Trial:
    """Return the one row of this study, locked: under its number, or the old one, or a new row."""
    rows = _rows(asked, number)
    if number not in rows and asked in rows:
        _free(number)
        rows[asked].registry_id = number
        return rows[asked]
    if number not in rows:
        _free(number)
        Trial.objects.get_or_create(registry_id=number, defaults={"registry": service.value})
        rows = _rows(number)
    return rows[number]


def _rows(*numbers: str) -> dict[str, Trial]:
    rows = Trial.objects.select_for_update(of=("self",)).filter(registry_id__in=numbers)
    return {row.registry_id: row for row in rows.order_by("registry_id")}


def _free(number: str) -> None:
    """The registry answers with this number as a study's own, so it is no alias any more."""
    RegistrationAlias.objects.filter(registry_id=number).delete()


def _name(trial: Trial, record: TrialRecord) -> None:
    """Keep a curator's acronym; the registry's own and its other numbers are remembered beside it."""
    trial.acronym = trial.acronym or record.acronym or ""
    if record.acronym and record.acronym not in (trial.acronym, *trial.aliases):
        trial.aliases = [*trial.aliases, record.acronym]
    numbers = [record.registry_id, *record.nct_aliases, *record.secondary_ids]
    new = [n for n in numbers if n != trial.registry_id and n not in trial.secondary_ids]
    trial.secondary_ids = [*trial.secondary_ids, *dict.fromkeys(new)]


def _check_identity(trial: Trial, record: TrialRecord) -> None:
    """Confirm a trial whose name or title is the expected one; registries word titles too freely
    for a difference to prove that it is another trial.
    """
    names = {name.casefold() for name in (trial.acronym, *trial.aliases) if name}
    titles = [title for title in (record.brief_title, record.official_title) if title]
    named = bool(record.acronym and record.acronym.casefold() in names)
    expected = trial.expected_title
    if trial.identity == Trial.Identity.DUPLICATE:
        return
    if not expected or named or any(same_title(expected, title) for title in titles):
        trial.identity = Trial.Identity.CONFIRMED


@transaction.atomic
def ensure_trial(registry_id: str, *, by: User, now: datetime) -> Trial:
    """Return the trial with this registry number, making it known if it is not.

    A trial that is made known is fetched soon, if its registry can be asked. Raises
    IllegalIdentifier.
    """
    number = parse_registry_id(registry_id)
    known = Trial.objects.known_as(number.id).first()
    if known:
        return known
    trial, created = Trial.objects.get_or_create(
        registry_id=number.id, defaults={"registry": number.registry}
    )
    if created and trial.service:
        request_fetch(
            trial.service, [number.id], by=by, now=now, reason="added by hand", priority=5
        )
    return trial
