"""Fetching an article's page in a worker: the row says how far it is, so that a lost message shows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.articles import import_page, import_text
from claims.actions.errors import AlreadyDone, refuse_unless_allowed
from claims.extraction import decoded
from claims.models import Article, ArticleImport, ArticleSnapshot
from claims.web import Page

if TYPE_CHECKING:
    from django.contrib.auth.models import User

State = ArticleImport.State


class AlreadyFetching(AlreadyDone):
    """A page is being fetched for this article."""


@transaction.atomic
def request_import(
    article: Article, url: str, *, wants_preview: bool = False, by: User, now: datetime
) -> ArticleImport:
    """Ask for a page to be fetched and imported; the caller wakes a worker.

    With a preview it is fetched, and imported once somebody has looked at what that would do. An older wish that no worker took up or ended is closed. Raises NotAllowed and AlreadyFetching.
    """
    refuse_unless_allowed(by, "add_articlesnapshot")
    article = Article.objects.select_for_update().get(pk=article.pk)
    article.imports.abandoned(now).update(
        state=State.FAILED,
        error="No worker finished it: see that one runs, and import the page again.",
        finished_at=now,
    )
    live = article.imports.live().first()
    if live:
        raise AlreadyFetching(f"{live.url} is being fetched for this article: wait for its end.")
    return ArticleImport.objects.create(
        article=article, url=url, wants_preview=wants_preview, requested_by=by, requested_at=now
    )


def stage_import(
    article: Article, content: bytes, *, is_page: bool, by: User, now: datetime
) -> ArticleImport:
    """Keep an uploaded page, or a text in UTF-8, for a look at what its import would do."""
    refuse_unless_allowed(by, "add_articlesnapshot")
    return ArticleImport.objects.create(
        article=article,
        state=State.PREVIEW,
        wants_preview=True,
        content=content,
        is_page=is_page,
        charset="" if is_page else "utf-8",
        requested_by=by,
        requested_at=now,
    )


@transaction.atomic
def confirm_import(wish: ArticleImport, *, by: User, now: datetime) -> ArticleSnapshot:
    """Import what was looked at; confirmed twice, it is imported once.

    Raises AlreadyDone if it was discarded, and Refused as `import_text` does.
    """
    refuse_unless_allowed(by, "add_articlesnapshot")
    stored = ArticleImport.objects.select_for_update(of=("self",)).get(pk=wish.pk)
    if stored.state == State.DONE and stored.snapshot:
        return stored.snapshot
    _refuse_unless_waiting(stored)
    content, charset = bytes(stored.content or b""), stored.charset or None
    if stored.is_page:
        done = import_page(stored.article, content, charset=charset, by=by, now=now)
    else:
        done = import_text(stored.article, decoded(content, charset), by=by, now=now)
    stored.state, stored.content = State.DONE, None
    stored.snapshot, stored.finished_at = done.snapshot, now
    stored.save()
    return done.snapshot


@transaction.atomic
def discard_import(wish: ArticleImport, *, by: User, now: datetime) -> None:
    """Throw away what was looked at. Raises AlreadyDone if it was imported."""
    refuse_unless_allowed(by, "add_articlesnapshot")
    stored = ArticleImport.objects.select_for_update(of=("self",)).get(pk=wish.pk)
    if stored.state == State.DISCARDED:
        return
    _refuse_unless_waiting(stored)
    stored.state, stored.content, stored.finished_at = State.DISCARDED, None, now
    stored.save()


@transaction.atomic
def begin_import(pk: int, *, now: datetime) -> ArticleImport | None:
    """Return the import, now running, or None if another worker has it or it is over."""
    queued = ArticleImport.objects.select_for_update().filter(pk=pk, state=State.QUEUED)
    wish = queued.select_related("article", "requested_by").first()
    if wish:
        wish.state, wish.started_at = State.RUNNING, now
        wish.save(update_fields=["state", "started_at"])
    return wish


@transaction.atomic
def finish_import(wish: ArticleImport, page: Page, *, now: datetime) -> ArticleSnapshot | None:
    """Store the page in the name of whoever wished for it. Raises Refused as `import_text` does.

    Return None if it is kept for a look only.
    """
    by = wish.requested_by
    if wish.wants_preview:
        kept = {"is_page": page.is_html, "charset": (page.charset or "")[:40]}
        _end(wish, State.PREVIEW, content=page.body, **kept)
        return None
    if page.is_html:
        done = import_page(wish.article, page.body, charset=page.charset, by=by, now=now)
    else:
        done = import_text(wish.article, decoded(page.body, page.charset), by=by, now=now)
    _end(wish, State.DONE, snapshot=done.snapshot, finished_at=now)
    return done.snapshot


def fail_import(wish: ArticleImport, why: str, *, now: datetime) -> None:
    """Record why there is no text; the reason is shown to whoever wished for it."""
    _end(wish, State.FAILED, error=why, finished_at=now)


def _refuse_unless_waiting(wish: ArticleImport) -> None:
    if wish.state != State.PREVIEW:
        raise AlreadyDone(f"It is {wish.get_state_display()}: there is nothing to look at.")


def _end(wish: ArticleImport, state: str, **facts: object) -> None:
    # Given up in the meantime, it stays given up.
    running = ArticleImport.objects.filter(pk=wish.pk, state=State.RUNNING)
    running.update(state=state, **facts)
