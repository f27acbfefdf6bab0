"""The wiring as an installed app: its commands, system checks and base templates."""

from django.apps import AppConfig

from tracker import celery, checks

# Loaded here: shared tasks find their application, and the checks are registered.
__all__ = ["TrackerConfig", "celery", "checks"]


class TrackerConfig(AppConfig):
    name = "tracker"
    verbose_name = "tracker"
