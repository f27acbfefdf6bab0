"""Errors as RFC 9457 problem details: `application/problem+json`, each with a stable `type`.

Problem
  - BadParameters        400  a parameter that there is not, or a value that it does not take
  - BadCursor            400  a cursor that this list did not give
  - AmbiguousName        409  a name that several have; they are listed
  - PreconditionFailed   412  If-Match names another revision
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NotRequired, TypedDict

from django.http import Http404
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from claims.api import addresses

CONTENT_TYPE = "application/problem+json"
UNCACHED = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem. Slugs are for ever: clients compare them."""

    slug: str
    status: HTTPStatus
    title: str


BAD_PARAMETERS = Kind("bad-parameters", HTTPStatus.BAD_REQUEST, "Bad query parameters")
BAD_CURSOR = Kind("bad-cursor", HTTPStatus.BAD_REQUEST, "Bad cursor")
BAD_REQUEST = Kind("bad-request", HTTPStatus.BAD_REQUEST, "Bad request")
NOT_FOUND = Kind("not-found", HTTPStatus.NOT_FOUND, "Not found")
METHOD_NOT_ALLOWED = Kind("method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "Method not allowed")
NOT_ACCEPTABLE = Kind("not-acceptable", HTTPStatus.NOT_ACCEPTABLE, "Not acceptable")
AMBIGUOUS_NAME = Kind("ambiguous-name", HTTPStatus.CONFLICT, "Ambiguous name")
PRECONDITION_FAILED = Kind(
    "precondition-failed", HTTPStatus.PRECONDITION_FAILED, "Precondition failed"
)
SERVER_ERROR = Kind("server-error", HTTPStatus.INTERNAL_SERVER_ERROR, "Server error")
KINDS = (
    BAD_PARAMETERS,
    BAD_CURSOR,
    BAD_REQUEST,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    AMBIGUOUS_NAME,
    PRECONDITION_FAILED,
    SERVER_ERROR,
)
DETAILS = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read, or its Host is not one of this site.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The server failed. The error is in its log.",
}


class ParameterErrorJSON(TypedDict):
    """What is wrong with one query parameter, and what it takes."""

    parameter: str
    detail: str
    takes: str


class CandidateJSON(TypedDict):
    """One of the trials that a name may mean."""

    id: str
    name: str
    api_url: str


class ProblemJSON(TypedDict):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: NotRequired[list[ParameterErrorJSON]]
    candidates: NotRequired[list[CandidateJSON]]


class Problem(Exception):
    """An answer that is an error, raised anywhere below a view."""

    def __init__(self, kind: Kind, detail: str, errors: Sequence[ParameterErrorJSON] = ()) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = list(errors)


class BadParameters(Problem):
    def __init__(self, errors: Sequence[ParameterErrorJSON]) -> None:
        super().__init__(BAD_PARAMETERS, " ".join(error["detail"] for error in errors), errors)


class BadCursor(Problem):
    def __init__(self) -> None:
        super().__init__(
            BAD_CURSOR, "This list gave no such cursor. Take the whole link from `next`."
        )


class AmbiguousName(Problem):
    def __init__(self, name: str, candidates: Sequence[CandidateJSON]) -> None:
        listed = ", ".join(each["name"] for each in candidates)
        super().__init__(
            AMBIGUOUS_NAME, f"{name} may be any of these: {listed}. Ask for its number."
        )
        self.candidates = list(candidates)


class Elsewhere(Exception):
    """What was asked for has another address."""

    def __init__(self, url: str, *, permanent: bool) -> None:
        super().__init__(url)
        self.url = url
        self.status = HTTPStatus.MOVED_PERMANENTLY if permanent else HTTPStatus.FOUND


class PreconditionFailed(Problem):
    def __init__(self) -> None:
        super().__init__(PRECONDITION_FAILED, "If-Match does not name the current revision.")


def address(kind: Kind) -> str:
    """Return the URI that names a kind of problem, and where the kinds are listed."""
    return addresses.api(f"problems/#{kind.slug}")


def kind_of(status: int) -> Kind:
    """Return the kind that fits a status best."""
    for kind in KINDS:
        if kind.status == status and kind not in (BAD_PARAMETERS, BAD_CURSOR):
            return kind
    return SERVER_ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR else BAD_REQUEST


def describe(kind: Kind, detail: str, instance: str, *, status: int = 0) -> ProblemJSON:
    return {
        "type": address(kind),
        "title": kind.title,
        "status": status or kind.status.value,
        "detail": detail,
        "instance": instance,
    }


def describe_status(status: int, instance: str) -> ProblemJSON:
    """Return a problem for an error of which only the status is known."""
    code = HTTPStatus(status)
    detail = DETAILS.get(code) or code.description or code.phrase
    return describe(kind_of(status), detail, instance, status=status)


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem that an exception of a view means, or None: then it is a server error."""
    request: Request = context["request"]
    if isinstance(error, Elsewhere):
        return Response(status=error.status, headers={"Location": error.url})
    problem = _problem(error)
    if problem is None:
        return None
    content = describe(problem.kind, problem.detail, request.get_full_path())
    if problem.errors:
        content["errors"] = problem.errors
    if isinstance(problem, AmbiguousName):
        content["candidates"] = problem.candidates
    return Response(content, status=content["status"], content_type=CONTENT_TYPE, headers=UNCACHED)


def _problem(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    if isinstance(error, Http404):
        return Problem(NOT_FOUND, DETAILS[HTTPStatus.NOT_FOUND])
    if isinstance(error, exceptions.APIException):
        return Problem(kind_of(error.status_code), str(error.detail))
    return None
