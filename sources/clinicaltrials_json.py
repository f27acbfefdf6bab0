"""A study of ClinicalTrials.gov (API v2), from bytes to a record. No network, no Django.

Absent modules are omitted by the registry, never null: what is absent here is None or [], and
`phases` that are absent (None) are not the same as phases that do not apply (["NA"]).
"""

from __future__ import annotations

from typing import Any, Final, cast

from sources.clinicaltrials_results import primary_results
from sources.identifiers import IllegalIdentifier, parse_nct, parse_pmid
from sources.json_nodes import Node, load
from sources.registration import (
    Arm,
    Intervention,
    Malformed,
    Outcome,
    TrialRecord,
    TrialReference,
)

PARSER_VERSION: Final = "2"
MAX_BYTES: Final = 64 * 1024 * 1024
#: Sponsors type nines where they have no number yet.
PLACEHOLDER: Final = 99_999_999
REFERENCE_TYPES: Final = ("RESULT", "DERIVED", "BACKGROUND")

__all__ = ["PARSER_VERSION", "Malformed", "TrialRecord", "parse_study"]


def parse_study(body: bytes) -> TrialRecord:
    """Return the trial that one `/studies/{nctId}` answer describes, or raise Malformed."""
    study = load(body, max_bytes=MAX_BYTES)
    if not study.has("protocolSection"):
        raise Malformed(f"not a study: its keys are {study.keys() or 'none'}")
    protocol = study.child("protocolSection")
    identification = protocol.child("identificationModule")
    return TrialRecord(
        registry_id=_nct(identification),
        nct_aliases=identification.texts("nctIdAliases"),
        org_study_id=identification.child("orgStudyIdInfo").text("id"),
        secondary_ids=identification.texts_of("secondaryIdInfos", "id"),
        acronym=identification.text("acronym"),
        brief_title=identification.text("briefTitle"),
        official_title=identification.text("officialTitle"),
        has_results=study.flag("hasResults"),
        posted_results=primary_results(study.child("resultsSection")),
        references=[
            _reference(node) for node in protocol.child("referencesModule").children("references")
        ],
        conditions=protocol.child("conditionsModule").texts("conditions"),
        **_status(protocol.child("statusModule")),
        **_design(protocol.child("designModule")),
        **_arms(protocol.child("armsInterventionsModule")),
        **_outcomes(protocol.child("outcomesModule")),
        **_sponsor(protocol.child("sponsorCollaboratorsModule")),
        unknown=study.unknown,
    )


def _nct(identification: Node) -> str:
    try:
        return parse_nct(identification.text("nctId") or "")
    except IllegalIdentifier as error:
        raise Malformed(f"no usable nctId: {error}") from error


def _status(module: Node) -> dict[str, Any]:
    dates = {
        name: module.child(f"{key}DateStruct")
        for name, key in (
            ("start_date", "start"),
            ("primary_completion_date", "primaryCompletion"),
            ("completion_date", "completion"),
        )
    }
    return {
        "status": module.text("overallStatus"),
        "last_known_status": module.text("lastKnownStatus"),
        "why_stopped": module.text("whyStopped"),
        **{name: struct.date("date") for name, struct in dates.items()},
        **{f"{name}_type": struct.text("type") for name, struct in dates.items()},
        "first_posted": module.child("studyFirstPostDateStruct").date("date"),
        "results_first_posted": module.child("resultsFirstPostDateStruct").date("date"),
        "last_update_posted": module.child("lastUpdatePostDateStruct").date("date"),
    }


def _design(module: Node) -> dict[str, Any]:
    info = module.child("designInfo")
    enrollment = module.child("enrollmentInfo")
    return {
        "study_type": module.text("studyType"),
        "phases": module.texts("phases") if module.has("phases") else None,
        "allocation": info.text("allocation"),
        "intervention_model": info.text("interventionModel"),
        "primary_purpose": info.text("primaryPurpose"),
        "masking": info.child("maskingInfo").text("masking"),
        "enrollment": enrollment.count("count", below=PLACEHOLDER),
        "enrollment_type": enrollment.text("type"),
    }


def _arms(module: Node) -> dict[str, Any]:
    arms = [
        Arm(
            label=arm.text("label"),
            type=arm.text("type"),
            description=arm.markdown("description"),
            interventions=arm.texts("interventionNames"),
        )
        for arm in module.children("armGroups")
    ]
    interventions = [
        Intervention(
            type=intervention.text("type"),
            name=intervention.text("name"),
            description=intervention.markdown("description"),
            arms=intervention.texts("armGroupLabels"),
            other_names=intervention.texts("otherNames"),
        )
        for intervention in module.children("interventions")
    ]
    return {"arms": arms, "interventions": interventions}


def _outcomes(module: Node) -> dict[str, Any]:
    return {
        "primary_outcomes": [_outcome(node) for node in module.children("primaryOutcomes")],
        "secondary_outcomes": [_outcome(node) for node in module.children("secondaryOutcomes")],
    }


def _outcome(node: Node) -> Outcome:
    return Outcome(
        measure=node.text("measure") or "",
        description=node.markdown("description"),
        time_frame=node.text("timeFrame"),
    )


def _sponsor(module: Node) -> dict[str, Any]:
    return {
        "sponsor": module.child("leadSponsor").text("name"),
        "collaborators": module.texts_of("collaborators", "name"),
    }


def _reference(node: Node) -> TrialReference:
    kind = node.text("type")
    if kind is not None and kind not in REFERENCE_TYPES:
        node.doubt("type")
    return TrialReference(
        pmid=_pmid(node),
        type=cast(Any, kind) if kind in REFERENCE_TYPES else None,
        citation=node.text("citation"),
        retractions=node.texts_of("retractions", "pmid"),
    )


def _pmid(node: Node) -> str | None:
    given = node.text("pmid")
    try:
        return parse_pmid(given) if given else None
    except IllegalIdentifier:
        node.doubt("pmid")
        return None
