"""The readers' addresses. A claim's number never changes; its key redirects to it."""

from django.urls import path, re_path, register_converter

from claims.feeds import ChangesFeed
from claims.views import (
    articles,
    changes,
    claims,
    home,
    methods,
    publications,
    search,
    topics,
    trials,
)


class ClaimNumber:
    """CLM-12; never more digits than a key of the database has."""

    regex = "CLM-[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ClaimNumber, "claim")

urlpatterns = [
    path("", home.home, name="home"),
    path("about/", home.about, name="about"),
    path("articles/<slug:key>/", articles.article, name="article"),
    path("claims/", claims.claim_list, name="claim-list"),
    path("claims/<claim:claim_id>/", claims.claim, name="claim"),
    path("claims/<slug:key>/", claims.claim_by_key, name="claim-by-key"),
    # A DOI may hold slashes and much else, but neither spaces nor control characters.
    re_path(
        r"^publications/(?P<identifier>[^\s\x00-\x1f]{1,300})/$",
        publications.publication,
        name="publication",
    ),
    path("trials/<slug:registry_id>/", trials.trial, name="trial"),
    path("topics/", topics.topic_list, name="topic-list"),
    path("topics/<slug:slug>/", topics.topic, name="topic"),
    path("search/", search.search, name="search"),
    path("methods/", methods.methods, name="methods"),
    path("changes/", changes.changes, name="changes"),
    path("changes/atom.xml", ChangesFeed(), name="changes-feed"),
]
