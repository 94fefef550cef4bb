"""What an operator watches: requests as they are answered, and the store's state when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

# Labels come from closed sets: a caller who invents methods or paths must not make new series.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER = "other"
_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_GAUGES = {
    "position": ("points_log_position", "Position of the newest event in the log."),
    "projector_lag_events": ("points_projector_lag_events", "Events that the read models do not hold yet."),
    "queue_length": ("points_writer_queue_length", "Commands that wait for the writer."),
}
_US_PER_S = 1_000_000


class Metrics:
    """One application's own registry, so that two in one process never mix."""

    def __init__(self, health: Callable[[], Mapping[str, Any]]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Store(health))
        self._requests = Counter(
            "points_http_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._durations = Histogram(
            "points_http_request_duration_seconds",
            "From the request's first byte to the answer's last.",
            ("route", "method"),
            buckets=_BUCKETS_S,
            registry=self._registry,
        )

    def observe(self, route: str | None, method: str, status: int, duration_us: int) -> None:
        where, how = route or _OTHER, method if method in _METHODS else _OTHER
        self._requests.labels(where, how, status).inc()
        self._durations.labels(where, how).observe(duration_us / _US_PER_S)

    def exposition(self) -> bytes:
        return generate_latest(self._registry)


class _Store(Collector):
    def __init__(self, health: Callable[[], Mapping[str, Any]]) -> None:
        self._health = health

    def collect(self) -> Iterable[GaugeMetricFamily]:
        up = GaugeMetricFamily("points_store_up", "1 if the store answered this scrape.")
        try:
            state = self._health()
        except Exception as error:  # noqa: BLE001  a store that is away is what the scrape reports, not a failed scrape
            structlog.get_logger("api").warning("store unreachable", error=type(error).__name__)
            up.add_metric((), 0)
            yield up
            return
        up.add_metric((), 1)
        yield up
        for fact, (name, says) in _GAUGES.items():
            yield GaugeMetricFamily(name, says, value=state[fact])
