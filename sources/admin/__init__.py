"""The reviewers' desk for publications, trials and the ledger of fetching."""

from sources.admin import (
    batch,
    budget,
    events,
    fetch,
    identity,
    imports,
    integrity,
    links,
    payload,
    publication,
    registration,
    trial,
)

__all__ = [
    "batch",
    "budget",
    "events",
    "fetch",
    "identity",
    "imports",
    "integrity",
    "links",
    "payload",
    "publication",
    "registration",
    "trial",
]
