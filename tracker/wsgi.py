"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from tracker.checks import refuse_unsafe_deployment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

application = get_wsgi_application()
refuse_unsafe_deployment()
