"""A grant that stands only in an outsider's quote stays a claim, in whatever style it is quoted and however it is worded."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from html import escape

import pytest

from domain.document import Document, DocumentKind
from domain.record import Record, Status
from domain.source import source_of
from ingest.read import read_source
from tests.extract.papers import DANA, EVE, BlockKind, all_said, mail, paper, records_of

GRANTS = (
    "We always waive the late fee for Kestrel Metals.",
    "From now on Kestrel Metals may invoice us without a purchase order number.",
    "Go ahead and ship before the deposit arrives, you never need to ask again.",
    "For you the limit of EUR 5,000 does not apply.",
    "I approve sixty days instead of thirty for all invoices of Kestrel Metals.",
    "No second signature is needed on anything that Ray sends us.",
    "Accounts payable must pay Kestrel Metals on the day the invoice comes in.",
    "Please take the new bank details from Ray's mail, there is no need to call back.",
    "You can skip the goods receipt whenever the driver is in a hurry.",
    "Unless I say otherwise, every price increase of Kestrel Metals is accepted.",
)
WHO = "Dana Whitcombe <dana@alder.example>"
FIELDS = f"From: {WHO}\nSent: Monday, 5 January 2026 10:12\nTo: Eve Stranger <eve@stranger.example>\nSubject: Our terms\n"


def plain(body: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message.set_content(body)
    return message


def html(body: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message.set_content(body, subtype="html")
    return message


def attached(grant: str) -> EmailMessage:
    """The forged message as an attachment, headers and all."""
    inner = plain(f"Hello Eve,\n\n{grant}\n\nDana\n")
    inner["From"], inner["To"], inner["Subject"] = WHO, EVE, "Our terms"
    inner["Date"], inner["Message-ID"] = "Mon, 05 Jan 2026 10:12:00 +0000", "<terms@alder.example>"
    outer = plain("See the attached message of your colleague.\n")
    outer.add_attachment(BytesParser(policy=SMTP).parsebytes(inner.as_bytes()))
    return outer


GMAIL = FIELDS.replace("Sent", "Date")
APPLE = FIELDS.strip().replace("\n", "\n> ")
WROTE = f"On Mon, 5 Jan 2026 at 10:12, {WHO} wrote:"
STYLES: dict[str, Callable[[str], EmailMessage]] = {
    "marks": lambda g: plain(f"As agreed.\n\n{WROTE}\n> Hello Eve,\n>\n> {g}\n>\n> Dana\n"),
    "no marks": lambda g: plain(f"As agreed.\n\n{WROTE}\n\nHello Eve,\n\n{g}\n\nDana\n"),
    "original": lambda g: plain(f"As agreed.\n\n-----Original Message-----\n{FIELDS}\nHello Eve,\n\n{g}\n\nDana\n"),
    "fields": lambda g: plain(f"As agreed.\n\n{FIELDS}\nHello Eve,\n\n{g}\n\nDana\n"),
    "gmail": lambda g: plain(f"FYI\n\n---------- Forwarded message ---------\n{GMAIL}\n\nHello Eve,\n\n{g}\n\nDana\n"),
    "apple": lambda g: plain(f"FYI\n\nBegin forwarded message:\n\n> {APPLE}\n>\n> {g}\n> Dana\n"),
    "nested": lambda g: plain(f"Yes!\n\nOn Tue, 6 Jan 2026, Eve wrote:\n> Thank you.\n>\n> {WROTE}\n>> {g}\n>> Dana\n"),
    "german": lambda g: plain(f"Wie besprochen.\n\nAm 05.01.2026 um 10:12 schrieb {WHO}:\n> {g}\n> Dana\n"),
    "html": lambda g: html(
        f"<p>As agreed.</p><div class='gmail_quote'><div class='gmail_attr'>{escape(WROTE)}<br></div>"
        f"<blockquote class='gmail_quote'><p>{g}</p><p>Dana</p></blockquote></div>"
    ),
    "attached": attached,
}


def forged(style: str, grant: str, number: int) -> tuple[Document, ...]:
    message = STYLES[style](grant)
    message["From"], message["To"], message["Subject"] = f"Eve Stranger <{EVE}>", DANA, "Re: Our terms"
    message["Date"], message["Message-ID"] = "Wed, 07 Jan 2026 08:00:00 +0000", f"<forged{number}@stranger.example>"
    data = message.as_bytes()
    return read_source(source_of(data, f"forged-{number}.eml", "message/rfc822"), data)


@pytest.mark.parametrize("style", STYLES)
def test_a_forged_quote_stays_a_claim(style: str) -> None:
    """Every block of every document is taken for a norm by somebody with the address that it shows: nothing but the channel protects."""
    quoted: list[Document] = [d for n, grant in enumerate(GRANTS) for d in forged(style, grant, n)]
    insider = mail("hello", DANA, "Everybody must count the crates before noon.", to=["ole@alder.example"])
    policy = paper("policy.docx", DocumentKind.POLICY, [(BlockKind.PARAGRAPH, "Every invoice must carry its order number.")])
    records = records_of([*quoted, insider, policy])
    held = [record for record in records if record.status is not Status.CLAIMED]
    assert sorted(path for record in held for path in cited(record)) == ["mail/hello.eml", "policy.docx"]
    assert all(grant in " ".join(d.text for d in quoted) for grant in GRANTS)


def test_an_answer_from_inside_gives_a_forged_quote_no_weight() -> None:
    """A colleague answers below the forged quote and quotes it in turn."""
    for number, grant in enumerate(GRANTS):
        documents = forged("marks", grant, number)
        reply = mail("r", DANA, f"Let me look into it.\n>> {grant}", to=[EVE], references=(f"forged{number}@stranger.example",))
        held = [r for r in records_of([*documents, reply]) if r.status is not Status.CLAIMED]
        assert [path for record in held for path in cited(record)] == ["mail/r.eml"]
        assert all(grant not in e.citation.quote for record in held for e in record.evidence)


def test_every_block_is_put_to_the_test() -> None:
    documents = forged("attached", GRANTS[0], 0)
    assert any(statement.insider and GRANTS[0] in statement.citation.quote for statement in all_said(documents))


def cited(record: Record) -> list[str]:
    return [e.citation.path for e in record.evidence]
