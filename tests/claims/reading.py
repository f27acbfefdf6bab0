"""Read a page as a reader does: its words, found by the id or the class of what holds them."""

from copy import deepcopy

from lxml import html

BLOCKS = ("br", "dd", "div", "dt", "h1", "h2", "h3", "li", "p", "section", "td", "th", "tr")


def page_of(response):
    return html.fromstring(response.content.decode())


def words(element):
    """Return what is read, with blocks kept apart as they are on the page."""
    element = deepcopy(element)
    for block in element.iter(*BLOCKS):
        block.text = f" {block.text or ''}"
        block.tail = f" {block.tail or ''}"
    return " ".join(element.text_content().split())


def texts(response, css_class):
    """Return the words of each element with this class, in order."""
    found = page_of(response).xpath(
        "//*[contains(concat(' ', normalize-space(@class), ' '), $wanted)]", wanted=f" {css_class} "
    )
    return [words(element) for element in found]


def part(response, element_id):
    """Return the words of the element with this id; None where there is none."""
    found = page_of(response).get_element_by_id(element_id, None)
    return None if found is None else words(found)


def links(response, element_id="content"):
    """Return the addresses that the element with this id links to, in order."""
    return page_of(response).get_element_by_id(element_id).xpath(".//a/@href")


def cells(response, element_id):
    """Return the words of each cell of the first table or the row with this id, row by row."""
    element = page_of(response).get_element_by_id(element_id)
    rows = [element] if element.tag == "tr" else element.xpath(".//tbody/tr")
    return [[words(cell) for cell in row.xpath("./th|./td")] for row in rows]


def heading(response):
    return words(page_of(response).xpath("//h1")[0])
