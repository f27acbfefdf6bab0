"""The wiring as an installed app: its commands, system checks and base templates."""

from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "tracker"
    verbose_name = "tracker"
