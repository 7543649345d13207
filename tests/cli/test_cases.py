"""The list of cases on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from api.case_bodies import CasePage
from domain.case import Case, CaseState, Event, Fact, Routing, Stop, Told
from service.settings import Settings
from service.wiring import open_app
from tests.api.papers import AT, PO_EXCEPTION, filled
from tests.cli.conftest import Run


def test_cases_that_wait_are_listed_with_who_catches_them_and_until_when(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    filled(folder).close()
    assert "there are no such cases" in run("--data-dir", folder, "cases").err
    routing = Routing(1, "needs_approval", Told("Dana Whitcombe", PO_EXCEPTION.id), Told("2026-02-03", PO_EXCEPTION.id, "within two days"))
    case = Case(
        "agent", "p", AT, "2026-02-01", "Pay \x1b[2J Kestrel.", routing, (Fact("a", 1),), Stop("no"), events=(Event("opened", "agent", AT),)
    )
    with open_app(Settings(data_dir=folder)) as app:
        late, _ = app.ledger.open_case("default", case, actor="agent", at=AT)
        over, _ = app.ledger.open_case("default", Case("b", "q", AT, "2026-02-01", "Ship.", Routing(1, "unknown")), actor="b", at=AT)
        app.ledger.withdraw_case("default", over.ended(CaseState.WITHDRAWN, "b", AT), seen=1, actor="b", at=AT)
    done = run("--data-dir", folder, "cases")
    assert done.code == 0
    assert all(word in done.out for word in (late.id, "overdue", "Dana Whitcombe", "2026-02-03"))
    assert "\x1b[2J" not in done.out
    assert over.id not in done.out
    shown = json.loads(run("--data-dir", folder, "cases", "--state", "withdrawn", "--json").out)
    CasePage.model_validate(shown)
    assert [item["id"] for item in shown["items"]] == [over.id]
    assert run("--data-dir", folder, "cases", "--state", "lost").code == 2
