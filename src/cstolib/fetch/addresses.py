"""Whether an address may be fetched: http and https only, and no host of a private network."""

import ipaddress
import socket
from urllib.parse import urlsplit


class FetchError(ValueError):
    """Something that cannot be fetched, or may not be; the message says why and what to do."""


def check_address(url: str, *, allow_private: bool = False) -> list[str]:
    """The IP addresses of a url's host; FetchError unless it is http or https on a public host.

    Every address of the host is looked at: a name that also leads to this machine is refused. The
    caller connects to one of these, so that a name cannot lead elsewhere a moment later.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError(f"{url!r} is no address ({error})") from None
    if parts.scheme not in ("http", "https"):
        raise FetchError(f"{url!r}: only http and https are fetched, got {parts.scheme!r}")
    if not host:
        raise FetchError(f"{url!r} names no host")
    if parts.username or parts.password:
        raise FetchError(f"{url!r} holds a user name or password; take it out")
    try:
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise FetchError(f"{host} is not found ({error.strerror}); check the address") from None
    ips = list(dict.fromkeys(str(place[0]) for *_, place in found))
    for ip in ips if not allow_private else ():
        address = ipaddress.ip_address(ip.partition("%")[0])
        if not address.is_global or address.is_multicast:
            raise FetchError(f"{host} is at {ip}, a private address; use --private to allow it")
    return ips
