"""Wiring: settings, URLs, Celery, the embedded PostgreSQL. Imports anything, is imported by nothing."""
