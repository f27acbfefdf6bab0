"""Publications and trials, as a data set tells them.

What a service has sent since is not the data set's to say any more: of a fetched record only what
curators know of it is merged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from claims.actions.datasets.merging import Load, Merge, Wanted, by_fixed
from claims.actions.datasets.report import DatasetConflict
from claims.dataset import Dataset, records
from sources.models import (
    IdentityConflict,
    Inclusion,
    Publication,
    RegistrationAlias,
    Report,
    Trial,
    TrialDigest,
    TrialResult,
)

IDENTIFIERS: Final = ("pmid", "doi", "pmcid")
FETCHED_OF_PUBLICATION: Final = (
    *IDENTIFIERS,
    "title",
    "journal",
    "journal_iso",
    "year",
    "standing",
    "integrity",
    "noted_integrity",
    "identity",
    "identity_basis",
)
FETCHED_OF_TRIAL: Final = (
    "title",
    "acronym",
    "aliases",
    "secondary_ids",
    "enrollment",
    "identity",
)


def merge_sources(load: Load, data: Dataset) -> None:
    Merge("trial", Trial, find=_known_trials, leave=_fetched_of_trial).run(
        load, [_trial(row) for row in data.trials]
    )
    publications = [_publication(row) for row in data.publications]
    _follow_merged(load)
    _refuse_split_identities(load, publications)
    Merge("publication", Publication, find=_known, leave=_fetched_of_publication).run(
        load, publications
    )
    Merge("report", Report, find=_known_reports).run(load, _reports(load, data))
    Merge("inclusion", Inclusion, find=_known_inclusions).run(load, _inclusions(load, data))
    Merge("digest", TrialDigest, find=_known_digests).run(load, _digests(load, data))
    Merge("trial_result", TrialResult, find=_known_results).run(load, _results(load, data))


def _trial(row: records.Trial) -> Wanted:
    return Wanted(
        row.key,
        {
            "secondary_ids": list(row.secondary_ids),
            "acronym": row.acronym,
            "aliases": list(row.aliases),
            "title": row.title,
            "expected_title": row.title,
            "enrollment": row.enrollment,
            "identity": row.identity,
        },
        {"registry": row.registry, "registry_id": row.registry_id},
    )


def _known_trials(wanted: Collection[Wanted]) -> Mapping[str, Trial]:
    keys = {w.fixed["registry_id"]: w.key for w in wanted}
    aliases = RegistrationAlias.objects.filter(registry_id__in=keys).select_related("trial")
    own = Trial.objects.filter(registry_id__in=keys)
    return {keys[alias.registry_id]: alias.trial for alias in aliases} | {
        keys[row.registry_id]: row for row in own
    }


def _fetched_of_trial(trial: Trial) -> Collection[str]:
    return FETCHED_OF_TRIAL if trial.is_fetched else ()


def _publication(row: records.Publication) -> Wanted:
    return Wanted(
        row.key,
        {
            "pmid": row.pmid,
            "doi": row.doi,
            "pmcid": row.pmcid,
            "title": row.title,
            "expected_title": row.title,
            "expected_first_author": row.first_author,
            "year": row.year,
            "expected_year": row.year,
            "journal": row.journal,
            "journal_iso": row.journal,
            "standing": row.standing,
            "integrity": row.integrity,
            "noted_integrity": row.integrity,
            "integrity_note": row.integrity_note,
            "identity": row.identity,
            "identity_basis": row.identity_basis,
            "study_design": row.study_design,
            "sample_size": row.n,
            "interest_note": row.interest_note,
            "numbers_from": row.numbers_from,
        },
    )


def _follow_merged(load: Load) -> None:
    """Let entries whose publication a reviewer has found to be another's record stand for that one."""
    kept = IdentityConflict.objects.kept_publications()
    for entry in load.entries.get("publication", {}).values():
        entry.object_id = kept.get(entry.object_id, entry.object_id)


def _known(wanted: Collection[Wanted]) -> Mapping[str, Publication]:
    """Find the publications that have one of the identifiers."""
    found = {}
    for field in IDENTIFIERS:
        keys = {w.values[field]: w.key for w in wanted if w.values[field]}
        for row in Publication.objects.distinct_works().filter(**{f"{field}__in": keys}):
            found[keys[getattr(row, field)]] = row
    return found


def _refuse_split_identities(load: Load, wanted: Collection[Wanted]) -> None:
    """Refuse an entry whose identifiers belong to different publications here."""
    entries = load.entries.get("publication", {})
    owners: dict[str, set[int]] = {w.key: set() for w in wanted}
    for entry in entries.values():
        owners.setdefault(entry.key, set()).add(entry.object_id)
    for field in IDENTIFIERS:
        keys = {w.values[field]: w.key for w in wanted if w.values[field]}
        for row in Publication.objects.distinct_works().filter(**{f"{field}__in": keys}):
            owners[keys[getattr(row, field)]].add(row.pk)
    split = sorted(key for key, rows in owners.items() if len(rows) > 1)
    if split:
        raise DatasetConflict(
            "\n".join(
                f"publications.yaml: publication '{key}': its PMID, DOI and PMCID belong to "
                f"{len(owners[key])} different publications here; merge these first"
                for key in split
            )
        )


def _fetched_of_publication(publication: Publication) -> Collection[str]:
    if publication.is_fetched:
        return FETCHED_OF_PUBLICATION
    return ("integrity",) if publication.crossref_checked_at else ()


def _reports(load: Load, data: Dataset) -> Iterator[Wanted]:
    for row in data.publications:
        for report in row.reports:
            yield Wanted(
                f"{row.key} {report.trial}",
                {"role": report.role},
                {
                    "publication_id": load.id_of("publication", row.key),
                    "trial_id": load.id_of("trial", report.trial),
                },
            )


def _known_reports(wanted: Collection[Wanted]) -> Mapping[str, Report]:
    return by_fixed(Report.objects.all(), wanted, "publication_id", "trial_id")


def _inclusions(load: Load, data: Dataset) -> Iterator[Wanted]:
    for row in data.publications:
        for included in row.includes:
            word, _, key = included.partition(":")
            yield Wanted(
                f"{row.key} {included}",
                {},
                {
                    "review_id": load.id_of("publication", row.key),
                    "publication_id": load.id_of(word, key) if word == "publication" else None,
                    "trial_id": load.id_of(word, key) if word == "trial" else None,
                },
            )


def _known_inclusions(wanted: Collection[Wanted]) -> Mapping[str, Inclusion]:
    return by_fixed(Inclusion.objects.all(), wanted, "review_id", "publication_id", "trial_id")


def _digests(load: Load, data: Dataset) -> Iterator[Wanted]:
    fields = (
        "years",
        "population",
        "intervention",
        "comparator",
        "insulin_randomised",
        "tested",
        "follow_up",
        "shows",
        "does_not_show",
        "numbers_from",
    )
    for row in data.trials:
        values = {name: getattr(row, name) for name in fields}
        yield Wanted(row.key, values, {"trial_id": load.id_of("trial", row.key)})


def _known_digests(wanted: Collection[Wanted]) -> Mapping[str, TrialDigest]:
    return by_fixed(TrialDigest.objects.all(), wanted, "trial_id")


def _results(load: Load, data: Dataset) -> Iterator[Wanted]:
    numbers = ("role", "measure", "estimate", "ci_low", "ci_high", "ci_level", "p", "events")
    for row in data.trials:
        for result in row.results:
            yield Wanted(
                f"{row.key} {result.publication} {result.outcome}",
                {name: getattr(result, name) for name in numbers},
                {
                    "trial_id": load.id_of("trial", row.key),
                    "publication_id": load.id_of("publication", result.publication),
                    "outcome": result.outcome,
                },
            )


def _known_results(wanted: Collection[Wanted]) -> Mapping[str, TrialResult]:
    return by_fixed(TrialResult.objects.all(), wanted, "trial_id", "publication_id", "outcome")
