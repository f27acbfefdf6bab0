"""The history of publications, of what was doubted about them, and of changed registrations."""

from django.contrib import admin

from sources.admin.desk import EventAdmin
from sources.admin.history import event_models
from sources.models import IdentityConflict, Publication, RegistrationChange

for tracked in (Publication, IdentityConflict, RegistrationChange):
    admin.site.register(event_models(tracked), EventAdmin)
