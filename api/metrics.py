"""What Prometheus may know: how many requests and how long, by route template, never by id or caller."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

#: In seconds: most answers take tens of milliseconds; beyond ten seconds a person has given up.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
#: A made-up one is called other: neither labels nor the log may hold what clients invent.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Meter:
    """The counters of one application; its own registry, so that two applications in a process do not share theirs."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "groundrule_requests", "Requests by method, route template and status.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "groundrule_request_seconds", "How long requests took.", ("route",), registry=self._registry, buckets=BUCKETS
        )

        self._limited = Counter(
            "groundrule_rate_limited", "Requests answered 429, by whose bucket was empty.", ("limit",), registry=self._registry
        )
        self._replays = Counter(
            "groundrule_idempotency_keys", "Requests with an Idempotency-Key, by what they found.", ("found",), registry=self._registry
        )
        self._deliveries = Counter(
            "groundrule_webhook_deliveries", "Attempts to deliver to webhooks, by outcome.", ("outcome",), registry=self._registry
        )

    def limited(self, limit: str) -> None:
        """``limit``: caller or address."""
        self._limited.labels(limit).inc()

    def replayed(self, found: str) -> None:
        """``found``: first, done, under_way or other."""
        self._replays.labels(found).inc()

    def delivered(self, outcome: str) -> None:
        """``outcome``: delivered, failed or given_up."""
        self._deliveries.labels(outcome).inc()

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """``method``: one of METHODS or other."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def page(self) -> bytes:
        return generate_latest(self._registry)
