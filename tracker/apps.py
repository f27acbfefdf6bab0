"""The wiring as an installed app: its commands, system checks and base templates."""

from django.apps import AppConfig

from tracker import celery

__all__ = ["TrackerConfig", "celery"]  # loaded here, so that shared tasks have their application


class TrackerConfig(AppConfig):
    name = "tracker"
    verbose_name = "tracker"
