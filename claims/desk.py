"""The reviewers' desk: the admin site, its front page, and how its models are grouped.

It stands outside `claims.admin` because the site must exist before that package registers with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import slugify

from claims.models import EvidenceItem, Verdict
from sources.models import FetchRequest, IdentityConflict, Publication, RegistrationChange

HISTORY: Final = "History"
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "Claims": ("claims.Claim", "claims.Article", "claims.Citation", "claims.ClaimRelation"),
    "Evidence": (
        "claims.EvidenceItem",
        "claims.Assessment",
        "claims.Consensus",
        "claims.SearchRecord",
        "claims.Quote",
    ),
    "Verdicts": ("claims.Verdict",),
    "Publications and trials": (
        "sources.Publication",
        "sources.Trial",
        "sources.RegistrationChange",
        "sources.IdentityConflict",
        "sources.IntegrityNotice",
        "sources.Report",
        "sources.Inclusion",
        "sources.TrialDigest",
        "sources.TrialResult",
    ),
    "Fetching": (
        "sources.FetchBatch",
        "sources.FetchRequest",
        "sources.FetchAttempt",
        "sources.Payload",
        "sources.FileImport",
        "sources.BadRecord",
        "sources.DeletedPMID",
        "sources.RateBudget",
    ),
    "Texts and data sets": (
        "claims.ArticleSnapshot",
        "claims.ArticleImport",
        "claims.ClaimAnchor",
        "claims.DatasetEntry",
    ),
    "People": ("auth.User", "auth.Group"),
}
GROUP_OF: Final = {label: group for group, labels in GROUPS.items() for label in labels}


@dataclass(frozen=True, slots=True)
class Concern:
    """One kind of thing that somebody should look at, and the list that shows it."""

    label: str
    model: type[Model]
    rows: Callable[[], QuerySet[Any]]
    filter: str


CONCERNS: Final = (
    Concern(
        "Verdicts that have gone stale",
        Verdict,
        lambda: Verdict.objects.stale(),
        "is_current__exact=1&stale_since__isempty=0",
    ),
    Concern(
        "Identity conflicts that nobody has settled",
        IdentityConflict,
        lambda: IdentityConflict.objects.open(),
        "state__exact=open",
    ),
    Concern(
        "Publications that are another paper than expected",
        Publication,
        lambda: Publication.objects.mismatched(),
        "identity__exact=mismatch",
    ),
    Concern(
        "Registrations that have changed, not looked at yet",
        RegistrationChange,
        lambda: RegistrationChange.objects.open(),
        "acknowledged_at__isempty=1",
    ),
    Concern(
        "Fetches that failed",
        FetchRequest,
        lambda: FetchRequest.objects.left_failed(),
        "left=failed",
    ),
    Concern(
        "Evidence items without consensus",
        EvidenceItem,
        lambda: EvidenceItem.objects.awaiting_consensus(),
        "consensus=awaited",
    ),
    Concern(
        "Verdicts that no editor has approved",
        Verdict,
        lambda: Verdict.objects.proposed(),
        "approval=awaited",
    ),
)


class Autocomplete(AutocompleteJsonView):
    """The list under an autocomplete field; an admin with `offer` may add a line to its first page."""

    def process_request(self, request: HttpRequest) -> Any:
        term, *rest = super().process_request(request)
        return (term.replace("\0", ""), *rest)  # which PostgreSQL does not take

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        is_first = request.GET.get("page", "1") == "1"
        offer = getattr(self.model_admin, "offer", None)
        line = offer(request, self.term) if offer and is_first else None
        if line is None:
            return response
        answer = json.loads(response.content)
        return JsonResponse({**answer, "results": [*answer["results"], line]})


class ReviewersDesk(AdminSite):
    """Django's admin, arranged for people who review claims."""

    site_header = "Claim-and-evidence tracker - reviewers' desk"
    site_title = "Reviewers' desk"
    index_title = "What needs attention"

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        context = {"concerns": self.concerns_for(request), **(extra_context or {})}
        return super().index(request, context)

    def concerns_for(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Return label, number and link of each concern whose list this person may see."""
        return [
            {
                "label": concern.label,
                "number": concern.rows().count(),
                "url": f"{_list_url(concern.model)}?{concern.filter}",
            }
            for concern in CONCERNS
            if self.get_model_admin(concern.model).has_view_permission(request)
        ]

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Group the models by what they are for; one app's own page stays as Django has it."""
        if app_label is not None:
            return super().get_app_list(request, app_label)
        grouped: dict[str, list[dict[str, Any]]] = {group: [] for group in (*GROUPS, HISTORY)}
        for app in self._build_app_dict(request).values():
            for entry in app["models"]:
                grouped[GROUP_OF.get(entry["model"]._meta.label, HISTORY)].append(entry)
        return [_group(name, entries) for name, entries in grouped.items() if entries]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast(HttpResponse, Autocomplete.as_view(admin_site=self)(request))


def _group(name: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    order = {label: place for place, label in enumerate(GROUPS.get(name, ()))}
    entries.sort(key=lambda entry: (order.get(entry["model"]._meta.label, 99), entry["name"]))
    slug = slugify(name)
    return {
        "name": name,
        "app_label": slug,
        "app_url": f"{reverse('admin:index')}#{slug}",
        "has_module_perms": True,
        "is_history": name == HISTORY,
        "models": entries,
    }


def _list_url(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
