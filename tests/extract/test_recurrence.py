"""A favour done once is one_off; done again by other people on other days it is proposed as a practice."""

from __future__ import annotations

from dataclasses import replace

from domain.document import Document
from domain.record import Record, Recurrence
from tests.extract.papers import DANA, OLE, day, mail, records_of, said, vector_of

#: In two ways: the same words would be a copy.
FAVOUR = {
    "a": "Take the Kestrel pallets in without the note this time.",
    "b": "No note on these, but let the Kestrel pallets through today.",
}


def told(message_id: str, sender: str, number: int) -> Document:
    return mail(message_id, sender, FAVOUR[message_id], to=("gate@alder.example",), sent_at=day(number))


def the_record(*messages: Document) -> Record:
    statements = [replace(said(m, m.text), one_off=0.9, vector=vector_of(FAVOUR["a"])) for m in messages]
    (record,) = records_of(messages, statements)
    return record


def test_a_favour_is_one_off_and_ends_by_itself() -> None:
    record = the_record(told("a", DANA, 5))
    assert (record.recurrence, record.occasions, record.valid_to) == (Recurrence.ONE_OFF, 1, "2026-03-06")


def test_done_again_by_another_on_another_day_it_is_a_practice() -> None:
    record = the_record(told("a", DANA, 5), told("b", OLE, 9))
    assert (record.recurrence, record.occasions, record.last_seen, record.valid_to) == (Recurrence.STANDING, 2, "2026-01-09", None)


def test_the_same_person_or_the_same_day_makes_no_practice() -> None:
    assert the_record(told("a", DANA, 5), told("b", DANA, 9)).recurrence is Recurrence.ONE_OFF
    assert the_record(told("a", DANA, 5), told("b", OLE, 5)).recurrence is Recurrence.ONE_OFF
