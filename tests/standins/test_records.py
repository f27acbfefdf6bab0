"""Where the stand-ins' records come from."""

from sources.clinicaltrials_json import parse_study
from sources.pubmed_xml import parse_record
from tests.standins import records, trials
from tests.standins.records import article, read_folder, read_table, split_records
from tests.standins.trials import study

SET = b"<?xml version='1.0'?>\n<PubmedArticleSet>%b</PubmedArticleSet>"


def test_split_gives_each_record_its_own_pmid():
    related = b"<CommentsCorrections><PMID Version='1'>999</PMID></CommentsCorrections></Medline"
    one = article("123").replace(b"</Medline", related)
    book = b"<PubmedBookArticle><BookDocument><PMID Version='1'> 7 </PMID></BookDocument></PubmedBookArticle>"

    assert list(split_records(SET % (one + b"\n" + book))) == [("123", one), ("7", book)]


def test_split_passes_over_what_cannot_be_put_into_utf_8():
    assert list(split_records(b'<?xml version="1.0" encoding="ISO-8859-1"?>' + article("1"))) == []
    assert len(list(split_records(b'<?xml version="1.0" encoding="UTF-8"?>' + article("1")))) == 1


def test_folder_serves_the_first_file_that_has_a_pmid(tmp_path):
    (tmp_path / "a.xml").write_bytes(SET % article("1", "From a"))
    (tmp_path / "b.xml").write_bytes(SET % (article("1", "From b") + article("2", "Two")))

    assert read_folder(tmp_path) == {"1": article("1", "From a"), "2": article("2", "Two")}


def test_table_makes_a_record_of_each_publication_with_a_pmid(tmp_path):
    file = tmp_path / "publications.yaml"
    file.write_text(
        """
publications:
- {key: a, pmid: '11', doi: 10.1/x, title: Salt & sugar, journal: J, year: 2010, first_author: Mc Doe AB}
- {key: b, pmid: '12', doi: null, title: Two, journal: J, year: null, first_author: The Group (Doe J)}
- {key: c, pmid: null, title: Three}
"""
    )

    made_up = read_table(file)

    assert made_up == {
        "11": article(
            "11", "Salt & sugar", journal="J", year=2010, doi="10.1/x", first_author="Mc Doe AB"
        ),
        "12": article("12", "Two", journal="J", year=None, first_author="The Group (Doe J)"),
    }
    assert b"<LastName>Mc Doe</LastName><Initials>AB</Initials>" in made_up["11"]
    assert b"<ArticleTitle>Salt &amp; sugar.</ArticleTitle>" in made_up["11"]
    assert b"<CollectiveName>The Group</CollectiveName>" in made_up["12"]
    assert b"Abstract" not in made_up["11"]


def test_no_table_no_records(tmp_path):
    assert read_table(tmp_path / "absent.yaml") == {}
    assert trials.read_table(tmp_path / "absent.yaml") == {}


def test_trials_table_leaves_other_registries_out(tmp_path):
    file = tmp_path / "trials.yaml"
    file.write_text(
        """
trials:
- {registry: clinicaltrials, registry_id: NCT00000620, title: One, acronym: ACCORD, enrollment: 10251}
- {registry: isrctn, registry_id: ISRCTN12345678, title: Two}
"""
    )

    assert trials.read_table(file) == {
        "NCT00000620": study("NCT00000620", "One", acronym="ACCORD", enrollment=10251)
    }


def test_trials_folder_leaves_out_what_is_no_study(tmp_path):
    (tmp_path / "a.json").write_bytes(study("NCT00000620"))
    (tmp_path / "page.json").write_text('{"studies": []}')
    (tmp_path / "broken.json").write_text("{")

    assert trials.read_folder(tmp_path) == {"NCT00000620": study("NCT00000620")}


def test_real_records_are_served_when_they_are_there(shared_data, monkeypatch):
    monkeypatch.setenv("TRACKER_SHARED_DATA", str(shared_data))
    real = read_folder(shared_data / "pubmed")

    assert len(real) > 100
    assert records.all_records().items() & real.items() != set()
    assert trials.all_trials().items() >= trials.read_folder(shared_data / "ctgov", "x").items()


def test_shared_data_may_be_absent(tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKER_SHARED_DATA", str(tmp_path / "absent"))

    assert records.shared_data() is None


def test_every_record_of_the_data_set_is_served_without_real_ones():
    made_up = read_table(records.DATA_SET / "publications.yaml")
    registered = trials.read_table(records.DATA_SET / "trials.yaml")

    assert len(made_up) > 100
    assert {pmid: parse_record(raw).pmid for pmid, raw in made_up.items()} == {
        pmid: pmid for pmid in made_up
    }
    assert {nct: parse_study(raw).registry_id for nct, raw in registered.items()} == {
        nct: nct for nct in registered
    }
    assert records.all_records().keys() >= made_up.keys()
    assert trials.all_trials().keys() >= registered.keys()
