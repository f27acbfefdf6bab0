import pghistory
from django.http import HttpResponse

from tracker.middleware import ContentSecurityPolicyMiddleware, HistoryMiddleware


def test_policy_is_sent(rf, settings):
    settings.CONTENT_SECURITY_POLICY = "default-src 'self'"

    response = ContentSecurityPolicyMiddleware(lambda request: HttpResponse())(rf.get("/"))

    assert response["Content-Security-Policy"] == "default-src 'self'"


def test_policy_of_the_view_goes_first(rf):
    own = HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"})

    response = ContentSecurityPolicyMiddleware(lambda request: own)(rf.get("/"))

    assert response["Content-Security-Policy"] == "default-src 'none'"


def context_during(request):
    """Return what the history would record of a change made while the request is answered."""
    seen = []

    def view(request):
        tracker = pghistory.runtime._tracker
        seen.append(dict(tracker.value.metadata) if hasattr(tracker, "value") else None)
        return HttpResponse()

    HistoryMiddleware(view)(request)
    return seen[0]


def test_history_records_who_and_where(rf, admin_user):
    request = rf.post("/anywhere/")
    request.user = admin_user

    assert context_during(request) == {"user": admin_user.pk, "url": "/anywhere/"}


def test_history_records_what_reading_in_the_admin_changes(rf, admin_user):
    request = rf.get("/admin/autocomplete/")
    request.user = admin_user

    assert context_during(request) == {"user": admin_user.pk, "url": "/admin/autocomplete/"}


def test_reader_s_page_is_not_asked_for_its_user(rf):
    request = rf.get("/claims/")  # has no user: to ask for it would fail

    assert context_during(request) is None


def test_reader_s_page_does_not_vary_by_cookie(client):
    response = client.get("/healthz")

    assert "Cookie" not in response.get("Vary", "")
