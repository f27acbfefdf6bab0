import pytest
from django.apps import apps

from claims.models import Assessment, Claim, Consensus, EvidenceItem, Quote
from tests import factories
from tests.desk import add_url, errors_in, list_url, person, save, url_of, values_in

pytestmark = pytest.mark.django_db

JUDGEMENT = {
    "stance": "supports",
    "directness": "direct",
    "scope": "matches",
    "finding_role": "own_result",
    "study_design": "rct",
    "rob_overall": "low",
    "rob_reason": "Blinded.",
    "rationale": "It measured what the claim says.",
}


@pytest.fixture
def ann(client):
    user = person("reviewer", "ann")
    client.force_login(user)
    return user


def assess(client, item, **values):
    """Send the form for one's own assessment of an item."""
    given = {f"assessments__0__{name}": value for name, value in (JUDGEMENT | values).items()}
    return save(client, url_of(item), **given)


def stances_on(client, item):
    """Return who said what in the assessments that the page of an item shows."""
    [inline] = [
        each
        for each in client.get(url_of(item)).context["inline_admin_formsets"]
        if each.opts.verbose_name_plural == "assessments you may read"
    ]
    return [
        (form.instance.reviewer.username, form.instance.stance) for form in inline.formset.forms
    ]


def test_assessment_is_submitted_and_settles_the_item(client, ann):
    item = factories.EvidenceItemFactory()

    response = assess(client, item)

    assessment = Assessment.objects.get()
    assert response.status_code == 302
    assert (assessment.reviewer, assessment.state, assessment.actor) == (ann, "submitted", "human")
    assert Consensus.objects.get().stance == "supports"
    assert item.claim.verdicts.get().verdict == "supported"


def test_whole_judgement_is_kept(client, ann):
    item = factories.EvidenceItemFactory()

    assess(
        client,
        item,
        directness="indirect",
        directness_reasons=["population", "timeframe"],
        sample_size="40",
        effect_outcome="death from any cause",
        effect_measure="HR",
        effect_estimate="0.9",
        effect_ci_low="0.8",
        effect_ci_high="1.01",
        effect_ci_level="95",
        effect_p="0.07",
        rob_tool="rob2",
        rob_domains="randomisation: low\nmissing data: some_concerns\n",
        quotes="Forty people were given insulin for weeks.\n\n Nobody was lost to follow-up at all. ",
    )

    assessment = Assessment.objects.get()
    assert assessment.directness_reasons == ["population", "timeframe"]
    assert assessment.effect == {
        "outcome": "death from any cause",
        "measure": "HR",
        "estimate": 0.9,
        "ci_low": 0.8,
        "ci_high": 1.01,
        "ci_level": 95,
        "p": "0.07",
    }
    assert assessment.rob_domains == {"randomisation": "low", "missing data": "some_concerns"}
    assert [quote.text for quote in Quote.objects.all()] == [
        "Forty people were given insulin for weeks.",
        "Nobody was lost to follow-up at all.",
    ]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"rationale": ""}, "This field is required."),
        (
            {"stance": "partly"},
            "Select a valid choice. partly is not one of the available choices.",
        ),
        ({"directness": "indirect"}, "Indirect evidence needs a reason; direct evidence has none."),
        ({"rob_reason": ""}, "Say why the risk of bias is judged so."),
        ({"effect_measure": "HR"}, "An effect names its outcome and its measure."),
        ({"quotes": "Too short."}, "“Too short.” is shorter than 20 characters."),
        ({"quotes": "Insulin in forty people"}, "The quote is only the title of its source."),
        (
            {"quotes": "Forty people were given insulin.\nForty people were given insulin."},
            "The same quote stands here twice.",
        ),
        (
            {"rob_domains": "randomisation low"},
            "“randomisation low”: write a domain, a colon and one of low, some_concerns, high, not_assessed.",
        ),
        (
            {
                "effect_outcome": "death",
                "effect_measure": "HR",
                "effect_estimate": "0.9",
                "effect_ci_low": "0.95",
                "effect_ci_high": "1",
                "effect_ci_level": "95",
            },
            "Give both ends and the level of the interval; it must contain the estimate.",
        ),
    ],
)
def test_illegal_assessment_is_refused_and_kept_in_the_form(client, ann, values, error):
    item = factories.EvidenceItemFactory(publication__title="Insulin in forty people")

    response = assess(client, item, **values)

    assert errors_in(response) == [error]
    assert values_in(response)["assessments-0-study_design"] == "rct"
    assert not Assessment.objects.exists()


def test_untouched_form_submits_nothing(client, ann):
    item = factories.EvidenceItemFactory(publication__study_design="rct")

    save(client, url_of(item))

    assert not Assessment.objects.exists()


@pytest.mark.parametrize(
    ("publication", "design"),
    [
        ({"study_design": "cohort"}, "cohort"),
        (
            {
                "publication_types": [
                    {"ui": "", "name": "Journal Article"},
                    {"ui": "", "name": "Meta-Analysis"},
                ]
            },
            "meta_analysis",
        ),
        ({"publication_types": [{"ui": "", "name": "Journal Article"}]}, ""),
    ],
)
def test_form_starts_with_the_design_that_the_source_states(client, ann, publication, design):
    paper = factories.PublicationFactory(sample_size=40, **publication)

    values = values_in(client.get(url_of(factories.EvidenceItemFactory(publication=paper))))

    assert (values["assessments-0-study_design"], values["assessments-0-sample_size"]) == (
        design,
        "40",
    )


def test_form_starts_with_the_size_that_the_registry_states(client, ann):
    item = factories.EvidenceItemFactory(of_trial=True, trial__enrollment=14671)

    assert values_in(client.get(url_of(item)))["assessments-0-sample_size"] == "14671"


def test_second_assessment_takes_the_place_of_the_first(client, ann):
    item = factories.EvidenceItemFactory()
    assess(client, item, quotes="Forty people were given insulin.")

    opened = values_in(client.get(url_of(item)))
    client.post(url_of(item), opened | {"assessments-0-stance": "contradicts"})

    states = Assessment.objects.order_by("pk").values_list("stance", "state")
    assert list(states) == [("supports", "superseded"), ("contradicts", "submitted")]
    assert opened["assessments-0-quotes"].strip() == "Forty people were given insulin."


def test_assessment_of_others_is_hidden_until_ones_own_is_in(client, ann):
    item = factories.EvidenceItemFactory(claim__article__reviewers_required=2)
    bob = person("reviewer", "bob")
    factories.AssessmentFactory(item=item, reviewer=bob, stance="contradicts")
    before = stances_on(client, item)

    assess(client, item)

    assert before == []
    assert sorted(stances_on(client, item)) == [("ann", "supports"), ("bob", "contradicts")]


def test_draft_of_another_is_never_shown(client, ann):
    item = factories.EvidenceItemFactory()
    factories.AssessmentFactory(item=item, draft=True, stance="contradicts")

    assess(client, item)

    assert stances_on(client, item) == [("ann", "supports")]


def test_editor_reads_what_is_submitted_and_no_draft(client):
    item = factories.EvidenceItemFactory()
    factories.AssessmentFactory(item=item, reviewer__username="bob")
    factories.AssessmentFactory(item=item, draft=True)
    client.force_login(person("editor", "eve"))

    assert stances_on(client, item) == [("bob", "supports")]


@pytest.mark.parametrize(
    "label", ["Assessment", "AssessmentEvent", "Quote", "QuoteEvent", "Consensus", "ConsensusEvent"]
)
def test_no_list_tells_what_others_judged(client, ann, label):
    hidden = factories.EvidenceItemFactory(judged=True)
    factories.QuoteFactory(assessment=hidden.assessments.get())
    own = factories.EvidenceItemFactory(judged=True, judged__reviewer=ann)
    factories.QuoteFactory(assessment=own.assessments.get())
    model = apps.get_model("claims", label)

    found = client.get(list_url(model)).context["cl"].queryset
    pages = [client.get(url_of(row)).status_code for row in model._default_manager.order_by("pk")]

    assert (model._default_manager.count(), found.count()) == (2, 1)
    assert pages == [302, 200]


def test_item_does_not_say_what_it_counts_as_before_one_has_judged_it(client, ann):
    item = factories.EvidenceItemFactory(judged=True)

    pages = [client.get(url).content.decode() for url in (url_of(item), url_of(item.claim))]
    listed = client.get(list_url(EvidenceItem)).content.decode()
    filters = [spec.title for spec in client.get(list_url(EvidenceItem)).context["cl"].filter_specs]

    assert ["hidden until yours is in" in page for page in (*pages, listed)] == [True, True, True]
    assert "stance" not in filters


def test_evidence_is_added_on_a_page_of_its_own(client, ann):
    claim = factories.ClaimFactory()

    save(
        client,
        add_url(EvidenceItem),
        claim=str(claim.pk),
        publication="new:12345678",
        finding="less glucose",
        origin="found_by_reviewer",
    )

    item = EvidenceItem.objects.get()
    assert (item.claim, item.publication.pmid, item.added_by) == (claim, "12345678", ann)


def test_evidence_on_a_claim_that_cannot_be_checked_is_refused(client, ann):
    claim = factories.ClaimFactory(value=True)

    response = save(
        client,
        add_url(EvidenceItem),
        claim=str(claim.pk),
        publication="new:12345678",
        finding="less glucose",
        origin="found_by_reviewer",
    )

    assert errors_in(response) == [f"{claim.public_id} cannot be checked, so nothing bears on it."]


def test_assessment_is_refused_when_the_claim_was_withdrawn_meanwhile(client, ann):
    item = factories.EvidenceItemFactory()
    opened = values_in(client.get(url_of(item)))
    Claim.objects.update(state="withdrawn")

    response = client.post(
        url_of(item), opened | {f"assessments-0-{name}": v for name, v in JUDGEMENT.items()}
    )

    assert errors_in(response) == [f"{item.claim.public_id} is withdrawn."]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"consensus": "awaited"}, ["alone"]),
        ({"consensus": "reached"}, ["mine", "other"]),
        ({"mine": "to_do"}, ["alone", "other"]),
        ({"mine": "done"}, ["mine"]),
    ],
)
def test_items_are_filtered(client, ann, filters, found):
    factories.EvidenceItemFactory(finding="alone")
    factories.EvidenceItemFactory(finding="other", judged=True)
    factories.EvidenceItemFactory(finding="mine", judged=True, judged__reviewer=ann)

    rows = client.get(list_url(EvidenceItem), filters).context["cl"].queryset

    assert sorted(item.finding for item in rows) == found


@pytest.mark.parametrize("number", [1, 3])
def test_item_page_takes_as_many_queries_for_one_assessment_as_for_three(
    client, django_assert_num_queries, number
):
    client.force_login(factories.UserFactory(admin=True))
    item = factories.EvidenceItemFactory()
    for assessment in factories.AssessmentFactory.create_batch(number, item=item):
        factories.QuoteFactory.create_batch(number, assessment=assessment)

    client.get(url_of(item))  # what Django looks up once a process is looked up now

    with django_assert_num_queries(10):
        client.get(url_of(item))
