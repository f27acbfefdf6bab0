"""How tests use the reviewers' desk: by its forms, as a browser would fill them in."""

from django.contrib.auth.models import Group
from django.urls import reverse
from lxml import html

from tests.factories import UserFactory


def url_of(record, page="change"):
    opts = record._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[record.pk])


def list_url(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def add_url(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def values_in(response):
    """Return what the page's main form would send if nothing were touched."""
    page = html.fromstring(response.content.decode())
    [form] = page.xpath("//div[@id='content-main']//form[not(@class='desk-tool-form')]")
    sent = ((name, value) for name, value in form.form_values() if not name.startswith("_"))
    # A browser drops the line end with which Django opens a text area.
    return {name: value.removeprefix("\n") for name, value in sent}


def save(client, url, /, **values):
    """Open a page, type these values into its form (names with __ for -) and send it."""
    given = {name.replace("__", "-"): value for name, value in values.items()}
    return client.post(url, values_in(client.get(url)) | given)


def errors_in(response):
    """Return the texts of all errors that the page shows, in order."""
    page = html.fromstring(response.content.decode())
    return [
        " ".join(line.text_content().split())
        for line in page.xpath("//ul[contains(@class,'errorlist')]/li")
    ]


def messages_in(response):
    """Return what the page told after a redirect (use `follow=True`)."""
    return [str(message) for message in response.context["messages"]]


def tools_on(response):
    """Return the labels of the buttons on a record's page."""
    return [tool["label"] for tool in response.context["tools"]]


def person(role, username):
    """Return someone who may log in to the desk, in the group of this name."""
    user = UserFactory(username=username, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user
