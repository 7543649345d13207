"""A window that was answered is not asked again, and what is kept for that holds no words."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from domain.statement import Modality, SpeechAct
from extract.llm.cache import FILE, Cache, key_of
from extract.llm.verdict import Kind, Verdict, packed, unpacked
from tests.extract.llm.desk import all_believed, asked_once, asking, policy, refine
from tests.extract.llm.stub import agreeing, completion, item, items, serving

DOCUMENT = policy("The quillfeather guard must lock the main gate at 18:00.", "Visitors must sign the book.")
WORDS = ("quillfeather", "guard", "gate", "visitors", "it says so")
VERDICTS = (
    Verdict(1, (Kind.RULE, Kind.EXCEPTION), SpeechAct.GRANTS, Modality.PERMISSION, True, (4, 20)),
    Verdict(2, (Kind.NONE,), SpeechAct.STATES),
)


def test_an_answered_window_is_not_asked_again(tmp_path: Path) -> None:
    with serving(agreeing) as stub:
        first, _ = asked_once(stub, tmp_path, DOCUMENT)
        again, tally = asked_once(stub, tmp_path, DOCUMENT)
    assert len(stub.requests) == 1
    assert (tally.cached, tally.calls, tally.left) == (1, 0, 0)
    assert again == first
    assert first.statements != tuple(all_believed(DOCUMENT))


def test_the_same_window_in_another_document_is_known_too(tmp_path: Path) -> None:
    other = policy(*DOCUMENT.text.split("\n"), path="gate.md")
    with serving(agreeing) as stub:
        asked_once(stub, tmp_path, DOCUMENT)
        refined, _ = asked_once(stub, tmp_path, other)
    assert len(stub.requests) == 1
    assert [s.citation.document_id for s in refined.statements] == [other.id] * 2


@pytest.mark.parametrize("change", ["model", "text"])
def test_another_model_or_text_is_asked_anew(change: str, tmp_path: Path) -> None:
    document = policy("The guard may lock the main gate at 18:00.") if change == "text" else DOCUMENT
    with serving(agreeing) as stub:
        asked_once(stub, tmp_path, DOCUMENT)
        asked_once(stub, tmp_path, document, model="other" if change == "model" else "stub")
    assert len(stub.requests) == 2


def test_a_model_without_a_usable_answer_is_not_asked_again(tmp_path: Path) -> None:
    with serving(lambda *_: completion("no")) as stub:
        first, _ = asked_once(stub, tmp_path, DOCUMENT)
        again, tally = asked_once(stub, tmp_path, DOCUMENT)
    assert (len(stub.requests), tally.cached) == (3, 1)
    assert first == again
    assert first.left == 0


def test_the_file_holds_neither_the_documents_words_nor_the_models(tmp_path: Path) -> None:
    with serving(lambda *_: items(item("guard must lock the main gate", 1, handler="quillfeather guard", values=["18:00"]))) as stub:
        refined, _ = asked_once(stub, tmp_path, DOCUMENT)
    assert refined.statements[0].handler == "quillfeather guard"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in files] == [FILE]
    data = files[0].read_bytes().lower()
    assert [word for word in WORDS if word.encode() in data] == []
    with sqlite3.connect(files[0]) as connection:
        rows = connection.execute("SELECT key, body FROM verdict").fetchall()
    assert [(len(key), set(body) <= set("[]0123456789-,")) for key, body in rows] == [(64, True)]


def test_verdicts_come_back_as_they_went_in() -> None:
    assert unpacked(packed(VERDICTS)) == VERDICTS
    assert unpacked(packed(())) == ()


@pytest.mark.parametrize("body", ["", "{", "5", "[[1]]", "[[1,[99],0,0,0,[]]]", '[["x",[0],0,0,0,[]]]', "[" * 100_000], ids=range(7))
def test_a_body_that_is_something_else_is_no_verdict(body: str) -> None:
    assert unpacked(body) is None


def test_a_place_outside_the_sentence_is_not_believed(tmp_path: Path) -> None:
    with serving(agreeing) as stub, asking(stub, tmp_path) as refiner:
        refine(refiner, DOCUMENT)
        with sqlite3.connect(tmp_path / FILE) as connection:
            connection.execute(
                "UPDATE verdict SET body = ?", (packed([Verdict(9, (Kind.RULE,), SpeechAct.STATES), VERDICTS[1], VERDICTS[0]]),)
            )
        (first, second) = refine(refiner, policy(*DOCUMENT.text.split("\n"))).statements
        assert first.handler == "quillfeather gua"
        with sqlite3.connect(tmp_path / FILE) as connection:
            far = Verdict(1, (Kind.RULE,), SpeechAct.STATES, None, None, (50, 5_000))
            connection.execute("UPDATE verdict SET body = ?", (packed([far]),))
        assert refine(refiner, DOCUMENT).statements == tuple(all_believed(DOCUMENT))
    assert second.likelihood.rule < 0.5


def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database at all" * 100)
    with serving(agreeing) as stub:
        asked_once(stub, tmp_path, DOCUMENT)
        _, tally = asked_once(stub, tmp_path, DOCUMENT)
    assert tally.cached == 1


def test_a_file_that_another_process_holds_costs_calls_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.llm.cache.PATIENCE", 0.05)
    cache = Cache(tmp_path / FILE)
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    key = key_of("v", "window")
    cache.put(key, VERDICTS)
    assert cache.get(key) is None
    other.execute("ROLLBACK")
    cache.put(key, VERDICTS)
    assert cache.get(key) == VERDICTS
    cache.close()
    other.close()


def test_a_folder_that_cannot_be_written_costs_calls_and_nothing_else(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "not there" / FILE)
    cache.put("key", VERDICTS)
    assert cache.get("key") is None
    cache.close()
