"""A database of an earlier version is brought to the present one with what it holds."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

import store
from store import codec
from store.database import Database, make_engine
from store.ledger import open_ledger
from store.vectors import pack
from tests.contract.builders import AT, commit, paper, put, record


def test_a_database_of_the_first_version_keeps_its_records_and_takes_pins_and_removals(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    config = Config()
    config.set_main_option("script_location", str(Path(str(store.__file__)).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    old = record("old")

    def first(connection: object) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "r0001")

    engine = make_engine(url)
    database = Database(engine)
    database.writing(first)
    row = {"body": codec.dump(old), "vector": pack(old.vector), "at": AT}
    database.writing(lambda it: it.execute(text("INSERT INTO workspace VALUES ('a', 1, 0, 1, 1)")))
    database.writing(lambda it: it.execute(text("INSERT INTO revision VALUES ('a', 1, 'x', :at)"), row))
    version = text("INSERT INTO record_version VALUES ('a', 'rec_old', 1, 'proposed', :body, :vector)")
    database.writing(lambda it: it.execute(version, row))
    database.writing(lambda it: it.execute(text("INSERT INTO audit VALUES ('a', 1, 1, 'x', 'record.put', 'rec_old', :at)"), row))
    database.close()

    ledger = open_ledger(url)
    assert [(it.record, it.pinned, it.orphaned) for it in ledger.records("a")] == [(old, (), False)]
    assert ledger.audit("a")[0].reason == ""
    assert ledger.pin("a", "rec_old", {"handler": "Dana"}, status=None, actor="x", at=AT, reason="").record.handler == "Dana"
    assert put(ledger, record("old")) == 2
    assert commit(ledger, paper("a.txt", "A rule."))
    assert ledger.scrub()
    ledger.close()
