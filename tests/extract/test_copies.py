"""What is in store twice counts once, and nobody speaks through a copy of somebody else's words."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from domain.document import Document, DocumentKind, MessageKind
from domain.record import Record, Status
from domain.statement import SpeechAct
from extract.copies import TWICE, distinct
from tests.extract.papers import DANA, EVE, OLE, OWN, RAY, BlockKind, copy_in, day, lines_of, mail, paper, records_of, said

GRANT = "For Kestrel Metals we pay without an order number below two hundred euros."


def only(records: Sequence[Record]) -> Record:
    [record] = records
    return record


def paths(record: Record) -> list[str]:
    return [e.citation.path for e in record.evidence]


def test_sent_and_inbox_hold_one_message() -> None:
    body = f"Hello Ole.\n{GRANT}\n> What about\n> Kestrel?"
    inbox, sent = (mail("m", DANA, body, to=[OLE], folder=folder) for folder in ("inbox", "sent"))
    wrapped = mail("m", DANA, f"Hello  Ole.\n{GRANT.upper()}\n>What about Kestrel?", to=[OLE], folder="archive")
    record = next(r for r in records_of([inbox, sent, wrapped]) if "kestrel metals" in r.said.lower())
    assert paths(record) == ["archive/m.eml"] and record.occasions == 1


def test_one_message_id_with_two_texts_keeps_both_and_trusts_the_first() -> None:
    true, false = mail("m", DANA, GRANT, sent_at=day(1)), mail("m", DANA, "Skip every check.", folder="a", sent_at=day(2))
    records = {r.said: r for r in records_of([false, true])}
    assert records[GRANT].status is Status.PROPOSED
    assert records["Skip every check."].status is Status.CLAIMED
    assert TWICE in records["Skip every check."].authority_reason


def test_an_outsider_cannot_take_an_insiders_message_id_away_by_an_early_date() -> None:
    true = mail("m", DANA, GRANT, sent_at=day(5))
    false = mail("m", EVE, "Skip every check.", folder="a", sent_at="2001-01-01T00:00:00+00:00")
    flags = {d.id: d.message.distrust for d in distinct([false, true], OWN).kept if d.message}
    assert flags == {true.id: "", false.id: TWICE}


def test_an_attached_copy_does_not_stand_in_for_the_message_in_store() -> None:
    carrier = mail("e", EVE, "See the attached.", folder="a")
    true = mail("m", DANA, GRANT, to=[OLE], folder="z")
    attached = replace(mail("m", DANA, GRANT, to=[OLE], folder="a"), parent=carrier.id)
    record = next(r for r in records_of([carrier, attached, true]) if r.said == GRANT)
    assert record.status is Status.PROPOSED and paths(record) == ["z/m.eml"]


def test_an_attached_message_has_no_more_weight_than_who_sent_it() -> None:
    carrier = mail("e", EVE, "See the attached.")
    attached = replace(mail("m", DANA, GRANT, to=[OLE]), parent=carrier.id)
    record = next(r for r in records_of([carrier, attached]) if r.said == GRANT)
    assert (record.status, record.authority) == (Status.CLAIMED, 0)
    assert record.authority_reason == "attachment of a message from an unknown sender"


def test_copies_of_a_paper_are_all_cited_and_one_occasion() -> None:
    parts = [(BlockKind.PARAGRAPH, GRANT)]
    record = only(records_of([paper(f"{n}.docx", DocumentKind.POLICY, parts) for n in "abc"]))
    assert paths(record) == ["a.docx", "b.docx", "c.docx"] and record.occasions == 1


def test_a_quoted_message_that_is_stored_leaves_the_word_to_it() -> None:
    true = mail("m", DANA, f"Hello Ole.\n{GRANT}", to=[OLE], sent_at=day(1))
    carrier = mail("f", EVE, [(BlockKind.FORWARDED, f"Hello Ole. {GRANT}")], sent_at=day(2))
    part = copy_in(carrier, DANA, GRANT)
    record = only([r for r in records_of([true, carrier, part]) if "Kestrel" in r.said])
    assert paths(record) == ["mail/m.eml"] and record.status is Status.PROPOSED


def test_a_quoted_message_that_is_not_stored_stays_claimed_and_apart() -> None:
    carrier = mail("f", DANA, [(BlockKind.PARAGRAPH, "See below."), (BlockKind.FORWARDED, GRANT)], to=[OLE])
    again = mail("g", OLE, [(BlockKind.PARAGRAPH, "Once more."), (BlockKind.FORWARDED, GRANT)], to=[DANA], sent_at=day(8))
    copies = [copy_in(carrier, DANA, GRANT), copy_in(again, DANA, GRANT)]
    record = only([r for r in records_of([carrier, again, *copies]) if r.said == GRANT])
    assert (record.status, record.authority, len(record.evidence)) == (Status.CLAIMED, 0, 1)


def test_a_copy_adds_nothing_to_what_somebody_else_says() -> None:
    carrier = mail("f", EVE, [(BlockKind.FORWARDED, GRANT)])
    copy, own = copy_in(carrier, DANA, GRANT), mail("o", OLE, f"There is something that all of you should know.\n{GRANT}", sent_at=day(1))
    records = records_of([carrier, copy, own], [said(copy, GRANT), said(own, GRANT)])
    assert sorted((r.status, len(r.evidence)) for r in records) == [(Status.CLAIMED, 1), (Status.PROPOSED, 1)]


def test_a_request_known_from_a_copy_is_not_answered() -> None:
    carrier = mail("f", RAY, "See below.", sent_at=day(1))
    copy = copy_in(carrier, RAY, "May we leave out the order number from now on?")
    answer = mail("g", DANA, "Yes, go ahead with all of that.", to=[RAY], references=("f",), sent_at=day(6))
    asks = said(copy, "May we leave out the order number from now on?", act=SpeechAct.ASKS)
    grants = said(answer, "Yes, go ahead with all of that.", act=SpeechAct.GRANTS)
    assert all("f.eml" not in path for r in records_of([carrier, copy, answer], [asks, grants]) for path in paths(r))


def test_a_paste_without_marks_is_evidence_of_the_original_only() -> None:
    original = mail("m", RAY, f"Dear Dana.\n{GRANT}", sent_at=day(1))
    paste = mail("p", DANA, f"Ole, what Ray writes:\n{GRANT}\nWe always check twice for everybody else.", to=[OLE], sent_at=day(2))
    records = {r.said: r for r in records_of([original, paste])}
    assert paths(records[GRANT]) == ["mail/m.eml"] and records[GRANT].status is Status.CLAIMED
    assert records["We always check twice for everybody else."].status is Status.PROPOSED


def test_nothing_rests_on_a_bounce_and_programs_make_no_occasions() -> None:
    bounce = mail("b", DANA, GRANT, kind=MessageKind.BOUNCE)
    assert records_of([bounce]) == []
    person = mail("p", DANA, GRANT, sent_at=day(1))
    programs = [
        mail(kind.value, DANA, GRANT, kind=kind, sent_at=day(2 + n))
        for n, kind in enumerate((MessageKind.AUTO_REPLY, MessageKind.NEWSLETTER))
    ]
    record = only(records_of([person, *programs]))
    assert (len(record.evidence), record.occasions) == (3, 1)


def test_the_records_are_the_same_in_any_order() -> None:
    carrier = mail("f", EVE, [*lines_of("See below."), (BlockKind.FORWARDED, GRANT)], sent_at=day(4))
    documents: list[Document] = [
        mail("m", DANA, f"Hello Ole.\n{GRANT}", to=[OLE], sent_at=day(1)),
        mail("m", DANA, f"Hello Ole.\n{GRANT}", to=[OLE], folder="sent", sent_at=day(1)),
        mail("m", EVE, "Skip every check.", folder="a", sent_at=day(1)),
        mail("p", OLE, f"Dana says:\n{GRANT}", to=[RAY], sent_at=day(2), in_reply_to="m"),
        mail("q", RAY, f"Good.\n> {GRANT}", sent_at=day(3)),
        carrier,
        copy_in(carrier, DANA, GRANT),
        copy_in(carrier, DANA, "Nobody needs to ask me for that any more."),
        *(paper(f"{n}.docx", DocumentKind.POLICY, [(BlockKind.PARAGRAPH, "Every invoice must have its order number.")]) for n in "ab"),
    ]
    expected = records_of(documents)
    shuffled = list(documents)
    for seed in range(5):
        random.Random(seed).shuffle(shuffled)
        assert records_of(shuffled) == expected
