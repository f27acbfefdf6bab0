"""The groups "reviewer" and "editor", made with their permissions after the first migration.

An operator who changes them later is left alone.
"""

from __future__ import annotations

from typing import Any, Final

from django.apps.registry import Apps
from django.apps.registry import apps as installed_apps

REVIEWER: Final = (
    "claims.add_articlesnapshot",
    "claims.add_assessment",
    "claims.add_citation",
    "claims.add_claim",
    "claims.add_claimanchor",
    "claims.add_claimrelation",
    "claims.add_evidenceitem",
    "claims.add_searchrecord",
    "claims.add_verdict",
    "claims.change_articlesnapshot",
    "claims.change_assessment",
    "claims.change_citation",
    "claims.change_claim",
    "claims.change_claimanchor",
    "claims.change_claimrelation",
    "sources.add_fetchrequest",
    "sources.add_inclusion",
    "sources.add_publication",
    "sources.add_report",
    "sources.add_trial",
    "sources.add_trialdigest",
    "sources.add_trialresult",
    "sources.change_fetchrequest",
    "sources.change_inclusion",
    "sources.change_publication",
    "sources.change_report",
    "sources.change_trial",
    "sources.change_trialdigest",
    "sources.change_trialresult",
    "sources.delete_inclusion",
    "sources.delete_report",
)
EDITOR: Final = (
    *REVIEWER,
    "claims.add_article",
    "claims.change_article",
    "claims.change_consensus",
    "claims.change_verdict",
    "sources.change_ratebudget",
)


def make_groups(using: str, apps: Apps = installed_apps, **signal: Any) -> None:
    """Make the groups that are missing. Everyone in them may see all but what would unblind them."""
    groups = apps.get_model("auth", "Group").objects.using(using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    ours = permissions.filter(content_type__app_label__in=["claims", "sources"])
    seen = ours.filter(codename__startswith="view_")
    blind = seen.exclude(content_type__model__endswith="event")
    for name, wanted, views in (("reviewer", REVIEWER, blind), ("editor", EDITOR, seen)):
        group, is_new = groups.get_or_create(name=name)
        if is_new:
            group.permissions.add(*views, *(_find(ours, each) for each in wanted))


def _find(permissions: Any, name: str) -> Any:
    app, _, codename = name.partition(".")
    return permissions.get(content_type__app_label=app, codename=codename)
