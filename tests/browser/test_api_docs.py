"""The page that draws the API's description, under the policy of the site."""

import pytest

from claims.api.catalogue import described

pytestmark = pytest.mark.django_db


def drawn_operations(visitor):
    def read():
        visitor.page.wait_for_selector(".opblock")
        return visitor.page.locator(".opblock").count()

    return visitor.thread.submit(read).result()


@pytest.mark.parametrize("width", [390, 1280])
def test_description_is_drawn_without_asking_anyone_else(visitor, live_server, width):
    visit = visitor.visit(f"{live_server.url}/api/v1/docs/", width=width)
    operations = drawn_operations(visitor)

    foreign = [url for url in visitor.requested if not url.startswith((live_server.url, "data:"))]
    assert (visit.status, visit.overflow) == (200, 0)
    assert (visitor.messages, foreign) == ([], [])
    assert operations == described().count(b'"operationId"')
