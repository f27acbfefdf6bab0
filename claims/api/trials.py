"""Trials: the list, and one trial as registered, with what curators and its publications say of it."""

from datetime import datetime
from typing import Annotated, Any, TypedDict

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from claims.api import addresses, filters, lookups, problems, registrations, words
from claims.api.bodies import revised
from claims.api.cursors import Ordering
from claims.api.views import Listing, Resource
from sources.models import Publication, RegistrationChange, Report, Trial, TrialResult

Registered = Annotated[str | None, "As precise as registered: 2008, 2008-12 or 2008-12-10."]
IDENTIFIERS = ("pmid", "doi", "pmcid")


class NamesJSON(TypedDict):
    """The names of a trial."""

    id: Annotated[str, "The registry's id."]
    registry: words.Registry
    url: words.URL
    registry_url: words.URL
    acronym: str | None
    aliases: Annotated[list[str], "Other spellings, as articles have them."]
    secondary_ids: list[str]
    former_ids: Annotated[
        list[str], "Numbers that the registry has merged into this one; they lead here."
    ]
    title: str | None
    official_title: str | None


class DesignJSON(TypedDict):
    """How it was planned and how it went."""

    status: Annotated[str | None, "In the registry's words, as all of the design is."]
    last_known_status: Annotated[
        str | None, "The registry's last word where the status is unknown."
    ]
    why_stopped: str | None
    phases: Annotated[list[str] | None, "Null when the registry names none."]
    study_type: str | None
    allocation: str | None
    masking: str | None
    intervention_model: str | None
    primary_purpose: str | None
    enrollment: int | None
    enrollment_type: str | None
    conditions: list[str]
    arms: list[registrations.ArmJSON]
    interventions: list[registrations.InterventionJSON]
    primary_outcomes: list[registrations.OutcomeJSON]
    secondary_outcomes: list[registrations.OutcomeJSON]


class DatesJSON(TypedDict):
    """When it was registered, begun, completed and changed."""

    start_date: Registered
    start_date_type: Annotated[str | None, "ACTUAL or ESTIMATED, as all dates' types."]
    primary_completion_date: Registered
    primary_completion_date_type: str | None
    completion_date: Registered
    completion_date_type: str | None
    first_posted: Registered
    results_first_posted: Registered
    last_update_posted: Registered


class TrialJSON(NamesJSON, DesignJSON, DatesJSON):
    """One registration of a trial. What the registry does not say is null or an empty list."""

    sponsor: str | None
    collaborators: list[str]
    has_results: Annotated[bool | None, "Whether the registry has results."]
    posted_results: Annotated[
        list[registrations.PostedResultJSON], "Of the primary outcomes, as posted."
    ]
    references: list[registrations.ReferenceJSON]
    registration_changes: Annotated[
        list[registrations.ChangeJSON], "Since it was first seen here, the oldest first."
    ]
    digest: Annotated[registrations.DigestJSON | None, "What curators say it tested and showed."]
    results: list[registrations.ResultJSON]
    publications: list[registrations.ReportJSON]
    identity: words.TrialIdentity
    fetched_at: datetime | None
    parser_version: str | None
    revision: words.Revision
    api_url: words.URL


class TrialFilters(filters.StrictFilterSet):
    """By registry, by what has been fetched, and by what has changed."""

    registry = filters.OneOf(Trial.Registry, help_text="By registry.")
    identity = filters.OneOf(
        Trial.Identity, help_text="By whether the record is the trial that was meant."
    )
    fetched = filters.Flag(
        field_name="fetched_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="By whether the record has been fetched from its registry.",
    )
    changed = filters.Flag(
        field_name="changes",
        lookup_expr="isnull",
        exclude=True,
        distinct=True,
        help_text="By whether its registration has changed since it was first seen here.",
    )


class TrialList(Listing):
    """Trials in the order in which they were added."""

    tag = "trials"
    shape = TrialJSON
    summary = "List trials"
    ordering = Ordering("trials", ("pk",), (int,))
    filterset = TrialFilters

    def rows(self, **names: str) -> QuerySet[Any, Any]:
        return in_full()

    def represent(self, row: Any) -> TrialJSON:
        return trial(row)


class TrialDetail(Resource):
    """One trial as registered, with its results and publications.

    A number that was merged into another and a name that one trial alone bears are answered with a
    redirect; a name that several bear with a problem that lists them.
    """

    tag = "trials"
    shape = TrialJSON
    summary = "Read a trial, by registry id or name"
    path_patterns = {"trial": lookups.TRIAL_OR_NAME}
    more_answers = {
        "301": "The registry has merged this number into another.",
        "302": "One trial bears this name.",
        "409": "Several trials bear this name; the problem lists them as `candidates`.",
    }

    def read(self, **names: str) -> TrialJSON:
        found = in_full().filter(registry_id=names["trial"].upper()).first()
        if found is None:
            raise _elsewhere(names["trial"])
        return trial(found)


def _elsewhere(name: str) -> Exception:
    """Return where the trial of another number or name is, or why there is no telling."""
    match = Trial.objects.resolve(name)
    if match.trial:
        url = addresses.api(addresses.trial(match.trial.registry_id))
        return problems.Elsewhere(url, permanent=match.by_number)
    if match.candidates:
        return problems.AmbiguousName(name, [_candidate(each) for each in match.candidates])
    return Http404()


def _candidate(found: Trial) -> problems.CandidateJSON:
    return {
        "id": found.registry_id,
        "name": str(found),
        "api_url": addresses.api(addresses.trial(found.registry_id)),
    }


def in_full() -> QuerySet[Trial, Trial]:
    """Return trials with all that the shape needs."""
    cited = (f"publication__{name}" for name in (*IDENTIFIERS, "title", "expected_title", "year"))
    reports = Report.objects.select_related("publication").only("trial", "role", "origin", *cited)
    results = TrialResult.objects.select_related("publication").defer(
        *(f"publication__{name}" for name in _heavy())
    )
    return Trial.objects.select_related("digest").prefetch_related(
        Prefetch("results", results.order_by("pk")),
        Prefetch("reports", reports.order_by("publication__year", "pk")),
        Prefetch("changes", RegistrationChange.objects.in_order()),
        "number_aliases",
    )


def _heavy() -> list[str]:
    """Return the columns of a publication that only name it in no way."""
    return [
        field.attname
        for field in Publication._meta.concrete_fields
        if field.attname not in ("id", *IDENTIFIERS)
    ]


def _names(record: Trial) -> NamesJSON:
    return {
        "id": record.registry_id,
        "registry": record.registry,
        "url": addresses.site(f"/{addresses.trial(record.registry_id)}"),
        "registry_url": record.registry_url,
        "acronym": record.acronym or None,
        "aliases": record.aliases,
        "secondary_ids": record.secondary_ids,
        "former_ids": record.numbers[1:],
        "title": record.title or record.expected_title or None,
        "official_title": record.official_title or None,
    }


def _design(record: Trial) -> DesignJSON:
    return {
        "status": record.status or None,
        "last_known_status": record.last_known_status or None,
        "why_stopped": record.why_stopped or None,
        "phases": record.phases,
        "study_type": record.study_type or None,
        "allocation": record.allocation or None,
        "masking": record.masking or None,
        "intervention_model": record.intervention_model or None,
        "primary_purpose": record.primary_purpose or None,
        "enrollment": record.enrollment,
        "enrollment_type": record.enrollment_type or None,
        "conditions": record.conditions,
        "arms": [registrations.arm(row) for row in record.arms],
        "interventions": [registrations.intervention(row) for row in record.interventions],
        "primary_outcomes": [registrations.outcome(row) for row in record.primary_outcomes],
        "secondary_outcomes": [registrations.outcome(row) for row in record.secondary_outcomes],
    }


def _dates(record: Trial) -> DatesJSON:
    return {
        "start_date": record.start_date or None,
        "start_date_type": record.start_date_type or None,
        "primary_completion_date": record.primary_completion_date or None,
        "primary_completion_date_type": record.primary_completion_date_type or None,
        "completion_date": record.completion_date or None,
        "completion_date_type": record.completion_date_type or None,
        "first_posted": record.first_posted or None,
        "results_first_posted": record.results_first_posted or None,
        "last_update_posted": record.last_update_posted or None,
    }


def trial(record: Trial) -> TrialJSON:
    content: TrialJSON = {
        **_names(record),
        **_design(record),
        **_dates(record),
        "sponsor": record.sponsor or None,
        "collaborators": record.collaborators,
        "has_results": record.has_results,
        "posted_results": [registrations.posted(row) for row in record.posted_results],
        "references": [registrations.reference(row) for row in record.references],
        "registration_changes": [registrations.change(row) for row in record.changes.all()],
        "digest": registrations.digest(record),
        "results": [registrations.result(found) for found in record.results.all()],
        "publications": [registrations.report(found) for found in record.reports.all()],
        "identity": record.identity,
        "fetched_at": record.fetched_at,
        "parser_version": record.parser_version or None,
        "revision": "",
        "api_url": addresses.api(addresses.trial(record.registry_id)),
    }
    return revised(content)
