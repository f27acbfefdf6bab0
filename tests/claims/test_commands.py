"""What an operator runs, and what it answers."""

import csv
import io
import json
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from claims import exports
from claims.actions.people import initial_curation
from claims.actions.verdicts import approve_verdict, derive_verdicts
from claims.models import Claim, EvidenceItem, Verdict
from sources.models import Publication
from tests.claims.datasets import DATASET, claim, small, write
from tests.conftest import ROOT
from tests.factories import (
    NOW,
    AssessmentFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    EvidenceItemFactory,
    PublicationFactory,
    QuoteFactory,
    TrialFactory,
    UserFactory,
    VerdictFactory,
    sha256,
)

pytestmark = pytest.mark.django_db


def run(*arguments, **options):
    out = io.StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def sound(tmp_path):
    return write(tmp_path / "sound", small())


@pytest.fixture
def unsound(tmp_path):
    content = small()
    content["claims.yaml"]["claims"].append(claim("worth", voice="nobody"))
    return write(tmp_path / "unsound", content)


def test_load_dataset_tells_what_it_did(sound):
    assert run("load_dataset", sound).splitlines() == [
        "Data set an-article",
        "                created  changed  unchanged  kept",
        "trial                 1        0          0     0",
        "publication           2        0          0     0",
        "report                1        0          0     0",
        "inclusion             1        0          0     0",
        "digest                1        0          0     0",
        "trial result          1        0          0     0",
        "article               1        0          0     0",
        "snapshot              1        0          0     0",
        "claim                 4        0          0     0",
        "anchor                2        0          0     0",
        "relation              1        0          0     0",
        "citation              1        0          0     0",
        "evidence              2        0          0     0",
        "assessment            2        0          0     0",
        "search                1        0          0     0",
        "verdict               4        0          0     0",
        "4 verdicts derived: 1 not applicable, 3 supported.",
    ]


def test_load_dataset_tells_what_it_left_alone(tmp_path, sound):
    run("load_dataset", sound)
    Claim.objects.filter(key="first").update(note="Edited here.")
    content = small()
    content["relations.yaml"]["relations"] = []

    lines = run("load_dataset", write(tmp_path / "later", content)).splitlines()

    assert lines[-5:] == [
        "Kept as edited here:",
        "  claim first: note",
        "No longer in the data set, left as they are:",
        "  relation whole worth",
        "No verdict changed.",
    ]


def test_load_dataset_lists_at_most_twenty(tmp_path):
    content = small()
    keys = [f"part-{n}" for n in range(25)]
    content["claims.yaml"]["claims"] += [
        claim(key, parent="whole", is_core=False, is_essential=False) for key in keys
    ]
    verdict = {**content["verdicts.yaml"]["verdicts"][3], "verdict": "unassessed"}
    verdict["derived"] = {"ruleset": "1", "verdict": "unassessed", "rule": "V2u"}
    content["verdicts.yaml"]["verdicts"] += [{**verdict, "claim": key} for key in keys]
    folder = write(tmp_path / "large", content)
    run("load_dataset", folder)
    Claim.objects.filter(key__in=keys).update(note="Edited here.")

    lines = run("load_dataset", folder).splitlines()

    assert lines[-2:] == ["  and 5 more", "No verdict changed."]


def test_load_dataset_checks_without_writing(sound):
    assert run("load_dataset", sound, check=True) == f"{sound}: 4 claims, nothing wrong.\n"
    assert not Claim.objects.exists()


def test_load_dataset_has_a_default():
    assert run("load_dataset", check=True) == f"{DATASET}: 124 claims, nothing wrong.\n"


@pytest.mark.parametrize("check", [True, False])
def test_load_dataset_refuses_what_is_wrong(unsound, check):
    with pytest.raises(CommandError) as refusal:
        run("load_dataset", unsound, check=check)

    assert str(refusal.value).splitlines() == [
        "claims.yaml: claim 'worth': voice: 'nobody' is not one of author, reader_comment",
        f"1 wrong in {unsound}; nothing was written.",
    ]
    assert not Claim.objects.exists()


def test_load_dataset_refuses_a_conflict(sound):
    PublicationFactory(pmid="11")
    PublicationFactory(pmid=None, doi="10.5555/x")
    Publication.objects.filter(pmid="11").update(doi=None)
    content = small()
    content["publications.yaml"]["publications"][0]["doi"] = "10.5555/x"
    content["publications.yaml"]["publications"][1]["doi"] = "10.5555/y"

    with pytest.raises(CommandError, match="publication 'paper': its PMID, DOI and PMCID belong"):
        run("load_dataset", write(sound, content))


@pytest.mark.django_db(transaction=True)
def test_load_dataset_ends_with_status_1_and_no_traceback(unsound, process_environment):
    ended = subprocess.run(
        [sys.executable, "manage.py", "load_dataset", str(unsound)],
        cwd=ROOT,
        env=process_environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Traceback" not in ended.stderr
    assert "claims.yaml: claim 'worth': voice: 'nobody' is not one of" in ended.stderr


def test_derive_verdicts_lists_what_changed():
    item = EvidenceItemFactory(
        claim=ClaimFactory(key="insulin-acts"),
        publication=PublicationFactory(fetched=True),
        judged=True,
    )
    number = item.claim.public_id

    assert run("derive_verdicts").splitlines() == [
        f"{number} insulin-acts: none -> Supported (first derived)",
        "1 verdicts changed.",
    ]
    Publication.objects.update(integrity="retracted")
    assert run("derive_verdicts").splitlines() == [
        f"{number} insulin-acts: Supported -> Unassessed "
        f"({item.key}: its publication is now marked as retracted)",
        "1 verdicts changed.",
    ]
    assert run("derive_verdicts") == "0 verdicts changed.\n"


def test_derive_verdicts_speaks_json():
    claim = ClaimFactory()

    rows = json.loads(run("derive_verdicts", json=True))

    assert rows == [
        {
            "claim": claim.public_id,
            "key": claim.key,
            "before": None,
            "after": {
                "id": Verdict.objects.get().public_id,
                "verdict": "unassessed",
                "contested_kind": None,
                "certainty": "not_rated",
                "rule": "V2u",
                "review_status": 0,
            },
            "is_current": True,
            "why": ["first derived"],
        }
    ]


def test_import_article_counts_what_it_found(tmp_path):
    anchor = ClaimAnchorFactory(start=0, end=5, span_sha256=sha256("Words"))
    (text := tmp_path / "text.txt").write_text("Words of the article.", "utf-8")
    snapshot = anchor.snapshot
    key = snapshot.article.key

    with pytest.raises(CommandError, match="None of the 1 claims stands in this text"):
        run("import_article", key, text=text)

    anchor.fingerprint_words, anchor.fingerprint_sha256 = 1, sha256("words")
    anchor.save()
    assert run("import_article", key, text=text) == (
        "0 exact, 1 relocated, 0 ambiguous, 0 orphaned\n"
    )
    assert json.loads(run("import_article", key, text=text, json=True)) == {
        "exact": 0,
        "relocated": 1,
        "ambiguous": 0,
        "orphaned": 0,
    }


def test_import_article_names_the_articles_there_are(tmp_path):
    key = ClaimFactory().article.key

    with pytest.raises(CommandError, match=f"There is no article 'nothing'; there is: {key}."):
        run("import_article", "nothing", text=tmp_path)


@pytest.mark.parametrize(
    ("content", "message"), [(None, "No such file"), (b"\xff", "not UTF-8 at byte 0")]
)
def test_import_article_refuses_what_is_no_text(tmp_path, content, message):
    path = tmp_path / "text.txt"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError, match=message):
        run("import_article", ClaimFactory().article.key, text=path)


def consistency():
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_consistency", stdout=out)
    return ended.value.code, out.getvalue().splitlines()


def placed(**values):
    """Return a claim that is consistent in itself."""
    claim = ClaimFactory(**values)
    ClaimAnchorFactory(claim=claim)
    derive_verdicts([claim], by=initial_curation(), now=NOW)
    return claim


def test_check_consistency_finds_nothing_wrong():
    placed()

    assert run("check_consistency") == "Nothing is inconsistent.\n"


def without_verdict():
    return ClaimAnchorFactory().claim, "1 claims without a verdict:"


def published_without_evidence():
    claim = placed(published=True)
    return claim, "1 published claims without counted evidence:"


def whole_with_one_part():
    whole = ClaimFactory(key="whole")
    ClaimFactory(parent=whole)
    ClaimFactory(parent=whole, state="withdrawn")
    ClaimAnchorFactory(claim=whole)
    derive_verdicts(by=initial_curation(), now=NOW)
    return whole, "1 compound claims with fewer than two parts:"


def without_place():
    claim = ClaimFactory()
    derive_verdicts(by=initial_curation(), now=NOW)
    return claim, "1 claims without a place in their article:"


def lost_anchor():
    claim = placed()
    claim.anchors.update(status="orphaned", start=None, end=None)
    return claim, "1 anchors that were not found, or found twice:"


def never_fetched():
    claim = placed()
    EvidenceItemFactory(claim=claim, judged=True)
    derive_verdicts(by=initial_curation(), now=NOW)
    return claim, "1 counted evidence items whose record was never fetched:"


def test_uncounted_evidence_need_not_be_fetched():
    EvidenceItemFactory(claim=placed(), judged=True, judged__study_design="animal")
    derive_verdicts(by=initial_curation(), now=NOW)

    assert list(EvidenceItem.objects.counted()) == []


def trial_never_fetched():
    claim = placed()
    EvidenceItemFactory(claim=claim, judged=True, of_trial=True)
    derive_verdicts(by=initial_curation(), now=NOW)
    return claim, "1 counted evidence items whose record was never fetched:"


def another_work():
    claim = placed()
    EvidenceItemFactory(claim=claim, judged=True, publication=PublicationFactory(mismatched=True))
    derive_verdicts(by=initial_curation(), now=NOW)
    return claim, "1 evidence items whose record is another work than was meant:"


def broken_quote():
    claim = placed()
    item = EvidenceItemFactory(claim=claim, publication=PublicationFactory(fetched=True))
    QuoteFactory(assessment=AssessmentFactory(item=item), status="not_found")
    derive_verdicts(by=initial_curation(), now=NOW)
    return claim, "1 quotes that do not stand in their source:"


def stale_verdict():
    claim = placed()
    item = EvidenceItemFactory(
        claim=claim, publication=PublicationFactory(fetched=True), judged=True
    )
    derive_verdicts(by=initial_curation(), now=NOW)
    newest = claim.verdicts.order_by("version").last()
    approve_verdict(newest, by=UserFactory(role="editor"), now=NOW)
    Publication.objects.filter(pk=item.publication_id).update(integrity="corrected")
    derive_verdicts(by=initial_curation(), now=NOW)
    return claim, "1 verdicts whose grounds have changed since they were approved:"


@pytest.mark.parametrize(
    "inconsistency",
    [
        without_verdict,
        published_without_evidence,
        whole_with_one_part,
        without_place,
        lost_anchor,
        never_fetched,
        trial_never_fetched,
        another_work,
        broken_quote,
        stale_verdict,
    ],
    ids=lambda each: each.__name__,
)
def test_check_consistency_lists_what_is_wrong_with_a_link(settings, inconsistency):
    settings.SITE_URL = "https://claims.example.org"
    claim, title = inconsistency()

    status, lines = consistency()

    assert (status, lines[0], len(lines)) == (1, title, 2)
    assert lines[1].endswith(f"  https://claims.example.org/claims/{claim.public_id}/")


def test_check_consistency_lists_at_most_ten():
    for _ in range(12):
        without_verdict()

    assert consistency()[1][-1] == "  and 2 more"


def exported(kind, **options):
    return [json.loads(line) for line in run("export", kind, **options).splitlines()]


def test_export_writes_claims_with_their_verdicts():
    claim = placed(key="insulin-acts", topics=["insulin"])
    ClaimFactory(state="draft")

    [row] = exported("claims")

    assert row == {
        "id": claim.public_id,
        "key": "insulin-acts",
        "article": claim.article.key,
        "statement": claim.statement,
        "claim_type": "causation",
        "checkability": "checkable",
        "modality": "asserted",
        "voice": "author",
        "population": "",
        "exposure": "",
        "comparator": "",
        "outcome": "",
        "topics": ["insulin"],
        "parent": None,
        "state": "in_review",
        "verdict": "unassessed",
        "contested_kind": None,
        "certainty": "not_rated",
        "rule": "V2u",
        "review_status": 0,
        "is_provisional": True,
        "summary": "",
        "stale_since": None,
        "supports": 0,
        "contradicts": 0,
        "neutral": 0,
        "not_counted": 0,
    }


def test_export_of_a_claim_without_a_verdict_has_the_same_columns():
    placed()
    ClaimFactory(parent=ClaimFactory())

    rows = exported("claims")

    assert len({tuple(row) for row in rows}) == 1
    assert [row["verdict"] for row in rows] == ["unassessed", None, None]
    assert rows[2]["parent"] == rows[1]["id"]


def test_export_writes_every_version_of_a_verdict():
    claim = ClaimFactory()
    VerdictFactory(claim=claim, superseded=True)
    VerdictFactory(claim=claim, version=2, verdict="supported", rated=True, stale=True)

    first, second = exported("verdicts")

    assert (first["version"], first["is_current"], first["risk_of_bias"]) == (1, False, None)
    assert (second["claim"], second["certainty"], second["risk_of_bias"]) == (
        claim.public_id,
        "moderate",
        -1,
    )
    assert (second["stale_since"], second["created_at"]) == (NOW.isoformat(), NOW.isoformat())


def test_export_writes_publications_and_trials():
    publication = PublicationFactory(fetched=True, authors=[{"family": "Yang"}])
    trial = TrialFactory(aliases=["SAVIOR"])

    [paper], [study] = exported("publications"), exported("trials")

    assert (paper["pmid"], paper["first_author"]) == (publication.pmid, "Yang")
    assert (paper["fetched_at"], paper["integrity"]) == (NOW.isoformat(), "current")
    assert (study["id"], study["aliases"], study["fetched_at"]) == (
        trial.registry_id,
        ["SAVIOR"],
        None,
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_holds_no_formulas(tmp_path, start):
    PublicationFactory(title=f"{start}1+1", journal="a, “b”")
    path = tmp_path / "publications.csv"

    run("export", "publications", format="csv", output=path)

    with path.open(newline="", encoding="utf-8") as file:
        [row] = csv.DictReader(file)
    assert (row["title"], row["journal"], row["doi"]) == (f"'{start}1+1", "a, “b”", "")
    assert list(tmp_path.iterdir()) == [path]


def test_csv_puts_lists_into_one_cell():
    TrialFactory(aliases=["SAVOR", "SAVIOR"])

    [row] = csv.DictReader(io.StringIO(run("export", "trials", format="csv")))

    assert row["aliases"] == "SAVOR; SAVIOR"


def test_export_of_nothing_is_empty():
    assert run("export", "claims") == ""


def test_export_that_breaks_off_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    def break_off():
        yield {"id": 1}
        raise RuntimeError("killed")

    monkeypatch.setitem(exports.EXPORTS, "claims", break_off)
    (path := tmp_path / "claims.ndjson").write_text("as it was")

    with pytest.raises(RuntimeError):
        run("export", "claims", output=path)

    assert (path.read_text(), list(tmp_path.iterdir())) == ("as it was", [path])


def test_export_to_nowhere_says_so(tmp_path):
    with pytest.raises(CommandError, match="No such file or directory"):
        run("export", "claims", output=tmp_path / "nowhere" / "claims.ndjson")


@pytest.mark.django_db(transaction=True)
def test_export_stops_quietly_when_nobody_reads_on(process_environment):
    PublicationFactory.create_batch(40, title="t" * 4000)

    with subprocess.Popen(
        [sys.executable, "manage.py", "export", "publications"],
        cwd=ROOT,
        env={**process_environment, "NCBI_EMAIL": "operator@example.org"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        beginning = process.stdout.read(10)
        process.stdout.close()
        complaint = process.stderr.read()

    assert (beginning, complaint, process.returncode) == (b'{"pmid": "', b"", 0)
