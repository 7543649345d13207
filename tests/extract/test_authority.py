"""What a statement counts for: its channel, what brought it, and whether it is the paper's own word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.document import EVIDENCE_BLOCKS, BlockKind, Document, DocumentKind, Mark, MarkKind, MessageKind
from domain.quantities import values_in
from domain.record import Documentation, Record, Status
from domain.span import Span
from domain.statement import Modality, Statement
from extract.authority import Channels, known_domains
from extract.statements import _inside
from tests.extract.papers import DANA, EVE, OWN, RAY, copy_in, mail, paper, records_of, said, vector_of

CLAUSE = "Payment is due within thirty days of the invoice."
REMARK = "We give Kestrel sixty days and have never told anybody."


def record_for(quote: str, *documents: Document) -> Record:
    return next(r for r in records_of(documents) if r.said == quote)


def commented(author: str = "Ray Tarn") -> Document:
    made = paper("c.docx", DocumentKind.CONTRACT, [(BlockKind.PARAGRAPH, CLAUSE), (BlockKind.COMMENT, REMARK)])
    target = made.blocks[1].span
    mark = Mark(MarkKind.COMMENT, Span(0, 7), author=author, target=target)
    return paper("c.docx", DocumentKind.CONTRACT, [(BlockKind.PARAGRAPH, CLAUSE), (BlockKind.COMMENT, REMARK)], marks=[mark])


def test_a_comment_in_a_contract_is_somebodys_claim() -> None:
    record = record_for(REMARK, commented())
    assert (record.authority, record.status, record.documentation) == (1, Status.CLAIMED, Documentation.UNDOCUMENTED)
    assert record.authority_reason == "comment in the file by Ray Tarn, not authenticated"
    assert record_for(CLAUSE, commented()).documentation is Documentation.DOCUMENTED


def test_what_a_comment_says_is_documented_where_a_formal_text_says_it_too() -> None:
    policy = paper("p.docx", DocumentKind.POLICY, [(BlockKind.PARAGRAPH, REMARK)])
    record = record_for(REMARK, commented(), policy)
    assert (record.authority, record.documentation, len(record.evidence)) == (4, Documentation.DOCUMENTED, 2)
    assert record.evidence[0].citation.path == "p.docx"


def test_an_open_insertion_is_a_proposal() -> None:
    at = CLAUSE.index("thirty")
    marks = [Mark(MarkKind.INSERTION, Span(at, at + 6), author="Ray Tarn")]
    record = record_for(CLAUSE, paper("c.docx", DocumentKind.CONTRACT, [(BlockKind.PARAGRAPH, CLAUSE)], marks=marks))
    assert (record.authority, record.status, record.documentation) == (1, Status.CLAIMED, Documentation.UNDOCUMENTED)
    assert record.authority_reason == "open tracked insertion by Ray Tarn, not accepted"


def test_struck_and_hidden_words_are_never_evidence() -> None:
    assert not EVIDENCE_BLOCKS & {BlockKind.DELETED, BlockKind.HIDDEN, BlockKind.QUOTED, BlockKind.FORWARDED}


@pytest.mark.parametrize(
    ("sender", "tier", "reason"),
    [
        (DANA, 4, "formal document (amendment)"),
        (RAY, 1, "attachment of a message from a known counterparty"),
        (EVE, 0, "attachment of a message from an unknown sender"),
    ],
)
def test_an_attachment_counts_for_no_more_than_who_sent_it(sender: str, tier: int, reason: str) -> None:
    known = mail("k", DANA, "Hello.", to=[RAY])
    carrier = mail("m", sender, "Please find it attached.")
    record = record_for(CLAUSE, known, carrier, paper("a.docx", DocumentKind.AMENDMENT, [(BlockKind.PARAGRAPH, CLAUSE)], parent=carrier))
    assert (record.authority, record.authority_reason) == (tier, reason)
    assert (record.documentation is Documentation.DOCUMENTED) is (tier == 4)
    assert (record.status is Status.CLAIMED) is (tier < 2)


def test_an_archive_changes_nothing_and_hides_no_carrier() -> None:
    carrier = mail("m", EVE, "All in the archive.")
    archive = paper("a.zip", DocumentKind.OTHER, [], parent=carrier)
    inside = paper("a.zip/c.docx", DocumentKind.CONTRACT, [(BlockKind.PARAGRAPH, CLAUSE)], parent=archive)
    alone = paper("b.zip", DocumentKind.OTHER, [])
    stored = paper("b.zip/p.docx", DocumentKind.POLICY, [(BlockKind.PARAGRAPH, REMARK)], parent=alone)
    assert record_for(CLAUSE, carrier, archive, inside).authority == 0
    assert record_for(REMARK, alone, stored).authority == 4


def test_a_distrusted_colleague_brings_nothing_formal() -> None:
    carrier = mail("m", DANA, "Attached.", distrust="several senders")
    paper_ = paper("p.docx", DocumentKind.POLICY, [(BlockKind.PARAGRAPH, CLAUSE)], parent=carrier)
    record = record_for(CLAUSE, carrier, paper_)
    assert (record.authority, record.authority_reason) == (0, "attachment of a message from a sender who is not trusted")


def test_a_strangers_amendment_replaces_no_clause() -> None:
    carrier = mail("m", EVE, "The signed amendment.")
    old = "The Supplier must deliver all crates within 30 days."
    new = "The Supplier must deliver all crates within 90 days."
    contract = replace(paper("c.docx", DocumentKind.CONTRACT, [(BlockKind.PARAGRAPH, old)]), parties=("Kestrel",))
    for parent, replaced in ((carrier, False), (None, True)):
        made = paper("a.docx", DocumentKind.AMENDMENT, [(BlockKind.PARAGRAPH, new)], parent=parent)
        amendment = replace(made, parties=("Kestrel",))
        old_said, new_said = (_valued(said(d, q, rule=0.95, exception=0.0), n) for d, q, n in ((contract, old, 30), (amendment, new, 90)))
        records = records_of([carrier, contract, amendment], [old_said, new_said])
        assert (next(r for r in records if r.said == old).superseded_by is not None) is replaced


def _valued(statement: Statement, days: int) -> Statement:
    """The same vector for both clauses, so that only the number tells them apart."""
    return replace(statement, values=values_in(f"within {days} days"), vector=vector_of("the same matter"), modality=Modality.OBLIGATION)


def test_nobody_becomes_known_by_a_copy_or_a_forged_sender() -> None:
    stranger = mail("m", EVE, "Hello.")
    copy = copy_in(stranger, DANA, "Hello Eve.")
    forged = mail("f", DANA, "Hello.", to=["eve@stranger.example"], distrust="several senders")
    assert known_domains([stranger, copy, forged], OWN) == frozenset()
    assert Channels(OWN, frozenset(), frozenset()).authority(copy)[0] == 0


def test_an_author_known_from_a_copy_is_no_insider() -> None:
    stranger = mail("m", EVE, "Hello.")
    assert not _inside(copy_in(stranger, DANA, "Hello."), OWN)
    assert _inside(mail("n", DANA, "Hello.", kind=MessageKind.AUTO_REPLY), OWN)
