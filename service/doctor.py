"""Checks that everything which is needed is there, and says what to do where it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import GroundruleError
from service.wiring import App


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    detail: str


def checks(app: App) -> list[Check]:
    """Ledger, index, models and settings, each looked at by use."""
    return [_tried(name, look) for name, look in (
        ("ledger", lambda: _ledger(app)), ("index", lambda: _index(app)), ("encoder", lambda: _encoder(app)),
        ("extractor", lambda: _extractor(app)), ("reader isolation", _isolation),
    )] + ([_tried("llm", lambda: _llm(app))] if app.settings.llm.url else []) + [_domains(app)]  # fmt: skip


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except GroundruleError as error:
        return Check(name, False, str(error))


def _ledger(app: App) -> str:
    app.ledger.ping()
    sources = app.ledger.sources("default")
    refused = sum(state.state == "refused" for state in sources)
    return f"{len(sources)} sources ({refused} refused), revision {app.ledger.revision('default')}"


def _index(app: App) -> str:
    app.project("default")
    return f"{app.index.count('default')} points, {type(app.index).__name__}"


def _encoder(app: App) -> str:
    app.encoder.encode(["ready"])
    return app.encoder.name


def _extractor(app: App) -> str:
    _ = app.extractor
    return f"pipeline {app.pipeline}"


def _llm(app: App) -> str:
    from extract.llm.probe import probe

    return probe(app.endpoint) if app.endpoint else "off"


def _isolation() -> str:
    from ingest.sandbox import isolation

    return isolation()


def _domains(app: App) -> Check:
    if app.settings.org_domains:
        return Check("org_domains", True, ", ".join(sorted(app.settings.org_domains)))
    return Check(
        "org_domains",
        False,
        "not set: nobody's mail counts as an employee's. Set GROUNDRULE_ORG_DOMAINS=your-domain.com, then ingest again",
    )
