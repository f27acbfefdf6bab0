"""What every answer under /api/ has in common: no error page in HTML, and reading from any origin."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from claims.api import bodies, problems

PREFIX = "/api/"
READING = {"GET", "HEAD", "OPTIONS"}
ALLOWED = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, If-Match, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
EXPOSED = "ETag, Link"


class APIMiddleware:
    """Errors raised before or beyond the API's own views (no such address, bad host, a crash) become problems too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        response = _preflight() if _is_preflight(request) else self.get_response(request)
        if response.status_code >= HTTPStatus.BAD_REQUEST and not _is_problem(response):
            response = _problem(request, response)
        if request.method in READING:
            # No credentials are read here, so every origin may.
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = EXPOSED
        return response


def _is_preflight(request: HttpRequest) -> bool:
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def _preflight() -> HttpResponse:
    return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=ALLOWED)


def _is_problem(response: HttpResponseBase) -> bool:
    return response.headers.get("Content-Type") == problems.CONTENT_TYPE


def _problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    content = problems.describe_status(response.status_code, request.get_full_path())
    kept = {"Allow": response.headers["Allow"]} if "Allow" in response.headers else {}
    return HttpResponse(
        bodies.dump(content),
        status=response.status_code,
        content_type=problems.CONTENT_TYPE,
        headers=problems.UNCACHED | kept,
    )
