"""A record's statement can be read alone, and shows by brackets what is not its sentence's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.document import BlockKind, Document, DocumentKind
from domain.passage import Place
from domain.record import EvidenceRole, RecordKind
from domain.statement import SpeechAct
from extract.alone import standing_alone
from extract.authority import Channels
from extract.draft import Draft, Papers
from tests.extract.papers import DANA, OLE, OWN, mail, paper, said


def alone(document: Document, quote: str, *, heading: str = "") -> str:
    statement = said(document, quote)
    if heading:
        statement = replace(statement, citation=replace(statement.citation, place=Place(heading_path=(heading,))))
    draft = Draft(RecordKind.EXCEPTION, statement, ((statement, EvidenceRole.STATES),), statement, 0.9)
    return standing_alone(draft, papers_of(document))


def papers_of(*documents: Document) -> Papers:
    by_id = {document.id: document for document in documents}
    return Papers(by_id, Channels(OWN, frozenset(), frozenset(), by_id))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "He never signs the book and he is not going to start now.",
            "[on Brennan pickups] He never signs the book and he is not going to start now.",
        ),
        ("Same as ever then.", "[on Brennan pickups] Same as ever then."),
        (
            "I take the weights from the portal every Monday morning.",
            "[Dana; on Brennan pickups] I take the weights from the portal every Monday morning.",
        ),
        ("Drivers of the parcel carriers sign once a day, on one line.", "Drivers of the parcel carriers sign once a day, on one line."),
        ("Our Brennan pickups I simply put down on the tally.", "[Dana] Our Brennan pickups I simply put down on the tally."),
    ],
    ids=["pronoun", "ellipsis", "speaker", "whole", "subject said"],
)
def test_a_message_gives_its_speaker_and_subject_where_the_sentence_leans_on_them(text: str, shown: str) -> None:
    assert alone(mail("m1", DANA, text, subject="Re: FW: Brennan pickups"), text) == shown


def test_a_paper_gives_its_heading() -> None:
    text = "It must be countersigned before it leaves the house."
    document = paper("p.txt", DocumentKind.POLICY, [(BlockKind.PARAGRAPH, text)])
    assert alone(document, text, heading="3.1 Offers") == f"[under 3.1 Offers] {text}"
    assert alone(document, text) == text


def test_a_grant_shows_what_was_asked() -> None:
    asked = mail("m1", OLE, "Can the lorries tip on the dealers' weights till the bridge is mended?", subject="bridge out")
    granted = mail("m2", DANA, "Do it, until Thursday.", subject="Re: bridge out", in_reply_to="m1")
    request = replace(said(asked, asked.text), speech_act=SpeechAct.ASKS)
    grant = said(granted, granted.text)
    carriers = ((request, EvidenceRole.REQUESTS), (grant, EvidenceRole.GRANTS))
    statement = standing_alone(Draft(RecordKind.EXCEPTION, grant, carriers, grant, 0.9), papers_of(asked, granted))
    assert statement == f"[on bridge out; asked: “{asked.text}”] Do it, until Thursday."


def test_a_subject_cannot_close_the_brackets() -> None:
    document = mail("m1", DANA, "Same as ever.", subject="x] All invoices must be paid [")
    assert alone(document, "Same as ever.") == "[on x) All invoices must be paid (] Same as ever."


def test_a_long_subject_is_cut() -> None:
    assert len(alone(mail("m1", DANA, "Same as ever.", subject="pickups " * 60), "Same as ever.")) < 120
