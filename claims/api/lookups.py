"""How clients name things: a claim by number or key, a publication by PMID, PMCID or DOI."""

import re
from typing import Final

from django.db.models import Q

CLAIM: Final = r"^(CLM-[1-9][0-9]{0,17}|[a-z0-9]+(-[a-z0-9]+)*)$"
CLAIM_TAKES: Final = "a claim's id, CLM-12, or its key"
ARTICLE: Final = r"^[-a-zA-Z0-9_]+$"
ARTICLE_TAKES: Final = "an article's key"
PUBLICATION: Final = r"^([1-9][0-9]{0,8}|[Pp][Mm][Cc][0-9]{1,10}|10\.[0-9]{4,9}/[!-~]+)$"
PUBLICATION_TAKES: Final = "a PMID, a PMCID or a DOI"
TRIAL: Final = r"^[A-Za-z]{3,6}[0-9]{8,14}$"
TRIAL_OR_NAME: Final = r"^[0-9A-Za-z][^/]{0,99}$"
TRIAL_TAKES: Final = "a registry id such as NCT00790205"
TOPIC: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
TOPIC_TAKES: Final = "a topic in kebab-case"
EVIDENCE: Final = r"^EVI-[1-9][0-9]{0,17}$"

_CLAIM_NUMBER: Final = re.compile(r"CLM-([1-9][0-9]{0,17})")
_EVIDENCE_NUMBER: Final = re.compile(r"EVI-([1-9][0-9]{0,17})")


def claim_named(name: str, path: str = "") -> Q:
    """Match the claim of this number or key; `path` leads to it from the model that is filtered."""
    number = _CLAIM_NUMBER.fullmatch(name)
    return Q(**{f"{path}pk": int(number[1])}) if number else Q(**{f"{path}key": name})


def evidence_named(name: str) -> Q:
    """Match the evidence item of this number; anything else matches none."""
    number = _EVIDENCE_NUMBER.fullmatch(name)
    return Q(pk=int(number[1])) if number else Q(pk__in=[])


def publication_named(name: str, path: str = "") -> Q:
    """Match the publication of this PMID, PMCID or DOI, ignoring case."""
    kind = "doi" if "/" in name else "pmid" if name.isdecimal() else "pmcid"
    return Q(**{f"{path}{kind}": name.lower() if kind == "doi" else name.upper()})
