"""The history of publications."""

from django.contrib import admin

from sources.admin.desk import EventAdmin
from sources.admin.history import event_models
from sources.models import Publication

admin.site.register(event_models(Publication), EventAdmin)
