"""Posts a few bytes to an address that somebody outside has named: to the public internet only, and nothing that comes back is believed."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from domain.addresses import Network, may_reach, networks
from domain.errors import InvalidQuestion

#: For a whole delivery, from the name's look-up to the status line.
SECONDS = 10.0
MAX_URL = 2_000
#: A status line and the headers of an answer before the last; more is not listened to.
MAX_ANSWER = 16_384

Resolve = Callable[[str, int], list[str]]


class Undelivered(Exception):
    """It did not arrive; ``str(error)`` is a word or two that hold nothing of what was sent or of where to."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What may be reached: plain http where ``http``, and ``networks`` beside the public internet."""

    http: bool
    networks: tuple[Network, ...]


def checked_url(url: str, outside: Outside) -> SplitResult:
    """Raises InvalidQuestion saying what is wrong with it; what its name leads to is looked at with each delivery."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidQuestion("url: it cannot be read as an address") from error
    schemes = ("https", "http") if outside.http else ("https",)
    if parts.scheme not in schemes or not parts.hostname or port == 0:
        raise InvalidQuestion(f"url: it must begin with {' or '.join(f'{scheme}://' for scheme in schemes)} and name a host")
    if len(url) > MAX_URL or not re.fullmatch(r"[!-~]+", url) or "\\" in url:
        raise InvalidQuestion(f"url: it may have {MAX_URL} characters, ASCII only, without blanks; write other letters of a host as xn--")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise InvalidQuestion("url: it may hold no user, password or fragment")
    if re.fullmatch(r"[0-9.]+|.*:.*", parts.hostname) and not may_reach(parts.hostname, outside.networks):
        raise InvalidQuestion("url: that address is not in the public internet, nor in a network that the settings allow")
    return parts


def resolved(host: str, port: int) -> list[str]:
    """Addresses as numbers, in the order in which this machine would try them; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def deliver(  # what to send where, and how to look names up
    url: str, body: bytes, headers: Mapping[str, str], outside: Outside, *, turn: int = 0, resolve: Resolve = resolved
) -> int:
    """The status of the answer. The name is looked up once and the connection goes to that address.

    ``turn``: which of a name's addresses, counted round. Raises Undelivered.
    """
    until = time.monotonic() + SECONDS
    try:
        parts = checked_url(url, outside)
    except InvalidQuestion as error:
        raise Undelivered("url not allowed") from error
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise Undelivered("name not found") from error
    if not addresses or not all(may_reach(address, outside.networks) for address in addresses):
        raise Undelivered("address not allowed")
    try:
        with _connected(addresses[turn % len(addresses)], port, until) as plain:
            if parts.scheme == "http":
                return _exchange(plain, parts, body, headers, until)
            with ssl.create_default_context().wrap_socket(plain, server_hostname=host) as sock:
                return _exchange(sock, parts, body, headers, until)
    except TimeoutError as error:
        raise Undelivered("timeout") from error
    except ssl.SSLError as error:
        raise Undelivered("no trusted connection") from error
    except OSError as error:
        raise Undelivered("no connection") from error


def _connected(address: str, port: int, until: float) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.settimeout(_left(until))
        sock.connect((address, port))
        sock.settimeout(_left(until))
    except OSError:
        sock.close()
        raise
    return sock


def _exchange(sock: socket.socket, parts: SplitResult, body: bytes, headers: Mapping[str, str], until: float) -> int:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc.rpartition("@")[2]
    known = {"Host": host, "Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in {**known, **headers}.items()), "", ""]
    sock.settimeout(_left(until))
    sock.sendall("\r\n".join(lines).encode("ascii") + body)
    return _status(sock, until)


def _status(sock: socket.socket, until: float) -> int:
    """Of the final answer; its headers and its body are not read."""
    heard = b""
    while len(heard) < MAX_ANSWER:
        sock.settimeout(_left(until))
        more = sock.recv(4_096)
        if not more:
            break
        heard += more
        while found := re.match(rb"HTTP/1\.[01] (\d{3})[ \r]", heard):
            if found[1][:1] != b"1":
                return int(found[1])
            _, end, rest = heard.partition(b"\r\n\r\n")
            if not end:
                break
            heard = rest
    raise Undelivered("no answer of HTTP")


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def is_success(status: int) -> bool:
    """An answer that leads elsewhere is none: where it leads is not followed."""
    return 200 <= status < 300


def outside_of(http: bool, names: Iterable[str]) -> Outside:
    return Outside(http, networks(names))
