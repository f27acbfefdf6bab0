"""The addresses of the API, below /api/v1/."""

from django.urls import path

from claims.api import (
    articles,
    catalogue,
    changes,
    citations,
    claims,
    evidence,
    publications,
    relations,
    topics,
    trials,
)

urlpatterns = [
    path("", catalogue.Entry.as_view(), name="api"),
    path("articles/", articles.ArticleList.as_view()),
    path("articles/<str:article>/", articles.ArticleDetail.as_view()),
    path("articles/<str:article>/citations/", citations.ArticleCitations.as_view()),
    path("claims/", claims.ClaimList.as_view()),
    path("claims/<str:claim>/", claims.ClaimDetail.as_view()),
    path("claims/<str:claim>/evidence/", evidence.ClaimEvidence.as_view()),
    path("claims/<str:claim>/verdicts/", claims.ClaimVerdicts.as_view()),
    path("claims/<str:claim>/citations/", citations.ClaimCitations.as_view()),
    path("claims/<str:claim>/relations/", relations.ClaimRelations.as_view()),
    path("evidence/", evidence.EvidenceList.as_view()),
    path("evidence/<str:item>/", evidence.EvidenceDetail.as_view()),
    path("publications/", publications.PublicationList.as_view()),
    # A DOI has slashes.
    path("publications/<path:publication>/", publications.PublicationDetail.as_view()),
    path("trials/", trials.TrialList.as_view()),
    path("trials/<str:trial>/", trials.TrialDetail.as_view()),
    path("topics/", topics.TopicList.as_view()),
    path("changes/", changes.ChangeList.as_view()),
    path("problems/", catalogue.ProblemKinds.as_view()),
    path("schema/", catalogue.OpenAPI.as_view(), name="api-schema"),
    path("docs/", catalogue.docs, name="api-docs"),
]
