"""What the API says of itself: its entry point, its problems, its OpenAPI schema and the page that draws it."""

from functools import cache
from typing import TypedDict

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request

from claims.api import addresses, bodies, filters, problems, words
from claims.api.views import ReadView, Resource, respond

ABOUT = """
What an article claims, what the evidence says of it, and why. Read only, without a key, from any origin.

A verdict's certainty and review status stand apart from the verdict itself. As long as `provisional` is true,
no editor has approved it. It is no medical advice.

Lists come in pages: follow `next` until it is null. Every answer has an ETag: send it back as
`If-None-Match`, and what has not changed is answered with 304. Errors are `application/problem+json`.
""".strip()


class EntryJSON(TypedDict):
    """Where everything is."""

    articles: words.URL
    claims: words.URL
    evidence: words.URL
    publications: words.URL
    trials: words.URL
    topics: words.URL
    changes: words.URL
    problems: words.URL
    schema: words.URL
    docs: words.URL


class ProblemKindJSON(TypedDict):
    """A kind of problem that this API answers with."""

    type: words.URL
    title: str
    status: int


class ProblemKindsJSON(TypedDict):
    """All kinds of problems. Their types are for ever."""

    results: list[ProblemKindJSON]


class Entry(Resource):
    """The entry point: the addresses of all lists."""

    tag = "about"
    shape = EntryJSON
    summary = "Start here"

    def read(self, **names: str) -> EntryJSON:
        return {
            "articles": addresses.api("articles/"),
            "claims": addresses.api("claims/"),
            "evidence": addresses.api("evidence/"),
            "publications": addresses.api("publications/"),
            "trials": addresses.api("trials/"),
            "topics": addresses.api("topics/"),
            "changes": addresses.api("changes/"),
            "problems": addresses.api("problems/"),
            "schema": addresses.api("schema/"),
            "docs": addresses.api("docs/"),
        }


class ProblemKinds(Resource):
    """The kinds of problems that errors name in their `type`."""

    tag = "about"
    shape = ProblemKindsJSON
    summary = "List the kinds of problems"

    def read(self, **names: str) -> ProblemKindsJSON:
        return {
            "results": [
                {
                    "type": problems.address(kind),
                    "title": kind.title,
                    "status": kind.status.value,
                }
                for kind in problems.KINDS
            ]
        }


class OpenAPI(ReadView):
    """This description. It leaves itself out."""

    schema = None  # type: ignore[assignment]  # how DRF says "leave it out"

    def get(self, request: Request) -> HttpResponse:
        errors = filters.unknown(request.query_params, [])
        if errors:
            raise problems.BadParameters(errors)
        return respond(request, described())


@cache
def described() -> bytes:
    """Return the OpenAPI document. It is the code's, so it stays the same while the process lives."""
    document = SchemaGenerator().get_schema(public=True)
    document["info"]["description"] = ABOUT
    return bodies.dump(document)


def docs(request: HttpRequest) -> HttpResponse:
    """Draw the description with Swagger UI, from our own static files."""
    return TemplateResponse(request, "claims/api/docs.html")
