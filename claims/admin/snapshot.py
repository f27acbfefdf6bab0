"""An article's texts as they were found: what of them is body, and what changed since the last."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from claims.actions.articles import correct_body
from claims.actions.errors import Outdated, Refused
from claims.actions.previews import preview_body
from claims.admin.marked_text import SHOWN
from claims.admin.places import PlacesMixin
from claims.models import ArticleSnapshot
from claims.outlines import Span, blocks_of
from claims.revisions import Piece, revision
from sources.admin.desk import ReadOnlyAdmin
from sources.admin.tools import Tool, tool

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: Blocks of a difference that one page shows.
DIFFERENCES: Final = 200
TAGS: Final = {"same": "span", "gone": "del", "new": "ins"}


class BodyForm(forms.Form):
    body_start = forms.IntegerField(min_value=0, label="The body begins at character")
    body_end = forms.IntegerField(min_value=1, label="and ends before character")
    opened = forms.RegexField(
        r"\A[0-9]{1,9}-[0-9]{1,9}\Z", required=False, widget=forms.HiddenInput
    )


@admin.register(ArticleSnapshot)
class ArticleSnapshotAdmin(PlacesMixin, ReadOnlyAdmin):
    refusals = (Refused,)
    list_display = ("article", "sha256", "code_points", "retrieved_at", "created_at")
    list_filter = ("article",)
    list_select_related = ("article",)
    search_fields = ("article__title", "sha256")
    date_hierarchy = "created_at"
    fields = (
        "article",
        "sha256",
        "code_points",
        "body_start",
        "body_end",
        "retrieved_at",
        "created_at",
        "parts",
        "claims_found",
        "changes",
        "body",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("text", "outline")

    @admin.display(description="outline")
    def parts(self, snapshot: ArticleSnapshot) -> str:
        outline = snapshot.outline
        numbers = (
            f"{len(outline.get(name, []))} {name}"
            for name in ("sections", "paragraphs", "comments")
        )
        return ", ".join(numbers)

    @admin.display(description="claims")
    def claims_found(self, snapshot: ArticleSnapshot) -> str:
        counted = snapshot.anchors.order_by("status").values_list("status").annotate(Count("pk"))
        return ", ".join(f"{number} {status}" for status, number in counted) or "none"

    @admin.display(description="changes since the last text")
    def changes(self, snapshot: ArticleSnapshot) -> str:
        before = snapshot.predecessor() if snapshot.text is not None else None
        if before is None:
            return "There is no earlier text of this article here."
        changed = revision(before.text or "", snapshot.text or "")
        if not changed:
            return "The words are the same; only lines and spaces differ."
        rows = ((_pieces(block),) for block in changed[:DIFFERENCES])
        more = len(changed) - DIFFERENCES
        return format_html(
            '<div class="desk-text desk-revision" tabindex="0">{}{}</div>',
            format_html_join("", "<p>{}</p>", rows),
            f"and {more} more paragraphs" if more > 0 else "",
        )

    @admin.display(description="text")
    def body(self, snapshot: ArticleSnapshot) -> str:
        if snapshot.text is None:
            return "Not imported: only its fingerprint is known."
        return marked(snapshot.text, (snapshot.body_start, snapshot.body_end))

    @tool(
        "Correct the body",
        form=BodyForm,
        permission="correct",
        shown=lambda snapshot: snapshot.text is not None,
        refusals=(Refused,),
        template="admin/claims/articlesnapshot/correct_body.html",
    )
    def correct_body(
        self, request: HttpRequest, snapshot: ArticleSnapshot, given: dict[str, Any]
    ) -> str:
        """The body is the article itself: menus stand before it, readers' comments after it. The
        author's claims are looked for in the body, readers' claims outside it."""
        start, end = given["body_start"], given["body_end"]
        opened = _span(given["opened"])
        by, now = cast("User", request.user), timezone.now()
        try:
            counts = correct_body(snapshot, start=start, end=end, opened=opened, by=by, now=now)
        except Outdated:
            request.opened = _opened(ArticleSnapshot.objects.get(pk=snapshot.pk))  # type: ignore[attr-defined]  # for the form
            raise
        found = ", ".join(f"{number} {status}" for status, number in counts.items())
        return f"The body is corrected. Claims: {found}."

    def has_correct_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("claims.change_articlesnapshot")

    def tool_view(self, request: HttpRequest, object_id: str, tool: Tool) -> HttpResponse:
        """With "Preview" the form is shown again, and nothing is changed."""
        snapshot = self.get_object(request, unquote(object_id))
        if "_preview" not in request.POST or snapshot is None:
            return super().tool_view(request, object_id, tool)
        return self._tool_page(request, snapshot, tool, self.tool_form(request, snapshot, tool))

    def tool_initial(self, tool: Tool, record: Any) -> dict[str, Any]:
        return {
            "body_start": record.body_start,
            "body_end": record.body_end,
            "opened": _opened(record),
        }

    def _tool_page(
        self, request: HttpRequest, record: Any, tool: Tool, form: forms.Form
    ) -> HttpResponse:
        typed = form.cleaned_data if form.is_valid() or form.is_bound else {}
        is_asked = {"body_start", "body_end"} <= typed.keys()
        given = typed if is_asked else form.initial
        asked = (given["body_start"], given["body_end"])
        request.preview = marked(record.text or "", asked)  # type: ignore[attr-defined]  # for the page
        if is_asked and asked[0] < asked[1]:
            request.effect = preview_body(record, start=asked[0], end=asked[1])  # type: ignore[attr-defined]  # likewise
        if hasattr(request, "opened"):
            # Having been told of the other's, the person may send the form again.
            form.data = {**form.data.dict(), "opened": request.opened}  # type: ignore[attr-defined]  # a QueryDict
        return super()._tool_page(request, record, tool, form)


def _opened(snapshot: ArticleSnapshot) -> str:
    """Return what the form remembers of the body that the person was shown."""
    return f"{snapshot.body_start}-{snapshot.body_end}"


def _span(opened: str) -> Span | None:
    start, _, end = opened.partition("-")
    return (int(start), int(end)) if end else None


def marked(text: str, body: Span) -> SafeString:
    """Return a text as blocks with their offsets, those outside the body set apart."""
    start, end = body
    edges = sorted({0, len(text), *(edge for edge in body if 0 < edge < len(text))})
    blocks = sorted(
        (max(first, low), min(last, high))
        for first, last in blocks_of(text[:SHOWN])
        for low, high in pairwise(edges)
        if first < high and last > low
    )
    rows = (
        (
            "desk-in" if start <= first and last <= end else "desk-out",
            first,
            last,
            text[first:last],
        )
        for first, last in blocks
    )
    return format_html(
        '<div class="desk-text" tabindex="0">{}</div>',
        format_html_join("", '<p class="{}"><small>{}-{}</small> {}</p>', rows),
    )


def _pieces(block: list[Piece]) -> SafeString:
    return format_html_join("", "<{0}>{1}</{0}>", ((TAGS[each.kind], each.text) for each in block))
