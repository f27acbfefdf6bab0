"""Publications, trials, what reports or pools what, and what the article cites."""

from collections.abc import Mapping

from claims.dataset.context import CITATION, PUBLICATION, TRIAL, Context, Kind
from claims.dataset.records import Citation, Publication, Trial, TrialResult
from claims.dataset.rules.numbers import faults_of
from claims.ruleset.tiers import REVIEWS
from claims.ruleset.vocabulary import CitationResolution

_PREFIXES = {"clinicaltrials": "NCT", "isrctn": "ISRCTN", "actrn": "ACTRN", "drks": "DRKS"}
KINDS: Mapping[str, Kind] = {"publication": PUBLICATION, "trial": TRIAL}


def check(context: Context) -> None:
    publications = {row.key: row for row in context.data.publications}
    for field in ("key", "pmid", "doi", "pmcid"):
        values = (getattr(row, field) for row in context.data.publications)
        context.refuse_repeated(PUBLICATION, field, values)
    for publication in context.data.publications:
        _check_publication(context, publication)
    for field in ("key", "registry_id"):
        context.refuse_repeated(TRIAL, field, (getattr(row, field) for row in context.data.trials))
    for trial in context.data.trials:
        _check_trial(context, trial)
        _check_results(context, trial, publications)
    context.refuse_repeated(CITATION, "key", (row.key for row in context.data.citations))
    context.refuse_repeated(
        CITATION, "raw", (f"{row.claim} {row.raw}" for row in context.data.citations)
    )
    for citation in context.data.citations:
        _check_citation(context, citation)


def _check_publication(context: Context, row: Publication) -> None:
    context.refuse_unless(
        row.pmid or row.doi or row.pmcid, PUBLICATION, row.key, "pmid", "no PMID, DOI or PMCID"
    )
    trials = [report.trial for report in row.reports]
    for trial in trials:
        context.refuse_dangling(PUBLICATION, row.key, "reports", trial, TRIAL)
    context.refuse_unless(
        len(set(trials)) == len(trials), PUBLICATION, row.key, "reports", "a trial occurs twice"
    )
    context.refuse_unless(
        not row.includes or row.study_design in REVIEWS,
        PUBLICATION,
        row.key,
        "includes",
        "only a review includes others",
    )
    for included in row.includes:
        word, _, key = included.partition(":")
        context.refuse_dangling(PUBLICATION, row.key, "includes", key, KINDS[word])
    context.refuse_unless(
        f"publication:{row.key}" not in row.includes,
        PUBLICATION,
        row.key,
        "includes",
        "a review does not include itself",
    )
    context.refuse_unless(
        len(set(row.includes)) == len(row.includes),
        PUBLICATION,
        row.key,
        "includes",
        "something occurs twice",
    )


def _check_trial(context: Context, trial: Trial) -> None:
    context.refuse_unless(
        trial.registry_id.startswith(_PREFIXES[trial.registry]),
        TRIAL,
        trial.key,
        "registry_id",
        f"'{trial.registry_id}' is not one of {trial.registry}",
    )
    context.refuse_unless(
        trial.article_spelling is None or trial.article_spelling in trial.aliases,
        TRIAL,
        trial.key,
        "article_spelling",
        "is not among the aliases",
    )


def _check_results(context: Context, trial: Trial, publications: Mapping[str, Publication]) -> None:
    names = [(result.publication, result.outcome) for result in trial.results]
    context.refuse_unless(
        len(set(names)) == len(names), TRIAL, trial.key, "results", "an outcome occurs twice"
    )
    for number, result in enumerate(trial.results):
        field = f"results[{number}]"
        for name, message in faults_of(result):
            context.say(TRIAL, trial.key, f"{field}.{name}", message)
        _check_reported(context, trial, result, field, publications)


def _check_reported(
    context: Context,
    trial: Trial,
    result: TrialResult,
    field: str,
    publications: Mapping[str, Publication],
) -> None:
    where = f"{field}.publication"
    context.refuse_dangling(TRIAL, trial.key, where, result.publication, PUBLICATION)
    publication = publications.get(result.publication)
    if publication:
        context.refuse_unless(
            trial.key in [report.trial for report in publication.reports],
            TRIAL,
            trial.key,
            where,
            f"'{result.publication}' does not report this trial",
        )


def _check_citation(context: Context, citation: Citation) -> None:
    context.refuse_unknown_claim(CITATION, citation.key, "claim", citation.claim)
    context.refuse_dangling(CITATION, citation.key, "trial", citation.trial, TRIAL)
    context.refuse_dangling(
        CITATION, citation.key, "publication", citation.publication, PUBLICATION
    )
    context.refuse_unless(
        (citation.resolution == CitationResolution.RESOLVED)
        == bool(citation.trial or citation.publication),
        CITATION,
        citation.key,
        "resolution",
        "resolved means that a trial or publication is named",
    )
