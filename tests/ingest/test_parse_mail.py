"""Mail: the author's own words, the words of others, the envelope, and what came attached."""

from __future__ import annotations

import mailbox
import time
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest

from domain.document import BlockKind, DocumentKind
from domain.errors import DamagedSource, LimitExceeded
from ingest.parse_mail import parse_mail
from tests.ingest.files import block, blocks, mail, passage, pdf, read, word

REPLY = """Hi Ivo,

From Monday the crates for Kestrel leave without a ticket, I have told the
gate already and they know what to do about it.

- two wax seals each
- one spare

Best regards
Dana

On Tue, 13 Jan 2026 at 08:00, Ivo Brand <ivo@quay.example> wrote:
> Do the Kestrel crates need a ticket?
> They always did.
"""


def test_own_words_quoted_words_and_signature_are_told_apart() -> None:
    (document,) = read(mail(REPLY), "m.eml")
    assert blocks(document, BlockKind.PARAGRAPH) == [
        "Hi Ivo,",
        "From Monday the crates for Kestrel leave without a ticket, I have told the gate already and they know what to do about it.",
    ]
    assert blocks(document, BlockKind.LIST_ITEM) == ["two wax seals each", "one spare"]
    assert blocks(document, BlockKind.SIGNATURE) == ["Best regards", "Dana"]
    assert [b.startswith(("On Tue", ">")) for b in blocks(document, BlockKind.QUOTED)] == [True] * 3


def test_the_envelope_becomes_the_place() -> None:
    (document,) = read(mail(REPLY, In_Reply_To="<m0@quay.example>", References="<m0@quay.example>", Cc="X <x@quay.example>"), "m.eml")
    message = document.message
    assert message is not None and document.kind is DocumentKind.EMAIL
    assert (message.message_id, message.sender, message.sender_name) == ("m1@quay.example", "dana@quay.example", "Dana Whitcombe")
    assert (message.in_reply_to, message.references, message.cc) == ("m0@quay.example", ("m0@quay.example",), ("x@quay.example",))
    assert (message.sent_at, message.distrust, document.issued) == ("2026-01-14T09:00:00+01:00", "", "2026-01-14")
    place = passage(document, "two wax seals each").place
    assert (place.message_id, place.sender, place.subject) == ("m1@quay.example", "dana@quay.example", "Crates")


@pytest.mark.parametrize(
    ("body", "own"),
    [
        ("Fine.\n\nOn Mon, 12 Jan 2026 at 09:00, Somebody With A Very Long Name\n<somebody@quay.example> wrote:\n> no", ["Fine."]),
        ("See below.\n\n-----Original Message-----\nFrom: Ivo\nSent: Monday\nTo: Dana\nSubject: Gate\n\nOpen the gate.", ["See below."]),
        (
            "See below.\n\nFrom: Ivo <ivo@quay.example>\nSent: Monday, 12 January 2026 09:00\nTo: Dana\nSubject: Gate\n\nOpen it.",
            ["See below."],
        ),
        ("Ja.\n\nAm 12.01.2026 um 09:00 schrieb Ivo <ivo@quay.example>:\nWer zahlt?", ["Ja."]),
        ("> Who pays?\nThe yard pays.\n> And the tug?\nThe master.", ["The yard pays.", "The master."]),
        (
            "FYI\n\n---------- Forwarded message ---------\nFrom: Ivo <ivo@quay.example>\nDate: Mon\nSubject: x\nTo: Dana\n\nPay it.",
            ["FYI"],
        ),
    ],
)
def test_what_others_wrote_is_never_a_paragraph(body: str, own: list[str]) -> None:
    assert blocks(read(mail(body), "m.eml")[0], BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) == own


def test_short_lines_of_a_chatty_mail_stay_apart() -> None:
    assert blocks(read(mail("not in K13\nbucket is ours\n"), "m.eml")[0]) == ["not in K13", "bucket is ours"]


def test_small_print_is_a_disclaimer() -> None:
    legal = "This e-mail is confidential and intended only for the addressee. If you are not the intended recipient, delete it."
    assert blocks(read(mail(f"Pay by Friday.\n\n{legal}\n"), "m.eml")[0], BlockKind.DISCLAIMER) == [legal]


def test_several_senders_and_forged_names_are_distrusted() -> None:
    two = mail("Pay it.", From="a@quay.example, b@quay.example")
    assert read(two, "m.eml")[0].message.distrust == "several senders"  # type: ignore[union-attr]
    doubled = b"From: x@other.example\n" + mail("Pay it.")
    assert read(doubled, "m.eml")[0].message.distrust == "several senders"  # type: ignore[union-attr]
    forged = mail("Pay it.", From='"boss@quay.example" <x@evil.example>')
    assert read(forged, "m.eml")[0].message.distrust == "the name shows another address"  # type: ignore[union-attr]


def test_auto_replies_are_noted() -> None:
    assert "auto-reply" in read(mail("I am at sea.", Subject="Automatic reply: Crates"), "m.eml")[0].notes
    assert "auto-reply" in read(mail("I am at sea.", Auto_Submitted="auto-replied"), "m.eml")[0].notes


def test_format_flowed_is_joined() -> None:
    data = (
        mail("x")
        .replace(b'charset="utf-8"', b'charset="utf-8"; format=flowed')
        .replace(b"\nx\n", b"\nThe crates are \nweighed twice.\nDone.\n")
    )
    assert blocks(read(data, "m.eml")[0]) == ["The crates are weighed twice.", "Done."]


def test_attachments_become_documents_that_name_their_carrier() -> None:
    message = BytesParser(policy=default).parsebytes(mail("The paper is attached."))
    assert isinstance(message, EmailMessage)
    message.add_attachment(pdf(), maintype="application", subtype="pdf", filename="../../yard.pdf")
    message.add_attachment(word(), maintype="application", subtype="octet-stream", filename="harbour.docx")
    message.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename="logo.png")
    documents = read(message.as_bytes(), "m.eml")
    assert [d.ordinal for d in documents] == [0, 1, 2]
    assert [d.kind for d in documents] == [DocumentKind.EMAIL, DocumentKind.CONTRACT, DocumentKind.POLICY]
    assert "of message m1@quay.example" in documents[1].notes[0]
    assert "attachment logo.png was not read" in documents[0].notes[0]


def test_html_alone_is_read_as_text() -> None:
    message = EmailMessage()
    message["From"], message["Date"], message["Message-ID"] = "a@quay.example", "Wed, 14 Jan 2026 09:00:00 +0100", "<h@quay.example>"
    message.set_content(
        "<p>Crates leave at <b>six</b>.</p><div class='gmail_quote'>On Monday Ivo wrote:<blockquote>When?</blockquote></div>",
        subtype="html",
    )
    (document,) = read(message.as_bytes(), "m.eml")
    assert block(document, "Crates leave at six.").kind is BlockKind.PARAGRAPH
    assert blocks(document, BlockKind.QUOTED) == ["On Monday Ivo wrote:", "When?"]


def test_a_mailbox_gives_one_document_a_message(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "all.mbox")
    for n in range(3):
        box.add(mail(f"Message {n}.\n\nFrom here on it rains.", Message_ID=f"<n{n}@quay.example>"))
    box.close()
    documents = read((tmp_path / "all.mbox").read_bytes(), "all.mbox")
    assert [(d.ordinal, d.message.message_id) for d in documents if d.message] == [(n, f"n{n}@quay.example") for n in range(3)]
    assert blocks(documents[1]) == ["Message 1.", "From here on it rains."]
    assert len({d.id for d in documents}) == 3


def test_too_many_parts_are_refused() -> None:
    message = BytesParser(policy=default).parsebytes(mail("x"))
    assert isinstance(message, EmailMessage)
    message.make_mixed()
    for _ in range(1_001):
        part = EmailMessage()
        part.set_content("y")
        message.attach(part)
    with pytest.raises(LimitExceeded, match="parts"):
        read(message.as_bytes(), "m.eml")


PGP = "-----BEGIN PGP MESSAGE-----\n\nhQEMAwAAAAAAAAAA\n=abcd\n-----END PGP MESSAGE-----\n"


def headers(content: str, subject: str = "Subject: Crates\n") -> bytes:
    return f"From: dana@quay.example\nTo: ivo@quay.example\n{subject}MIME-Version: 1.0\n{content}".encode()


@pytest.mark.parametrize(("count", "refused"), [(1_000, False), (1_001, True)])
def test_a_thousand_parts_are_the_most(count: int, refused: bool) -> None:
    data = headers("Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\ny\n" * count + "--b--\n")
    if refused:
        with pytest.raises(LimitExceeded, match="1,000 parts"):
            list(parse_mail(data, "m.eml"))
    else:
        assert sum(1 for b in next(parse_mail(data, "m.eml")).blocks) == count


@pytest.mark.parametrize("depth", [30, 250, 600, 1_500])
def test_messages_nested_without_end_are_never_dropped_in_silence(depth: int) -> None:
    data = headers("Content-Type: message/rfc822\n\n" + "Subject: n\nContent-Type: message/rfc822\n\n" * depth + "Subject: x\n\nhello\n")
    try:
        documents = read(data, "m.eml")
    except LimitExceeded as error:
        assert "nested" in str(error)
    else:
        assert any("nested" in note for document in documents for note in document.notes)


def test_header_fields_with_very_many_parameters_are_soon_done_with() -> None:
    parameters = "".join(f"; a{n}=b" for n in range(200_000))
    part = f"--b\nContent-Type: text/plain{parameters[:8_000]}\n\ny\n"
    began = time.process_time()
    (alone,) = parse_mail(headers(f"Content-Type: text/plain{parameters}\n\nhello\n"), "m.eml")
    (many,) = parse_mail(headers("Content-Type: multipart/mixed; boundary=b\n\n" + part * 12 + "--b--\n"), "m.eml")
    assert (alone.text, len(many.blocks)) == ("hello", 12)
    assert time.process_time() - began < 20


def test_a_boundary_in_pieces_hides_no_parts() -> None:
    data = headers('Content-Type: multipart/mixed; boundary*0="a"; boundary*1="b"\n\n' + "--ab\n\ny\n" * 30_000)
    with pytest.raises(LimitExceeded, match="parts"):
        list(parse_mail(data, "m.eml"))


@pytest.mark.parametrize(
    "content",
    [
        f"\n{PGP}",
        f"Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n"
        f"--b\nContent-Type: application/octet-stream\n\n{PGP}\n--b--\n",
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIIBdGVz\n",
    ],
)
def test_encrypted_mail_says_that_it_is(content: str) -> None:
    (document, *_) = read(headers(content), "m.eml")
    assert any("encrypted" in note for note in document.notes) and not blocks(document)
    with pytest.raises(DamagedSource, match="encrypted"):
        read(headers(content, subject=""), "m.eml")


def test_mail_inside_its_own_signature_is_not_called_encrypted() -> None:
    data = headers("Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n\nMIIBdGVz\n")
    assert any("signature" in note for note in read(data, "m.eml")[0].notes)


def test_preformatted_lines_between_many_elements_take_no_quadratic_time() -> None:
    began = time.process_time()
    (parsed,) = parse_mail(headers("Content-Type: text/html\n\n<pre>" + "hello <b>x</b>\n" * 8_000 + "</pre>"), "m.eml")
    assert parsed.text.count("hello x") == 8_000
    assert time.process_time() - began < 10
