"""Who and where for the history, and the content security policy."""

from collections.abc import Callable

import pghistory.middleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Record user and URL with each change.

    A reader's page changes nothing and is left alone: looking at `request.user` would make it vary by cookie.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE and not request.path.startswith("/admin/"):
            return self.get_response(request)
        return super().__call__(request)


class ContentSecurityPolicyMiddleware:
    """Send the policy of the settings unless the view has sent its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response
