"""Wiring: settings, URLs, Celery, the embedded PostgreSQL. Imports anything, is imported by nothing."""

from tracker.celery import app as celery_app

__all__ = ["celery_app"]
