"""What a data set must be, and how it is told when it is not: with file, key and field."""

from datetime import date

import pytest

from claims.dataset import InvalidDataset, read
from tests.claims.datasets import DATASET, EFFECT, FILES, anchor, claim, row_of, small, write

TODAY = date(2026, 3, 1)


def problems_of(folder):
    with pytest.raises(InvalidDataset) as raised:
        read(folder, today=TODAY)
    return [str(problem) for problem in raised.value.problems]


def setting(file, name, key, **values):
    """Return a change that sets fields of one row."""

    def change(content):
        row_of(content[file], name, key).update(values)

    return change


def dropping(file, name, key, field):
    def change(content):
        del row_of(content[file], name, key)[field]

    return change


def adding(file, name, row):
    def change(content):
        content[file][name].append(row)

    return change


def claims_set(key, **values):
    return setting("claims.yaml", "claims", key, **values)


def verdict_set(key, **values):
    return setting("verdicts.yaml", "verdicts", key, **values)


def article_set(part, **values):
    def change(content):
        content["article.yaml"][part].update(values)

    return change


def outline_set(part, **values):
    def change(content):
        content["article.yaml"][part][0].update(values)

    return change


def both(*changes):
    def change(content):
        for each in changes:
            each(content)

    return change


def test_sound_data_set_is_read(tmp_path):
    data = read(write(tmp_path / "small", small()), today=TODAY)

    assert data.name == "an-article"
    assert [row.key for row in data.claims] == ["whole", "first", "second", "worth"]
    assert data.units == {"paper": "trial:trial"}
    assert data.verdicts[0].domains.risk_of_bias == 0


def test_the_projects_own_data_set_is_sound():
    data = read(DATASET, today=TODAY)

    assert (len(data.claims), len(data.anchors), len(data.evidence)) == (124, 97, 437)
    assert (len(data.publications), len(data.trials), len(data.verdicts)) == (166, 12, 124)


WRONG = {
    # claims
    "claims.yaml: claim 'first': claim_type: 'opinion' is not one of intervention_effect, harm, "
    "causation, mechanism, association, prevalence, diagnosis, prognosis, history_of_practice, "
    "definition, value": claims_set("first", claim_type="opinion"),
    "claims.yaml: claim 'first': statement: is missing": dropping(
        "claims.yaml", "claims", "first", "statement"
    ),
    "claims.yaml: claim 'first': statement: 'Insulin acts' is not one sentence that ends with a full "
    "stop": claims_set("first", statement="Insulin acts"),
    "claims.yaml: claim 'first': statement: has 301 characters, more than 300": claims_set(
        "first", statement=f"{'a' * 300}."
    ),
    "claims.yaml: claim 'first': statement: holds a character that is no text": claims_set(
        "first", statement="Insulin\x07 acts."
    ),
    "claims.yaml: claim 'first': statment: there is no such field": claims_set(
        "first", statment="Insulin acts."
    ),
    "claims.yaml: claim 'first': note: is empty": claims_set("first", note=" "),
    "claims.yaml: claim 'first': topics[1]: 'In sulin' is not kebab-case": claims_set(
        "first", topics=["insulin", "In sulin"]
    ),
    "claims.yaml: claim 'first': topics: 'insulin' is not a list": claims_set(
        "first", topics="insulin"
    ),
    "claims.yaml: claim 'first': pico.who: there is no such field": claims_set(
        "first", pico={"who": "adults"}
    ),
    "claims.yaml: claim 'first': pico: 'adults' is not a mapping": claims_set(
        "first", pico="adults"
    ),
    "claims.yaml: claim 'first': is_core: 'yes' is neither true nor false": claims_set(
        "first", is_core="yes"
    ),
    "claims.yaml: claim 'second': is_essential: is said of parts, and of each part": claims_set(
        "second", is_essential=None
    ),
    "claims.yaml: claim 'whole': parts: has more than one core part": claims_set(
        "second", is_core=True
    ),
    "claims.yaml: claim 'whole': parts: has no essential part": both(
        claims_set("first", is_essential=False), claims_set("second", is_essential=False)
    ),
    "claims.yaml: claim 'lonely': key: has no anchor in anchors.yaml": both(
        adding("claims.yaml", "claims", claim("lonely")),
        lambda content: content["verdicts.yaml"]["verdicts"].append(
            dict(
                row_of(content["verdicts.yaml"], "verdicts", "second"),
                claim="lonely",
                verdict="unassessed",
                certainty="not_rated",
                framework="none",
                start_level=None,
                domains=None,
                derived={"ruleset": "1", "verdict": "unassessed", "rule": "V2u"},
            )
        ),
    ),
    # anchors and the article
    "anchors.yaml: anchor 'whole': start: 480-520 is outside the body (0-500); an author's claim is "
    "anchored inside it": setting("anchors.yaml", "anchors", "whole", start=480, end=520),
    "anchors.yaml: anchor 'whole': paragraph: the span is not inside this paragraph and section": (
        setting("anchors.yaml", "anchors", "whole", end=450)
    ),
    "anchors.yaml: anchor 'worth': comment: a reader's claim is anchored inside that reader's "
    "comment": setting("anchors.yaml", "anchors", "worth", end=710),
    "anchors.yaml: anchor 'whole': text_sha256: is not the snapshot's": setting(
        "anchors.yaml", "anchors", "whole", text_sha256="f" * 64
    ),
    "anchors.yaml: anchor 'whole': landmark.index: 8 is no word of the fingerprint's 8": setting(
        "anchors.yaml", "anchors", "whole", landmark={"index": 8, "crc32": 1}
    ),
    "anchors.yaml: anchor 'whole': fingerprint.words: 2 is not within 3 to 32767": setting(
        "anchors.yaml", "anchors", "whole", fingerprint={"words": 2, "sha256": "e" * 64}
    ),
    "anchors.yaml: anchor 'nobody': claim: there is no claim 'nobody'": adding(
        "anchors.yaml", "anchors", anchor("nobody", section="S0", paragraph=1)
    ),
    "anchors.yaml: anchor 'whole': claim: occurs 2 times": adding(
        "anchors.yaml", "anchors", anchor("whole", section="S0", paragraph=1)
    ),
    "article.yaml: article 'an-article': published_on: '2016' is not a date (YYYY-MM-DD)": (
        article_set("article", published_on="2016")
    ),
    "article.yaml: article 'an-article': published_on_precision: goes with published_on": (
        article_set("article", published_on=None)
    ),
    "article.yaml: article 'an-article': published_presumed: a known date is not presumed": (
        article_set("article", published_presumed="2016")
    ),
    "article.yaml: article 'an-article': reviewers_required: 0 is not within 1 to 9": article_set(
        "article", reviewers_required=0
    ),
    "article.yaml: paragraph '1': section: there is no section 'S9'": both(
        outline_set("paragraphs", section="S9"),
        setting("anchors.yaml", "anchors", "whole", section="S9"),
    ),
    "article.yaml: comment '1': start: comments stand after the body and inside the text": (
        outline_set("comments", end=1001)
    ),
    # relations and citations
    "relations.yaml: relation 'whole nobody': target: there is no claim 'nobody'": adding(
        "relations.yaml",
        "relations",
        {"source": "whole", "type": "qualifies", "target": "nobody"},
    ),
    "relations.yaml: relation 'whole whole': target: a claim is not related to itself": adding(
        "relations.yaml", "relations", {"source": "whole", "type": "qualifies", "target": "whole"}
    ),
    "relations.yaml: relation 'whole': type: depends_on runs in a circle: whole > worth > whole": (
        adding(
            "relations.yaml",
            "relations",
            {"source": "worth", "type": "depends_on", "target": "whole"},
        )
    ),
    "citations.yaml: citation 'cited': trial: there is no trial 'nowhere'": setting(
        "citations.yaml", "citations", "cited", trial="nowhere"
    ),
    "citations.yaml: citation 'cited': resolution: resolved means that a trial or publication is "
    "named": setting("citations.yaml", "citations", "cited", resolution="unresolved"),
    "citations.yaml: citation 'cited': raw: 'one two three four five six seven' is not a wording of "
    "at most six words": setting(
        "citations.yaml", "citations", "cited", raw="one two three four five six seven"
    ),
    # publications and trials
    "publications.yaml: publication 'paper': pmid: '11x' is not a PMID (digits only)": setting(
        "publications.yaml", "publications", "paper", pmid="11x"
    ),
    "publications.yaml: publication 'paper': pmid: 11 is not text; put it in quotes": setting(
        "publications.yaml", "publications", "paper", pmid=11
    ),
    "publications.yaml: publication 'paper': pmid: no PMID, DOI or PMCID": setting(
        "publications.yaml", "publications", "paper", pmid=None
    ),
    "publications.yaml: publication 'review': doi: '10.5555/X' is not a DOI in lower case": setting(
        "publications.yaml", "publications", "review", doi="10.5555/X"
    ),
    "publications.yaml: publication '10.5555/x': doi: occurs 2 times": setting(
        "publications.yaml", "publications", "paper", doi="10.5555/x"
    ),
    "publications.yaml: publication 'review': includes: there is no publication 'nowhere'": setting(
        "publications.yaml", "publications", "review", includes=["publication:nowhere"]
    ),
    "publications.yaml: publication 'review': includes: a review does not include itself": setting(
        "publications.yaml", "publications", "review", includes=["publication:review"]
    ),
    "publications.yaml: publication 'paper': includes: only a review includes others": setting(
        "publications.yaml", "publications", "paper", includes=["publication:review"]
    ),
    "publications.yaml: publication 'paper': integrity: 'current' is not one of corrected, "
    "expression_of_concern, retracted, retracted_republished, withdrawn, superseded, unknown": (
        setting("publications.yaml", "publications", "paper", integrity="current")
    ),
    "trials.yaml: trial 'trial': registry_id: 'NCT1' is not a trial's registry id (NCT, ISRCTN, "
    "ACTRN or DRKS and digits)": setting("trials.yaml", "trials", "trial", registry_id="NCT1"),
    "trials.yaml: trial 'trial': registry_id: 'ISRCTN00000001' is not one of clinicaltrials": (
        setting("trials.yaml", "trials", "trial", registry_id="ISRCTN00000001")
    ),
    "trials.yaml: trial 'trial': results[0].estimate: 1.1 is not within its interval 0.8 to 1.0": (
        setting(
            "trials.yaml",
            "trials",
            "trial",
            results=[{**EFFECT, "estimate": 1.1, "role": "primary", "publication": "paper"}],
        )
    ),
    "trials.yaml: trial 'trial': results[0].publication: 'review' does not report this trial": (
        setting(
            "trials.yaml",
            "trials",
            "trial",
            results=[{**EFFECT, "role": "primary", "publication": "review"}],
        )
    ),
    "trials.yaml: trial 'trial': article_spelling: is not among the aliases": setting(
        "trials.yaml", "trials", "trial", article_spelling="TRAIL"
    ),
    # evidence
    "evidence.yaml: evidence 'E1': claim: 'whole' is a compound claim; tie the evidence to one of its "
    "parts": setting("evidence.yaml", "evidence", "E1", claim="whole"),
    "evidence.yaml: evidence 'E1': claim: 'worth' is not checkable": setting(
        "evidence.yaml", "evidence", "E1", claim="worth"
    ),
    "evidence.yaml: evidence 'E1': publication: there is no publication 'nowhere'": setting(
        "evidence.yaml", "evidence", "E1", publication="nowhere", unit="publication:nowhere"
    ),
    "evidence.yaml: evidence 'E1': publication: name a publication or a trial, and not both": (
        setting("evidence.yaml", "evidence", "E1", trial="trial")
    ),
    "evidence.yaml: evidence 'E1': unit: should be 'trial:trial'": setting(
        "evidence.yaml", "evidence", "E1", unit="publication:paper"
    ),
    "assessments.yaml: assessment 'E1': directness_reasons: indirect evidence needs a reason, direct "
    "evidence has none": setting("assessments.yaml", "assessments", "E1", directness="indirect"),
    "assessments.yaml: assessment 'E1': rob_reason: say why the risk of bias is judged so": setting(
        "assessments.yaml", "assessments", "E1", rob_reason=None
    ),
    "assessments.yaml: assessment 'E1': effect.ci_low: an interval has two ends": setting(
        "assessments.yaml", "assessments", "E1", effect={**EFFECT, "ci_high": None}
    ),
    "assessments.yaml: assessment 'E1': effect.measure: HR is a ratio, and a ratio is above zero": (
        setting(
            "assessments.yaml",
            "assessments",
            "E1",
            effect={**EFFECT, "ci_low": -0.1},
        )
    ),
    "assessments.yaml: assessment 'E1': effect.estimate: inf is not a finite number": setting(
        "assessments.yaml", "assessments", "E1", effect={**EFFECT, "estimate": float("inf")}
    ),
    "assessments.yaml: assessment 'E1': effect.estimate: 'one' is not a number": setting(
        "assessments.yaml", "assessments", "E1", effect={**EFFECT, "estimate": "one"}
    ),
    "assessments.yaml: assessment 'E1': effect.ci_level: goes with an interval": setting(
        "assessments.yaml", "assessments", "E1", effect={**EFFECT, "ci_level": None}
    ),
    "assessments.yaml: assessment 'E1': effect.ci_level: 20.0 is not within 50 to 100": setting(
        "assessments.yaml", "assessments", "E1", effect={**EFFECT, "ci_level": 20}
    ),
    "search_records.yaml: search record 'first PubMed 2026-01-01 insulin': included: is more than the "
    "hits": setting("search_records.yaml", "search_records", "first", included=4),
    # verdicts
    "verdicts.yaml: verdict 'first': certainty: start level and domains make high, not low": (
        verdict_set("first", certainty="low")
    ),
    "verdicts.yaml: verdict 'first': domains: a rated certainty has a start level and domains": (
        verdict_set("first", start_level=None)
    ),
    "verdicts.yaml: verdict 'whole': certainty: the ruleset makes it high": verdict_set(
        "whole", start_level=3, certainty="moderate"
    ),
    "verdicts.yaml: verdict 'first': framework: is grade for this type of claim and certainty": (
        verdict_set("first", framework="grade_adapted")
    ),
    "verdicts.yaml: verdict 'whole': certainty_from: should be parts": verdict_set(
        "whole", certainty_from="evidence"
    ),
    "verdicts.yaml: verdict 'first': contested_kind: goes with the verdict contested": verdict_set(
        "first", contested_kind="conflicting"
    ),
    "verdicts.yaml: verdict 'first': review_status: 1 is not within 0 to 0": verdict_set(
        "first", review_status=1
    ),
    "verdicts.yaml: verdict 'first': override_reason: the ruleset finds supported by V5; say why not": (
        verdict_set("first", verdict="partly_supported")
    ),
    "verdicts.yaml: verdict 'first': derived: the ruleset finds supported by V5": verdict_set(
        "first", derived={"ruleset": "1", "verdict": "supported", "rule": "V5n"}
    ),
}


@pytest.mark.parametrize(
    ("message", "change"), WRONG.items(), ids=[message[:60] for message in WRONG]
)
def test_what_is_wrong_is_told_with_file_key_and_field(tmp_path, message, change):
    content = small()
    change(content)

    assert problems_of(write(tmp_path / "wrong", content)) == [message]


def test_overridden_verdict_needs_its_reason_only(tmp_path):
    content = small()
    verdict_set("first", verdict="partly_supported", override_reason="Small.")(content)

    data = read(write(tmp_path / "small", content), today=TODAY)

    assert data.verdicts[1].override_reason == "Small."


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    content = small()
    claims_set("first", voice="nobody", state="finished")(content)
    setting("trials.yaml", "trials", "trial", enrollment=0)(content)
    (folder := write(tmp_path / "wrong", content)).joinpath("relations.yaml").unlink()

    assert problems_of(folder) == [
        "claims.yaml: claim 'first': voice: 'nobody' is not one of author, reader_comment",
        "claims.yaml: claim 'first': state: 'finished' is not one of draft, in_review, published, "
        "withdrawn",
        "relations.yaml: there is no such file",
        "trials.yaml: trial 'trial': enrollment: 0 is not within 1 to 2147483647",
    ]


def test_duplicate_key_is_told(tmp_path):
    content = small()
    content["claims.yaml"]["claims"].append(
        claim("first", parent="whole", is_core=False, is_essential=True)
    )

    assert problems_of(write(tmp_path / "wrong", content)) == [
        "claims.yaml: claim 'first': key: occurs 2 times"
    ]


@pytest.mark.parametrize("file", FILES)
def test_missing_file_is_told(tmp_path, file):
    folder = write(tmp_path / "wrong", small())
    (folder / file).unlink()

    assert f"{file}: there is no such file" in problems_of(folder)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "claims: [\n  {key: x\n",
            "claims.yaml: line 3, column 1: did not find expected ',' or '}'",
        ),
        ("a: 1\na: 2\n", "claims.yaml: line 2, column 1: the key 'a' occurs twice"),
        ("- 1\n", "claims.yaml: is not a mapping"),
        ("claims: []\n", "claims.yaml: schema: None is not 'claim-evidence-dataset/1'"),
        ("schema: claim-evidence-dataset/1\n", "claims.yaml: claims: is not a list"),
        ("schema: claim-evidence-dataset/1\nclaims: 3\n", "claims.yaml: claims: is not a list"),
        (
            "schema: claim-evidence-dataset/1\nclaims: [3]\n",
            "claims.yaml: claim 'number 1': 3 is not a mapping",
        ),
        ("when: 2026-02-31\n", "claims.yaml: is not YAML: day is out of range for month"),
        (
            "x: !!python/object/apply:os.getcwd []\n",
            "claims.yaml: line 1, column 4: could not determine a constructor for the tag "
            "'tag:yaml.org,2002:python/object/apply:os.getcwd'",
        ),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(tmp_path, text, problem):
    folder = write(tmp_path / "wrong", small())
    (folder / "claims.yaml").write_text(text, "utf-8")

    assert problems_of(folder)[0] == problem


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a: \x00\n"])
def test_bytes_that_are_no_text_are_told(tmp_path, content):
    folder = write(tmp_path / "wrong", small())
    (folder / "claims.yaml").write_bytes(content)

    assert problems_of(folder)[0].startswith("claims.yaml: ")


def test_article_without_paragraphs_is_told(tmp_path):
    content = small()
    del content["article.yaml"]["paragraphs"]

    assert problems_of(write(tmp_path / "wrong", content))[0] == (
        "article.yaml: paragraphs: is not a list"
    )


def test_missing_folder_is_told(tmp_path):
    assert problems_of(tmp_path / "nowhere") == [f"{tmp_path / 'nowhere'}: there is no such folder"]


def test_dangling_reference_to_a_row_with_an_illegal_value_is_not_told_twice(tmp_path):
    content = small()
    setting("publications.yaml", "publications", "paper", year="2015")(content)

    assert problems_of(write(tmp_path / "wrong", content)) == [
        "publications.yaml: publication 'paper': year: '2015' is not a whole number"
    ]


def test_the_data_set_speaks_of_itself_alone():
    for path in DATASET.iterdir():
        text = path.read_text("utf-8")

        assert [word for word in ("/home/", "/work/", "/root/") if word in text] == []
    assert sum(path.stat().st_size for path in DATASET.iterdir()) < 1_000_000
