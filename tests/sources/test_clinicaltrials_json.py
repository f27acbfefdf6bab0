import gzip
import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.clinicaltrials_json import Malformed, TrialRecord, parse_study

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "clinicaltrials"
BROKEN = FOLDER / "broken"


def trial(number, **odd):
    """Return the record that every file has, with its own number and oddities."""
    ordinary = TrialRecord(
        registry_id=f"NCT{99000000 + number}",
        nct_aliases=[],
        org_study_id=f"LAMP-{number}",
        secondary_ids=[],
        acronym=None,
        brief_title="Moss Tea in Lighthouse Keepers",
        official_title=None,
        status="COMPLETED",
        last_known_status=None,
        why_stopped=None,
        phases=["PHASE3"],
        study_type="INTERVENTIONAL",
        allocation="RANDOMIZED",
        masking="DOUBLE",
        intervention_model="PARALLEL",
        primary_purpose="TREATMENT",
        enrollment=12,
        enrollment_type="ACTUAL",
        arms=[],
        interventions=[],
        conditions=["Gloom"],
        primary_outcomes=[],
        secondary_outcomes=[],
        start_date="2017-02-01",
        start_date_type="ACTUAL",
        primary_completion_date="2018-06",
        primary_completion_date_type="ACTUAL",
        completion_date="2018-07",
        completion_date_type="ACTUAL",
        first_posted="2017-01-05",
        results_first_posted=None,
        last_update_posted="2019-05-20",
        sponsor="Fund for Moss",
        collaborators=[],
        references=[],
        has_results=False,
        unknown=[],
    )
    return replace(ordinary, **odd)


COMPLETE = trial(
    1,
    acronym="MOSS-1",
    official_title="A Randomised Trial of Moss Tea Against Plain Tea in Keepers of Lighthouses",
    secondary_ids=["2016-990001-99", "ISRCTN99000002"],
    results_first_posted="2019-04-01",
    collaborators=["Keepers' Guild"],
    arms=[
        {
            "label": "Moss tea",
            "type": "EXPERIMENTAL",
            "description": "Two cups [400 mL] a day",
            "interventions": ["Other: Moss tea"],
        },
        {
            "label": "Plain tea",
            "type": "PLACEBO_COMPARATOR",
            "description": None,
            "interventions": ["Other: Plain tea"],
        },
    ],
    interventions=[
        {
            "type": "OTHER",
            "name": "Moss tea",
            "description": "Brewed at 80°C",
            "arms": ["Moss tea"],
            "other_names": ["Bryum fictum infusion"],
        },
        {
            "type": "OTHER",
            "name": "Plain tea",
            "description": None,
            "arms": ["Plain tea"],
            "other_names": [],
        },
    ],
    primary_outcomes=[
        {"measure": "Mood", "description": "Score * 10, by lamp light", "time_frame": "12 weeks"}
    ],
    secondary_outcomes=[
        {"measure": "Gulls seen", "description": None, "time_frame": "12 weeks"},
        {"measure": "Songs", "description": None, "time_frame": None},
    ],
    references=[
        {
            "pmid": "990000001",
            "type": "RESULT",
            "citation": "Fictus A. Moss tea and mood.",
            "retractions": ["990000009"],
        },
        {
            "pmid": "990000044",
            "type": "DERIVED",
            "citation": "Letters about letters.",
            "retractions": [],
        },
        {
            "pmid": None,
            "type": "BACKGROUND",
            "citation": "Lumen I. Lamps I have known.",
            "retractions": [],
        },
    ],
    posted_results=[
        {
            "measure": "Mood",
            "description": "Score * 10",
            "time_frame": "12 weeks",
            "population": "All who drank.",
            "unit": "points",
            "parameter": "MEAN",
            "dispersion": "Standard Deviation",
            "groups": [
                {
                    "id": "OG000",
                    "title": "Moss tea",
                    "description": "Two cups",
                    "participants": "6",
                },
                {"id": "OG001", "title": "Plain tea", "description": None, "participants": "5"},
            ],
            "measurements": [
                {
                    "group": "OG000",
                    "title": "Week 12",
                    "category": "Keepers",
                    "value": "7.10",
                    "spread": "1.2",
                    "lower": None,
                    "upper": None,
                    "comment": None,
                },
                {
                    "group": "OG001",
                    "title": "Week 12",
                    "category": "Keepers",
                    "value": "NA",
                    "spread": None,
                    "lower": "0.5",
                    "upper": "NA",
                    "comment": "Too few [5]",
                },
            ],
            "analyses": [
                {
                    "groups": ["OG000", "OG001"],
                    "type": "SUPERIORITY",
                    "measure": "Mean Difference (Net)",
                    "estimate": "0.98",
                    "ci_level": "95",
                    "ci_low": "0.50",
                    "ci_high": "1.46",
                    "p": "<0.001",
                    "method": "t-test, 2 sided",
                    "comment": "Moss minus plain",
                }
            ],
        },
        {
            "measure": "Gloom",
            "description": None,
            "time_frame": "1 year",
            "population": None,
            "unit": None,
            "parameter": None,
            "dispersion": None,
            "groups": [],
            "measurements": [],
            "analyses": [],
        },
    ],
    has_results=True,
)

STUDIES = {
    "complete.json": COMPLETE,
    "phases_absent.json": trial(2, phases=None),
    "phases_not_applicable.json": trial(3, phases=["NA"]),
    "alias.json": trial(4, phases=["PHASE2", "PHASE3"], nct_aliases=["NCT99000104", "NCT99000204"]),
    "status_unknown.json": trial(
        5,
        status="UNKNOWN",
        last_known_status="RECRUITING",
        start_date="2009",
        start_date_type=None,
        completion_date=None,
        completion_date_type=None,
    ),
    "stopped.json": trial(6, status="TERMINATED", why_stopped="The lamp went out.", enrollment=0),
    "enrollment_placeholder.json": trial(
        7,
        enrollment=None,
        enrollment_type=None,
        unknown=["protocolSection.designModule.enrollmentInfo.count"],
    ),
    "bare.json": TrialRecord(
        **dict.fromkeys(TrialRecord.__slots__)
        | {name: [] for name, value in asdict(COMPLETE).items() if isinstance(value, list)}
        | {"registry_id": "NCT99000008", "phases": None, "has_results": False}
    ),
    "observational.json": trial(
        9,
        phases=None,
        study_type="OBSERVATIONAL",
        allocation=None,
        masking=None,
        intervention_model=None,
        primary_purpose=None,
        enrollment=40,
        enrollment_type="ESTIMATED",
    ),
    "unreadable_values.json": trial(
        10,
        start_date=None,
        references=[{"pmid": None, "type": None, "citation": "Told by a gull.", "retractions": []}],
        unknown=[
            "protocolSection.referencesModule.references.type",
            "protocolSection.referencesModule.references.pmid",
            "protocolSection.statusModule.startDateStruct.date",
        ],
    ),
    "unstorable_text.json": trial(11, brief_title="Moss Tea Again"),
}

MALFORMED = {
    "not_found.txt": "not a JSON object: b'NCT number NCT99999999 not found'",
    "bad_id.txt": "not a JSON object: b'Parameter `nctId` has incorrect format'",
    "page.html": "not a JSON object: b'<!DOCTYPE html>\\n<html><head><title>502 Bad Gateway</title>"
    "</head><body></body></'",
    "empty.json": "not a JSON object: b''",
    "search_page.json": "not a study: its keys are studies, totalCount",
    "retired_api.json": "not a study: its keys are FullStudiesResponse",
    "no_nct.json": "no usable nctId: '' is not an NCT number: an NCT number is NCT and 8 digits",
    "wrong_shape.json": "protocolSection.statusModule is list, not dict",
    "wrong_type.json": "protocolSection.designModule.enrollmentInfo.count is str, not int",
}
NOT_JSON = ("truncated.json", "too_deep.json", "invalid_utf8.json")


@pytest.mark.parametrize("name", STUDIES)
def test_study_is_read_whole(name):
    assert parse_study((FOLDER / name).read_bytes()) == STUDIES[name]


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_study_is_malformed(name):
    with pytest.raises(Malformed) as error:
        parse_study((BROKEN / name).read_bytes())

    assert str(error.value) == MALFORMED[name]


@pytest.mark.parametrize("name", NOT_JSON)
def test_what_is_no_json_is_malformed(name):
    with pytest.raises(Malformed, match=r"^not JSON: "):
        parse_study((BROKEN / name).read_bytes())


def test_every_fixture_has_its_case():
    assert {path.name for path in FOLDER.glob("*.json")} == set(STUDIES)
    assert {path.name for path in BROKEN.iterdir()} == {*MALFORMED, *NOT_JSON}


def test_truth_is_no_number_of_people():
    body = (FOLDER / "complete.json").read_bytes().replace(b'"count": 12', b'"count": true')

    with pytest.raises(Malformed, match=r"enrollmentInfo\.count is bool, not int$"):
        parse_study(body)


def test_body_is_capped():
    with pytest.raises(Malformed, match=r"^more than 67108864 bytes$"):
        parse_study(bytes((64 << 20) + 1))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(st.integers(0), anything)
def test_study_with_any_value_anywhere_is_read_or_refused(place, value):
    study = json.loads((FOLDER / "complete.json").read_bytes())
    homes = [(home, key) for home in _containers(study) for key in _keys(home)]
    home, key = homes[place % len(homes)]
    home[key] = value

    try:
        found = parse_study(json.dumps(study).encode())
    except Malformed:
        return

    json.dumps(asdict(found), ensure_ascii=False).encode()


def _keys(container):
    return list(container) if isinstance(container, dict) else list(range(len(container)))


def _containers(node):
    yield node
    for key in _keys(node):
        if isinstance(node[key], (dict, list)):
            yield from _containers(node[key])


def test_real_studies_are_read(shared_data):
    studies = list(real_studies(shared_data / "ctgov"))

    unread = {
        number: record.unknown
        for number, body in studies
        if (record := parse_study(body)).registry_id != number or record.unknown
    }

    assert len(studies) > 100
    assert unread == {}


def test_what_is_no_study_of_the_api_is_refused(shared_data):
    files = sorted((shared_data / "ctgov" / "altered").glob("*.json"))

    refused = []
    for path in files:
        with pytest.raises(Malformed):
            parse_study(path.read_bytes())
        refused.append(path.name)

    assert "aact_classicAPI_NCT04780763.json" in refused


def real_studies(folder):
    """Yield the number and the bytes of each study: of files, of pages of a search, of a bundle."""
    wholes = [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            wholes += [json.loads(line) for line in lines]
    for whole in wholes:
        for study in whole.get("studies", [whole]):
            identification = study.get("protocolSection", {}).get("identificationModule", {})
            if "nctId" in identification:
                yield identification["nctId"], json.dumps(study).encode()
