"""What is asserted, and what the evidence says; and the admin site as its reviewers' desk."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate

from claims.groups import make_groups


class ClaimsConfig(AppConfig):
    default = True
    name = "claims"
    verbose_name = "claims"

    def ready(self) -> None:
        # After Django's own, which makes the permissions; a flushed test database has none either.
        post_migrate.connect(make_groups, sender=self, dispatch_uid="claims.make_groups")


class ReviewersDeskConfig(admin_apps.AdminConfig):
    """Django's admin with our site; listed after our apps, so that our templates come first."""

    default = False
    default_site = "claims.desk.ReviewersDesk"
