"""Sending one notice to an address that somebody else chose, without being led into anybody's own network.

Only https; the name is resolved at each send, every address it has must be public, and the connection goes to the
very address that was checked, so that a name which changes its mind in between changes nothing. No redirect is
followed: it would be another address that nobody checked.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from points.merchants.errors import WebhookAddressRefused

TIMEOUT_S = 10
_HTTPS_PORT = 443
_READ_AT_MOST_BYTES = 65_536
_URL_AT_MOST = 500

# Public by their range, but each carries an IPv4 address within, and some gateway may unwrap it.
_WRAPPED = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))

Resolve = Callable[[str, int], Sequence[str]]
Send = Callable[[str, Mapping[str, str], bytes], int]
"""`send(url, headers, body)` answers with the HTTP status; it raises OSError where nothing was reached."""


class Target(NamedTuple):
    host: str
    port: int
    path: str


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name. Raises OSError."""
    return sorted({str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})


def target_of(url: str) -> Target:
    """The parts of an address that may be sent to. Raises WebhookAddressRefused."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _HTTPS_PORT
    except ValueError:
        raise WebhookAddressRefused from None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= _URL_AT_MOST
    if not plain or parts.scheme != "https" or not host or parts.username or parts.fragment:
        raise WebhookAddressRefused
    path = parts.path or "/"
    return Target(host, port, f"{path}?{parts.query}" if parts.query else path)


def is_public(address: str) -> bool:
    """Whether an address is one on the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif any(ip in network for network in _WRAPPED):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def public_address(host: str, port: int, resolve_name: Resolve = resolve) -> str:
    """One address of the host, all of them being public. Raises WebhookAddressRefused, OSError."""
    found = resolve_name(host, port)
    if not found or not all(is_public(address) for address in found):
        raise WebhookAddressRefused
    return found[0]


def check_url(url: str, resolve_name: Resolve = resolve) -> None:
    """Raises WebhookAddressRefused. A name that is not known yet passes: it is looked up again at each send."""
    target = target_of(url)
    try:
        public_address(target.host, target.port, resolve_name)
    except OSError:
        return


class _Pinned(http.client.HTTPSConnection):
    """Connects to the address that was checked, and asks its certificate for the name."""

    def __init__(self, target: Target, address: str, context: ssl.SSLContext) -> None:
        super().__init__(target.host, target.port, timeout=TIMEOUT_S, context=context)
        self._address = address
        self._tls = context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def send(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """POST and answer with the status. Raises WebhookAddressRefused, OSError."""
    target = target_of(url)
    address = public_address(target.host, target.port)
    connection = _Pinned(target, address, ssl.create_default_context())
    try:
        connection.request("POST", target.path, body, dict(headers))
        response = connection.getresponse()
        response.read(_READ_AT_MOST_BYTES)
    except http.client.HTTPException as error:
        raise ConnectionError(str(error)) from error
    finally:
        connection.close()
    return response.status
