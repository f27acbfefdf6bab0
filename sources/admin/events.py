"""The history of publications and of what was doubted about them."""

from django.contrib import admin

from sources.admin.desk import EventAdmin
from sources.admin.history import event_models
from sources.models import IdentityConflict, Publication

for tracked in (Publication, IdentityConflict):
    admin.site.register(event_models(tracked), EventAdmin)
