"""Which addresses may be fetched from: of URLs, by their parts; of hosts, by what they resolve to."""

import re
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final
from urllib.parse import urldefrag, urlsplit

from claims.web.failures import BadAddress

LONGEST_URL: Final = 2000
#: What browsers and libraries read differently: space, control characters, backslash.
_DOUBTFUL: Final = re.compile(r"[\x00-\x20\x7f\\]")

Resolve = Callable[..., Sequence[tuple[Any, ...]]]


def checked_url(url: str) -> str:
    """Return the URL without its fragment, or raise BadAddress if it is none that is fetched."""
    url = urldefrag(url.strip()).url
    if len(url) > LONGEST_URL or _DOUBTFUL.search(url):
        raise BadAddress("The address is too long or has spaces in it: copy it once more.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise BadAddress(f"“{url}” is no address: copy it once more.") from None
    if parts.scheme not in ("http", "https"):
        raise BadAddress(f"“{url}” is not fetched: give an address with http:// or https://.")
    if "@" in parts.netloc:
        raise BadAddress("An address with a user name is not fetched: leave out what is before @.")
    if not host:
        raise BadAddress(f"“{url}” names no host: copy the address once more.")
    return url


def checked_hosts(host: str, port: int, *, resolve: Resolve, allow_loopback: bool) -> list[str]:
    """Return all addresses of a host, or raise BadAddress if one of them is not public.

    Raises OSError for a name that is not known.
    """
    found = [
        str(sockaddr[0])
        for *_, sockaddr in resolve(host.strip("[]"), port, type=socket.SOCK_STREAM)
    ]
    for each in found:
        address = ip_address(each)
        if not (is_public(address) or (allow_loopback and address.is_loopback)):
            raise BadAddress(
                f"“{host}” is at {each}, which is not on the public internet: nothing is fetched "
                "from there. Save the page in a browser and import the file."
            )
    return list(dict.fromkeys(found))


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of a host on the internet.

    Addresses that carry an IPv4 address inside (mapped, 6to4, Teredo, NAT64) are not: they lead
    wherever that one leads.
    """
    special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not special and not _is_local_or_carries(address)


def _is_local_or_carries(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_link_local
    carried = address.ipv4_mapped or address.sixtofour or address.teredo
    return bool(carried) or address.is_site_local or address.is_link_local
