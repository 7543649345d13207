"""How many requests each caller may send: a bucket of tokens a key, and a small one an address for whoever has shown no key."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

#: So many buckets of each kind; the one that was not used for longest goes, and its owner begins with a full one.
MAX_BUCKETS = 10_000
#: Tokens that an address may have, in seconds of its rate.
STRANGER_SECONDS = 5


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


@dataclass(frozen=True, slots=True)
class Limit:
    """``rate``: tokens a second, 0 for no limit; ``burst``: how many there are at most."""

    name: str
    rate: float
    burst: int


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether a request may go on, and what its caller has left; ``owner``: whose bucket it was."""

    allowed: bool
    limit: Limit
    owner: str
    tokens: float

    @property
    def wait(self) -> int:
        """Whole seconds until there is a token."""
        return max(1, math.ceil((1 - self.tokens) / self.limit.rate))

    def headers(self) -> Mapping[str, str]:
        """As in draft-ietf-httpapi-ratelimit-headers: ``w`` and ``t`` are the seconds in which the bucket fills."""
        limit = self.limit
        window, rest = (math.ceil(count / limit.rate) for count in (limit.burst, limit.burst - self.tokens))
        return {
            "RateLimit-Policy": f'"{limit.name}";q={limit.burst};w={window}',
            "RateLimit": f'"{limit.name}";r={max(0, int(self.tokens))};t={rest}',
        }


class _Buckets:
    def __init__(self, limit: Limit) -> None:
        self.limit, self._held = limit, OrderedDict[str, _Bucket]()

    def __contains__(self, owner: str) -> bool:
        return owner in self._held

    def __len__(self) -> int:
        return len(self._held)

    def take(self, owner: str, now: float) -> Taken:
        bucket = self._held.get(owner)
        if bucket is None:
            while len(self._held) >= MAX_BUCKETS:
                self._held.popitem(last=False)
            bucket = self._held[owner] = _Bucket(self.limit.burst, now)
        self._held.move_to_end(owner)
        bucket.tokens = min(self.limit.burst, bucket.tokens + max(0.0, now - bucket.at) * self.limit.rate)
        bucket.at = now
        allowed = bucket.tokens >= 1
        if allowed:
            bucket.tokens -= 1
        return Taken(allowed, self.limit, owner, bucket.tokens)

    def give_back(self, owner: str) -> None:
        bucket = self._held.get(owner)
        if bucket is not None:
            bucket.tokens = min(self.limit.burst, bucket.tokens + 1)


class Rates:
    """Safe between threads. A key has its bucket once it has let somebody in; until then, and without one, the address's counts."""

    def __init__(self, rate: float, burst: int, stranger_rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._callers = _Buckets(Limit("caller", rate, burst))
        self._strangers = _Buckets(Limit("address", stranger_rate, max(1, int(stranger_rate * STRANGER_SECONDS))))

    def __len__(self) -> int:
        return len(self._callers) + len(self._strangers)

    def take(self, secret: str | None, address: str) -> Taken | None:
        """``secret``: the key that was sent. None where nothing limits this request."""
        owner = _digest(secret) if secret is not None else None
        with self._lock:
            buckets = self._callers if owner is not None and owner in self._callers else self._strangers
            if buckets.limit.rate <= 0:
                return None
            return buckets.take(owner if owner is not None and buckets is self._callers else network(address), self._clock())

    def take_local(self) -> Taken | None:
        """Of the one bucket of a service without keys."""
        with self._lock:
            return self._callers.take("local", self._clock()) if self._callers.limit.rate > 0 else None

    def welcome(self, secret: str, address: str) -> None:
        """The key is a living one: what its first request took from the address it gets back, and takes from a bucket of its own."""
        owner = _digest(secret)
        with self._lock:
            if owner not in self._callers:
                self._callers.take(owner, self._clock())
                self._strangers.give_back(network(address))


def bearer(authorization: str) -> str | None:
    """The key in an Authorization header, None where there is none."""
    scheme, _, secret = authorization.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" and secret.strip() else None


def network(address: str) -> str:
    """Whoever has one address of IPv6 has all 2**64 of its network."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "nowhere"
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
