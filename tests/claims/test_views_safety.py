"""What no page may do: run what somebody typed, set a cookie, fall over."""

import itertools

import pytest
from django.conf import settings

from claims.actions.verdicts import derive_verdicts
from tests.claims.evil import EVIL, LISTS, evil_site
from tests.claims.reading import heading, page_of
from tests.factories import NOW, ClaimFactory, EvidenceItemFactory, UserFactory, VerdictFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def evil_world():
    """Return the addresses of pages on which every text that is shown is hostile."""
    return [*LISTS, *(shown.get_absolute_url() for shown in evil_site())]


def test_nothing_that_was_typed_becomes_markup(client, evil_world):
    for address in evil_world:
        page = page_of(client.get(address))

        assert page.xpath("//script[text()] | //img | //@onerror | //@style | //style") == [], (
            address
        )
        assert set(page.xpath("//script/@src")) <= {"/static/claims/reading.js"}, address


def test_hostile_words_are_shown_as_words(client, evil_world):
    for address in evil_world[-4:]:
        assert "<script>alert(1)</script>" in page_of(client.get(address)).text_content(), address


def test_templates_in_what_was_typed_are_not_run(client, evil_world):
    assert "{{ 7 }}" in page_of(client.get(evil_world[-4])).text_content()


def test_feed_escapes_what_was_typed(client, evil_world):
    assert b"<script>" not in client.get("/changes/atom.xml").content


def test_pages_set_no_cookie_and_send_the_policy(client, evil_world):
    for address in evil_world:
        response = client.get(address)

        assert (response.status_code, response.cookies) == (200, {}), address
        assert response["Content-Security-Policy"] == settings.CONTENT_SECURITY_POLICY, address
        # An article's text is shown in full to those who are logged in and may read it.
        assert ("Cookie" in response.get("Vary", "")) == ("/articles/" in address), address


def test_hostile_trace_stays_words(client):
    claim = ClaimFactory()
    EvidenceItemFactory(claim=claim, judged=True)
    derive_verdicts([claim], by=UserFactory(), now=NOW)
    verdict = claim.verdicts.get()
    VerdictFactory(
        claim=ClaimFactory(key="other"),
        supported=True,
        trace=verdict.trace
        | {"because": EVIL, "flags": [{"code": "x", "unit": EVIL, "text": EVIL}]},
    )

    page = page_of(client.get("/claims/other/", follow=True))

    assert page.xpath("//script | //img") == []


def test_unknown_address_gets_a_page_of_the_site(client):
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert heading(response) == "There is no such page"
    assert page_of(response).xpath("//nav//a/@href")[:2] == ["/claims/", "/topics/"]


def test_failure_gets_a_page_that_needs_nothing(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("claims.views.topics.topic_label", None)
    ClaimFactory(topics=["liver"])

    response = client.get("/topics/")

    assert response.status_code == 500
    assert heading(response) == "Something went wrong"


def test_every_page_has_one_main_heading_a_language_and_a_skip_link(client, evil_world):
    for address in evil_world:
        page = page_of(client.get(address))

        assert page.get("lang") == "en", address
        assert len(page.xpath("//h1")) == 1, address
        assert page.xpath("//body/a[1]/@href") == ["#content"], address
        assert len(page.xpath("//main[@id='content']")) == 1, address


def test_headings_never_skip_a_level(client, evil_world):
    for address in [*evil_world, "/methods/"]:
        levels = [int(h.tag[1]) for h in page_of(client.get(address)).xpath("//h1|//h2|//h3|//h4")]

        steps = [after - before for before, after in itertools.pairwise(levels)]
        assert max(steps, default=0) <= 1, address


def test_ids_occur_once(client, evil_world):
    for address in [*evil_world, "/methods/"]:
        ids = page_of(client.get(address)).xpath("//@id")

        assert sorted(ids) == sorted(set(ids)), address
