"""The reviewers' desk in a real browser, under the policy that lets no inline script or style run."""

from contextlib import contextmanager

import pytest
from django.conf import settings
from django.test import Client

from claims.models import EvidenceItem
from sources.models import FetchRequest
from tests import factories
from tests.desk import person, url_of

pytestmark = pytest.mark.django_db


class Desk:
    """One person's browser, logged in; `complaints` is what its console said."""

    def __init__(self, visitor, address, user):
        self.visitor, self.address = visitor, address
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}
        self.complaints = []

    def does(self, steps):
        """Run `steps(page)` in the browser's thread and return its result."""
        return self.visitor.thread.submit(self._do, steps).result()

    def _do(self, steps):
        with self._page() as page:
            return steps(page)

    @contextmanager
    def _page(self):
        context = self.visitor.browser.new_context(base_url=self.address)
        context.add_cookies([self.cookie])
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        yield page
        context.close()


@pytest.fixture
def desk_of(visitor, live_server):
    return lambda user: Desk(visitor, live_server.url, user)


def test_claim_goes_from_a_typed_number_to_an_approved_verdict(desk_of):
    reviewer, editor = desk_of(person("reviewer", "ann")), desk_of(person("editor", "eve"))
    claim = factories.VerdictFactory().claim

    def tie_evidence(page):
        page.goto(url_of(claim))
        page.click("text=Add another Evidence item")
        page.click("#evidence-0 .field-publication .select2-selection")
        page.locator(".select2-search__field").last.fill("12345678")
        page.click("text=PMID 12345678 - not stored yet: add it and queue its fetch")
        page.fill("#id_evidence-0-finding", "less glucose")
        page.click("input[name=_continue]")
        return page.inner_text(".field-verdict_now .readonly")

    def assess(page):
        page.goto(item)
        for field, value in (
            ("stance", "supports"),
            ("directness", "direct"),
            ("scope", "matches"),
            ("finding_role", "own_result"),
            ("study_design", "rct"),
            ("rob_overall", "low"),
        ):
            page.select_option(f"#id_assessments-0-{field}", value)
        page.fill("#id_assessments-0-rob_reason", "Blinded.")
        page.fill("#id_assessments-0-rationale", "It measured what the claim says.")
        page.click("input[name=_save]")
        page.goto(url_of(claim))
        return page.inner_text(".field-verdict_now .readonly")

    def approve(page):
        page.goto(verdict)
        page.click("button:has-text('Approve')")
        return page.inner_text(".messagelist")

    before = reviewer.does(tie_evidence)
    item = url_of(EvidenceItem.objects.get())
    after = reviewer.does(assess)
    verdict = url_of(claim.verdicts.order_by("-version")[0])
    told = editor.does(approve)

    assert before.startswith("Unassessed · not rated · provisional · not approved")
    assert after.startswith("Supported · not rated · one reviewer · not approved")
    assert told.endswith(" is approved: Supported.")
    assert FetchRequest.objects.get().identifier == "12345678"
    assert (reviewer.complaints, editor.complaints) == ([], [])


def test_number_that_is_none_is_said_to_be_none_and_cannot_be_chosen(desk_of):
    desk = desk_of(person("reviewer", "ann"))
    claim = factories.ClaimFactory()

    def type_it(page):
        page.goto(url_of(claim))
        page.click("text=Add another Evidence item")
        page.click("#evidence-0 .field-trial .select2-selection")
        page.locator(".select2-search__field").last.fill("NCT123")
        line = page.locator(".select2-results__option[aria-disabled=true]:has-text('NCT123')")
        line.click(force=True)
        return line.inner_text(), page.input_value("#id_evidence-0-trial")

    said, chosen = desk.does(type_it)

    assert said.startswith("'NCT123' is not a trial's registry number")
    assert chosen == ""


def test_certainty_adds_up_while_it_is_typed(desk_of):
    desk = desk_of(person("reviewer", "ann"))
    claim = factories.VerdictFactory(rated=True).claim

    def type_steps(page):
        page.goto(url_of(claim, "rate-certainty"))
        results = [page.inner_text("#certainty-result")]
        for field, step in (("imprecision", "-2"), ("large_effect", "1"), ("imprecision", "-9")):
            page.fill(f"#id_{field}", step)
            results.append(page.inner_text("#certainty-result"))
        return results

    assert desk.does(type_steps) == [
        "Moderate",
        "Very low",
        "Low",
        "a step is missing or out of range",
    ]
    assert desk.complaints == []


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_pages_are_no_wider_than_the_window(desk_of, width):
    desk = desk_of(factories.UserFactory(admin=True))
    verdict = factories.VerdictFactory(rated=True)
    items = factories.EvidenceItemFactory.create_batch(2, claim=verdict.claim, judged=True)
    factories.FetchRequestFactory(failed=True)
    paper = factories.PublicationFactory(mismatched=True, expected_title="Insulin " * 30)
    holder = factories.PublicationFactory(doi="10.5555/" + "x" * 60)
    conflict = factories.IdentityConflictFactory(
        kind="doi_of_two", other_publication=holder, ours=holder.doi, theirs=holder.doi
    )
    paths = [
        "/admin/",
        "/admin/sources/identityconflict/",
        url_of(conflict),
        url_of(conflict, "settle"),
        "/admin/sources/publication/lookup/",
        "/admin/claims/claim/",
        "/admin/claims/evidenceitem/",
        "/admin/claims/verdict/",
        "/admin/sources/fetchrequest/",
        url_of(verdict.claim),
        url_of(verdict.claim, "history"),
        url_of(verdict.claim, "rate-certainty"),
        url_of(verdict),
        url_of(items[0]),
        url_of(paper),
        url_of(paper, "accept-identity"),
    ]

    def overflow(page):
        page.set_viewport_size({"width": width, "height": 900})
        wide = []
        for path in paths:
            page.goto(path)
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            wide += [path] if over > 0 else []
        return wide

    assert desk.does(overflow) == []
    assert desk.complaints == []
