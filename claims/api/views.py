"""What every endpoint is: a view that reads, knows one shape, and answers with an ETag or a problem."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from claims.api import bodies, cursors, filters, openapi, problems

JSON = "application/json"
# May be stored by anyone, and must be asked about each time: a 304 is cheap.
CACHING = "public, no-cache"


class ReadView(APIView):
    """A public resource: no log-in is read, so the answer is the same for everyone."""

    authentication_classes = ()
    permission_classes = ()
    schema = openapi.OperationSchema()
    http_method_names = ["get", "head", "options"]

    tag: ClassVar[str]
    shape: ClassVar[type]
    summary: ClassVar[str]
    is_list: ClassVar[bool] = False
    path_patterns: ClassVar[Mapping[str, str]] = {}
    #: Answers that only this view gives, by status: what they mean.
    more_answers: ClassVar[Mapping[str, str]] = {}

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        return problems.answer

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        return Response(status=HTTPStatus.NO_CONTENT)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        patch_vary_headers(response, ["Accept"])
        return super().finalize_response(request, response, *args, **kwargs)

    @classmethod
    def query_parameters(cls) -> list[filters.Parameter]:
        """Describe the query parameters for OpenAPI."""
        return []


class Resource(ReadView):
    """One thing, under its address. Its ETag is its revision."""

    def read(self, **names: str) -> Mapping[str, Any]:
        """Return the thing that has these names, or raise Http404."""
        raise NotImplementedError

    def get(self, request: Request, **names: str) -> HttpResponse:
        errors = filters.unknown(request.query_params, [])
        if errors:
            raise problems.BadParameters(errors)
        _refuse_nul(names)
        content = self.read(**names)
        return respond(request, bodies.dump(content), content.get("revision"))


class Listing(ReadView):
    """Rows in a fixed order, page by page. Its ETag is a digest of the page."""

    is_list = True
    ordering: ClassVar[cursors.Ordering]
    filterset: ClassVar[type[filters.StrictFilterSet]] = filters.NoFilters
    extra_properties: ClassVar[Mapping[str, Any]] = {}

    def rows(self, **names: str) -> QuerySet[Any, Any]:
        """Return all rows of the list, or raise Http404 when what it belongs to is not there."""
        raise NotImplementedError

    def represent(self, row: Any) -> Mapping[str, Any]:
        """Return a row in the shape."""
        raise NotImplementedError

    def represent_all(self, rows: list[Any]) -> list[Mapping[str, Any]]:
        return [self.represent(row) for row in rows]

    def get(self, request: Request, **names: str) -> HttpResponse:
        _refuse_nul(names)
        page = self.page(request, **names)
        links = {
            "next": link(request, self.ordering, page.next),
            "previous": link(request, self.ordering, page.previous),
        }
        content = links | {"results": self.represent_all(page.rows)} | self.more(request, page)
        response = respond(request, bodies.dump(content))
        _add_links(response, links)
        return response

    def page(self, request: Request, **names: str) -> cursors.Page[Any]:
        rows = self.filterset.narrow(self.rows(**names), request.query_params)
        size = filters.page_size(request.query_params)
        cursor = cursor_in(request, self.ordering)
        some = cursors.after(rows, self.ordering, cursor)[: size + 1]
        return cursors.cut(list(some), size, cursor, cursors.place_in(self.ordering))

    def more(self, request: Request, page: cursors.Page[Any]) -> dict[str, Any]:
        """Return what the list says beside its rows."""
        return {}

    @classmethod
    def query_parameters(cls) -> list[filters.Parameter]:
        return [*cls.filterset.parameters(), *filters.PAGING]


def respond(request: Request, body: bytes, revision: str | None = None) -> HttpResponse:
    """Answer with the body, or with 304 if the client has it already."""
    etag = f'"{revision or bodies.digest(body)}"'
    response = HttpResponse(
        body, content_type=JSON, headers={"ETag": etag, "Cache-Control": CACHING}
    )
    answer = get_conditional_response(request, etag=etag, response=response) or response
    if answer.status_code == HTTPStatus.PRECONDITION_FAILED:
        raise problems.PreconditionFailed
    return answer


def cursor_in(request: Request, ordering: cursors.Ordering) -> cursors.Cursor | None:
    """Return where the client wants the page to begin."""
    tokens = request.query_params.getlist(filters.CURSOR)
    if not tokens:
        return None
    if len(tokens) > 1:
        raise problems.BadCursor
    return cursors.decode(tokens[0], ordering)


def link(request: Request, ordering: cursors.Ordering, cursor: cursors.Cursor | None) -> str | None:
    """Return the address that was asked for, with another cursor."""
    if cursor is None:
        return None
    return replace_query_param(
        request.build_absolute_uri(), filters.CURSOR, cursor.encoded(ordering)
    )


def _add_links(response: HttpResponse, links: Mapping[str, str | None]) -> None:
    names = {"next": "next", "previous": "prev"}
    values = [f'<{url}>; rel="{names[name]}"' for name, url in links.items() if url]
    if values:
        response.headers["Link"] = ", ".join(values)


def _refuse_nul(names: Mapping[str, str]) -> None:
    # PostgreSQL takes no NUL in a text, so nothing can have such a name.
    if any("\0" in name for name in names.values()):
        raise problems.Problem(problems.NOT_FOUND, problems.DETAILS[HTTPStatus.NOT_FOUND])
