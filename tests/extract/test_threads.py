"""Threads are what the headers say; persons and quoted lines may add to it, a subject alone never does."""

from __future__ import annotations

import random
import time

from domain.document import Document
from extract.threads import Node, base_subject, threads_of, trees_of
from tests.extract.papers import DANA, EVE, OLE, RAY, copy_in, day, mail

OTHER = "tom@merlin.example"


def shape(node: Node) -> object:
    """A tree as nested lists of ids; a message that is not in store stands in brackets."""
    name = node.message_id if node.documents else f"({node.message_id})"
    return [name, *(shape(child) for child in node.children)] if node.children else name


def shapes(*documents: Document) -> list[object]:
    return [shape(thread.root) for thread in trees_of(documents)]


def test_a_chain_of_references_is_one_tree() -> None:
    a = mail("a", RAY, "One", sent_at=day(1))
    b = mail("b", DANA, "Two", sent_at=day(2), references=("a",))
    c = mail("c", RAY, "Three", sent_at=day(3), references=("a", "b"))
    d = mail("d", OLE, "Four", sent_at=day(4), in_reply_to="a")
    assert shapes(d, c, b, a) == [["a", ["b", "c"], "d"]]


def test_a_missing_message_ties_its_answers_together() -> None:
    b = mail("b", DANA, "Two", sent_at=day(2), references=("lost",))
    c = mail("c", RAY, "Three", sent_at=day(3), in_reply_to="lost")
    assert shapes(b, c) == [["(lost)", "b", "c"]]
    assert threads_of([b, c]) == {b.id: ("lost", 0), c.id: ("lost", 1)}


def test_a_missing_message_in_the_middle_leaves_its_answers_to_the_one_above() -> None:
    a = mail("a", RAY, "One", sent_at=day(1))
    c = mail("c", RAY, "Three", sent_at=day(3), references=("a", "lost"))
    assert shapes(a, c) == [["a", "c"]]


def test_a_missing_root_with_one_answer_is_pruned() -> None:
    assert shapes(mail("b", DANA, "Two", references=("older", "lost"))) == ["b"]


def test_references_come_before_in_reply_to() -> None:
    a, b = mail("a", RAY, "One", sent_at=day(1)), mail("b", RAY, "Two", sent_at=day(2))
    c = mail("c", DANA, "Three", sent_at=day(3), references=("a", "b"), in_reply_to="a")
    assert shapes(a, b, c) == ["a", ["b", "c"]]


def test_what_others_refer_to_does_not_move_a_message_in_store() -> None:
    a, b = mail("a", RAY, "One", sent_at=day(1)), mail("b", DANA, "Two", sent_at=day(2))
    liar = mail("z", EVE, "Three", sent_at=day(3), references=("a", "b"))
    assert shapes(a, b, liar) == ["a", ["b", "z"]]


def test_references_in_a_ring_close_no_loop() -> None:
    a = mail("a", RAY, "One", sent_at=day(1), references=("c",))
    b = mail("b", DANA, "Two", sent_at=day(2), references=("a",))
    c = mail("c", RAY, "Three", sent_at=day(3), references=("b",))
    itself = mail("s", RAY, "Me", sent_at=day(4), references=("s",), in_reply_to="s")
    guessed = mail("g", RAY, "Guess", sent_at=day(5), references=("x", "y", "x"))
    assert shapes(itself, guessed) == ["s", "g"]
    assert {root for root, _ in threads_of([a, b, c]).values()} == {"c"}
    assert threads_of([itself])[itself.id] == ("s", 0)


def test_two_messages_of_one_id_share_a_place() -> None:
    a = mail("a", RAY, "One", sent_at=day(1))
    inbox, sent = (mail("b", DANA, "Two", folder=folder, references=("a",)) for folder in ("inbox", "sent"))
    [thread] = trees_of([a, inbox, sent])
    assert [node.documents for node in thread.root.children] == [(inbox.id, sent.id)]


def test_two_counterparties_with_the_subject_invoice_stay_apart() -> None:
    ours = [mail(f"to-{n}", DANA, f"Please see {n}", to=[who], subject="Invoice", sent_at=day(1)) for n, who in enumerate((RAY, OTHER))]
    from_ray = mail("ray", RAY, "Which one?", subject="Re: Invoice", sent_at=day(2))
    from_tom = mail("tom", OTHER, "Which one?", subject="RE: invoice", sent_at=day(2))
    assert shapes(*ours, from_ray, from_tom) == [["to-0", "ray"], ["to-1", "tom"]]


def test_a_colleague_in_copy_does_not_join_two_counterparties() -> None:
    one = mail("one", RAY, "Here it is", to=[DANA], cc=(OLE,), subject="Invoice", sent_at=day(1))
    answer = mail("two", DANA, "Thank you", to=[OTHER], cc=(OLE,), subject="Re: Invoice", sent_at=day(2))
    aside = mail("three", DANA, "Ole, and this?", to=[OLE], cc=(OTHER,), subject="Re: Invoice", sent_at=day(3))
    assert shapes(one, answer, aside) == ["one", ["two", "three"]]


def test_a_reply_that_could_belong_to_two_threads_belongs_to_none() -> None:
    first, second = (mail(n, DANA, f"Number {n}", to=[RAY], subject="Invoice", sent_at=day(1)) for n in ("a", "b"))
    assert shapes(first, second, mail("c", RAY, "Paid", subject="Re: Invoice", sent_at=day(2))) == ["a", "b", "c"]


def test_only_a_reply_joins_by_persons_and_only_for_sixty_days() -> None:
    a = mail("a", DANA, "Number", to=[RAY], subject="Invoice", sent_at="2025-10-01T09:00:00+00:00")
    late = mail("late", RAY, "Paid", subject="Re: Invoice", sent_at=day(5))
    new = mail("new", RAY, "Another", subject="Invoice", sent_at="2025-10-02T09:00:00+00:00")
    undated = mail("when", RAY, "Paid", subject="Re: Invoice", sent_at=None)
    assert shapes(a, late, new, undated) == ["a", "new", "late", "when"]


def test_quoted_lines_prove_whose_answer_it_is() -> None:
    a = mail("a", RAY, "Could we pay the second crate at the end of March?", subject="Crate", sent_at=day(1))
    b = mail("b", DANA, "> Could we pay the second crate at the end of March?\nYes.", to=[RAY], subject="About that", sent_at=day(2))
    assert shapes(a, b) == [["a", "b"]]


def test_lines_of_two_messages_prove_nothing() -> None:
    one, two = (mail(n, RAY, f"Could we pay crate {n} at the end of March?", sent_at=day(1)) for n in ("a", "b"))
    both = mail("c", DANA, "> Could we pay crate a at the end of March?\n> Could we pay crate b at the end of March?\nYes.", sent_at=day(2))
    assert shapes(one, two, both) == ["a", "b", "c"]


def test_a_copied_message_hangs_under_its_carrier_and_takes_nobodys_place() -> None:
    a = mail("a", RAY, "One", sent_at=day(1))
    b = mail("b", DANA, "Two", sent_at=day(2), references=("a",))
    copy = copy_in(a, DANA, "We never ask you for a number.")
    assert shapes(a, b, copy) == [["a", "b", f"copy {copy.id}"]]
    assert threads_of([a, b, copy]) == {a.id: ("a", 0), b.id: ("a", 1), copy.id: ("a", 0)}
    assert threads_of([copy]) == {}


def test_reply_marks_come_off_a_subject() -> None:
    assert [base_subject(s) for s in ("Re: AW: SV:  The  Crate", "RE[2]: the crate", "The crate")] == ["the crate"] * 3
    assert base_subject("Resolution: none") == "resolution: none"


def test_thousands_of_messages_are_threaded_in_seconds_in_any_order() -> None:
    mails = []
    for n in range(6000):
        above = tuple(f"m{k}" for k in range(n - n % 300, n))[-20:]
        sender, other = (RAY, DANA) if n % 2 else (DANA, RAY)
        mails.append(mail(f"m{n}", sender, f"Line number {n}", to=[other], references=above, subject="Re: Invoice"))
    started = time.monotonic()
    placed = threads_of(mails)
    assert time.monotonic() - started < 10
    random.Random(7).shuffle(mails)
    assert threads_of(mails) == placed and len({root for root, _ in placed.values()}) == 20
