"""Marking claims in an article's text: select a passage, see what touches it, say what it is.

A selection is part of the address, so it can be reloaded, shared and made without a script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claims.actions.citing import cite
from claims.actions.errors import Refused
from claims.actions.marking import IllegalSpan, Passage, attach_span, mark_claim, read_passage
from claims.admin.links import change_url, link_to
from claims.admin.marked_text import SHOWN, MarkedText
from claims.admin.marking_form import AttachForm, CiteForm, DeedForm, MarkForm, SpanForm
from claims.models import ArticleSnapshot, Claim, ClaimAnchor
from claims.passages import Excerpt, excerpt, find_passage
from sources.admin.lookup import stored
from sources.admin.refusals import REFUSALS, explain
from sources.admin.tools import ToolsAdmin

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Told = tuple[SafeString | str, str]


@dataclass(slots=True)
class Choice:
    """What a person has selected: one passage, or several places to choose from, or neither."""

    form: SpanForm
    passage: Passage | None = None
    places: list[tuple[int, int, Excerpt]] = field(default_factory=list)

    @property
    def span(self) -> tuple[int, int] | None:
        return (self.passage.start, self.passage.end) if self.passage else None


def choose(snapshot: ArticleSnapshot, given: Mapping[str, Any]) -> Choice:
    """Read a selection from what was sent; what is wrong with it becomes an error of the form."""
    is_sent = any(given.get(name) for name in ("passage", "start", "end"))
    choice = Choice(SpanForm(given if is_sent else None))
    if not choice.form.is_valid():
        return choice
    span = choice.form.cleaned_data
    try:
        if span["passage"].strip():
            _find(snapshot, span["passage"], choice)
        else:
            choice.passage = read_passage(snapshot, start=span["start"], end=span["end"])
    except IllegalSpan as error:
        choice.form.add_error(None, str(error))
    return choice


def _find(snapshot: ArticleSnapshot, words: str, choice: Choice) -> None:
    text = snapshot.text or ""
    found = find_passage(text, words)
    if not found:
        choice.form.add_error(
            "passage",
            "These words do not stand in the text, one after the other. Paste a shorter piece of it.",
        )
    elif len(found) == 1:
        choice.passage = read_passage(snapshot, start=found[0][0], end=found[0][1])
    else:
        choice.places = [(*span, excerpt(text, span)) for span in found]


def _mark(passage: Passage, given: dict[str, Any], request: HttpRequest) -> Told:
    done = mark_claim(
        passage.snapshot,
        start=passage.start,
        end=passage.end,
        seen=seen_in(request.POST.get("seen", "")),
        by=cast("User", request.user),
        now=timezone.now(),
        **given,
    )
    if not done.is_new:
        return f"{done.claim.public_id} was made from this passage already.", change_url(done.claim)
    told = format_html(
        '{} is made, as a draft. <a href="{}">Mark another claim in the text</a>.',
        done.claim.public_id,
        marking_url(passage.snapshot),
    )
    return told, change_url(done.claim)


def _attach(passage: Passage, given: dict[str, Any], request: HttpRequest) -> Told:
    by, now = cast("User", request.user), timezone.now()
    done = attach_span(
        passage.snapshot, given["claim"], start=passage.start, end=passage.end, by=by, now=now
    )
    told = "stands here too" if done.is_new else "was anchored at these words already"
    return (
        format_html("{} {}.", link_to(done.claim, done.claim.public_id), told),
        marking_url(passage.snapshot, passage),
    )


def _cite(passage: Passage, given: dict[str, Any], request: HttpRequest) -> Told:
    by, now = cast("User", request.user), timezone.now()
    given["source"] = stored(given["source"], by=by, now=now)
    done = cite(passage, **given, by=by, now=now)
    told = "is recorded" if done.is_new else "was recorded already"
    return (
        format_html("{} {}.", link_to(done.citation, str(done.citation)), told),
        marking_url(passage.snapshot, passage),
    )


@dataclass(frozen=True, slots=True)
class Deed:
    """What may be done with a passage: its form, what does it, and whether a claim is put there."""

    heading: str
    button: str
    form: type[DeedForm]
    run: Callable[[Passage, dict[str, Any], HttpRequest], Told]
    anchors: bool = True


DEEDS: Final = {
    "mark": Deed("A new claim", "Make the claim", MarkForm, _mark),
    "attach": Deed("Another place of a known claim", "Add the passage to it", AttachForm, _attach),
    "cite": Deed("A citation that it makes", "Record the citation", CiteForm, _cite, anchors=False),
}


def seen_in(sent: str) -> set[int]:
    return {int(number) for number in sent.split(",") if number.isdecimal()}


def marking_url(snapshot: ArticleSnapshot, passage: Passage | None = None) -> str:
    url = reverse("admin:claims_articlesnapshot_mark-claims", args=[snapshot.pk])
    if passage is None:
        return url
    return f"{url}?{urlencode({'start': passage.start, 'end': passage.end})}"


def may_mark(request: HttpRequest) -> bool:
    return request.user.has_perms(["claims.add_claimanchor", "claims.add_claim"])


class MarkingMixin(ToolsAdmin):
    """The admin of snapshots: the page on which claims are marked in their text."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.mark_claims)
        name = "claims_articlesnapshot_mark-claims"
        return [path("<path:object_id>/mark-claims/", view, name=name), *super().get_urls()]

    def mark_claims(self, request: HttpRequest, object_id: str) -> HttpResponse:
        snapshot = self.snapshot_to_mark(request, object_id)
        choice = choose(snapshot, request.POST if request.method == "POST" else request.GET)
        bound: dict[str, DeedForm] = {}
        deed = DEEDS.get(request.POST.get("do", ""))
        if deed and choice.passage:
            name = request.POST["do"]
            form = bound[name] = deed.form(request.POST, prefix=name, passage=choice.passage)
            told = self._do(request, deed, choice.passage, form) if form.is_valid() else None
            if told:
                self.message_user(request, told[0], messages.SUCCESS)
                return HttpResponseRedirect(told[1])
        return self._marking_page(request, snapshot, choice, bound)

    def snapshot_to_mark(self, request: HttpRequest, object_id: str) -> ArticleSnapshot:
        """Return the snapshot if its text is here and the person may mark it."""
        snapshot = cast("ArticleSnapshot | None", self.get_object(request, unquote(object_id)))
        if snapshot is None or snapshot.text is None:
            raise Http404("There is no text with this number here.")
        if not may_mark(request):
            raise PermissionDenied
        return snapshot

    def _do(
        self, request: HttpRequest, deed: Deed, passage: Passage, form: forms.Form
    ) -> Told | None:
        """Return what to tell and where to go, or None when it was refused and the form says why."""
        try:
            with transaction.atomic():
                return deed.run(passage, form.cleaned_data, request)
        except (*REFUSALS, Refused) as error:
            form.add_error(None, explain(error))
            return None

    def _marking_page(
        self,
        request: HttpRequest,
        snapshot: ArticleSnapshot,
        choice: Choice,
        bound: Mapping[str, DeedForm],
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Mark claims",
            "subtitle": str(snapshot),
            "tool": {"label": "Mark claims"},
            "opts": self.opts,
            "media": self.media,
            "record": snapshot,
            "record_url": change_url(snapshot),
            "choice": choice,
            "claim": request.GET.get("claim", ""),
            "claims": Claim.objects.of_article(snapshot.article.key).standing(),
            "text": MarkedText(snapshot, snapshot.anchors.placed(), choice.span).as_html(),
            "is_cut": len(snapshot.text or "") > SHOWN,
            **(_bearing(choice.passage) if choice.passage else {}),
            "deeds": _deeds(request, choice.passage, bound) if choice.passage else [],
        }
        return TemplateResponse(request, "admin/claims/articlesnapshot/mark_claims.html", context)


def _deeds(
    request: HttpRequest, passage: Passage, bound: Mapping[str, DeedForm]
) -> list[tuple[str, Deed, DeedForm]]:
    """Return what may be done with the passage: its name and its form, filled in or as it was sent."""
    initial = {"claim": request.GET.get("claim", "")}
    return [
        (
            name,
            deed,
            bound.get(name) or deed.form(prefix=name, passage=passage, initial=dict(initial)),
        )
        for name, deed in DEEDS.items()
        if passage.may_anchor or not deed.anchors
    ]


def _bearing(passage: Passage) -> dict[str, Any]:
    """Return what is known of a passage: the claims that touch it, and how often its words stand."""
    touching = list(passage.touching())
    text = passage.snapshot.text or ""
    return {
        "passage": passage,
        "touching": [(anchor, _relation(anchor, passage)) for anchor in touching],
        "elsewhere": list(passage.elsewhere().select_related("claim__article")),
        "seen": ",".join(str(anchor.claim_id) for anchor in touching),
        "times": len(find_passage(text, passage.text)),
    }


def _relation(anchor: ClaimAnchor, passage: Passage) -> str:
    start, end = anchor.start or 0, anchor.end or 0
    if (start, end) == (passage.start, passage.end):
        return "the same passage"
    if start <= passage.start and passage.end <= end:
        return "around your passage"
    if passage.start <= start and end <= passage.end:
        return "inside your passage"
    return "overlaps your passage"
