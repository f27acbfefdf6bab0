"""Who and where for the history, and the content security policy."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from pghistory.middleware import HistoryMiddleware as RecordingMiddleware

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
Handler = Callable[[HttpRequest], HttpResponse]


class HistoryMiddleware:
    """Record user and URL with each change.

    A reader's page changes nothing and is left alone: to ask for its user would make it vary by cookie.
    """

    def __init__(self, get_response: Handler) -> None:
        self.plain = get_response
        self.recording: Handler = RecordingMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_read = request.method in SAFE and not request.path.startswith("/admin/")
        return self.plain(request) if is_read else self.recording(request)


class ContentSecurityPolicyMiddleware:
    """Send the policy of the settings unless the view has sent its own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response
