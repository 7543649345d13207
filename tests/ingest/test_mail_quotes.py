"""Whose words a line is: answers, quotes and messages passed on, as the mail programs of several languages write them."""

from __future__ import annotations

import pytest

from domain.document import EVIDENCE_BLOCKS, BlockKind, MessageKind
from ingest.canonical import Parsed
from ingest.parse_mail import parse_mail
from tests.ingest.files import mail


def parsed(body: str, subject: str = "Crates", kind: str = "plain", **headers: str) -> Parsed:
    data = mail(body, Subject=subject, **headers)
    (found,) = parse_mail(data.replace(b"text/plain", b"text/" + kind.encode()), "m.eml")
    return found


def own(found: Parsed) -> list[str]:
    return [b.span.of(found.text) for b in found.blocks if b.kind in EVIDENCE_BLOCKS]


def of_kind(found: Parsed, kind: BlockKind) -> list[str]:
    return [b.span.of(found.text) for b in found.blocks if b.kind is kind]


ATTRIBUTIONS = (
    "On Mon, Jan 12, 2026 at 9:00 AM Ivo Brand <ivo@quay.example> wrote:",
    "Am Mo., 12. Jan. 2026 um 09:00 Uhr schrieb Ivo Brand <ivo@quay.example>:",
    "Ivo Brand <ivo@quay.example> schrieb am Mo., 12. Jan. 2026, 09:00:",
    "Le lun. 12 janv. 2026 à 09:00, Ivo Brand <ivo@quay.example> a écrit :",
    "El lun, 12 ene 2026 a las 9:00, Ivo Brand (<ivo@quay.example>) escribió:",
    "Il giorno lun 12 gen 2026 alle ore 09:00 Ivo Brand <ivo@quay.example> ha scritto:",
    "Op ma 12 jan 2026 om 09:00 schreef Ivo Brand <ivo@quay.example>:",
    "Den man. 12. jan. 2026 kl. 09.00 skrev Ivo Brand <ivo@quay.example>:",
    "Den mån 12 jan. 2026 kl 09:00 skrev Ivo Brand <ivo@quay.example>:",
    "man. 12. jan. 2026 kl. 09:00 skrev Ivo Brand <ivo@quay.example>:",
    "pon., 12 sty 2026 o 09:00 Ivo Brand <ivo@quay.example> napisał(a):",
    "Em seg., 12 de jan. de 2026 às 09:00, Ivo Brand <ivo@quay.example> escreveu:",
    '12.01.2026, 09:00, "Ivo Brand" <ivo@quay.example>:',
    "---- On Mon, 12 Jan 2026 09:00:00 +0100 Ivo Brand <ivo@quay.example> wrote ----",
    "On 12/01/2026 09:00, Ivo Brand wrote:",
)


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("mark", ["> ", ""])
def test_what_stands_below_an_attribution_is_quoted(attribution: str, mark: str) -> None:
    found = parsed(f"Two seals each.\n\n{attribution}\n\n{mark}How many seals?\n", "Re: Crates")
    assert own(found) == ["Two seals each."]
    assert not found.quoted


FORWARDS = (
    ("---------- Forwarded message"
        " ---------", "From: Ivo Brand <ivo@yard.example>|Date: Mon, Jan 12, 2026 at 9:00 AM|Subject: Seals|To: Dana <dana@quay.example>"),
    ("Begin forwarded"
        " message:", "From: Ivo Brand <ivo@yard.example>|Subject: Seals|Date: 12 January 2026 at 09:00:00 CET|To: dana@quay.example"),
    ("-------- Weitergeleitete Nachricht"
        " --------", "Betreff: Seals|Datum: Mon, 12 Jan 2026 09:00:00 +0100|Von: Ivo Brand <ivo@yard.example>|An: dana@quay.example"),
    ("Anfang der weitergeleiteten"
        " Nachricht:", "Von: Ivo Brand <ivo@yard.example>|Betreff: Seals|Datum: 12. Januar 2026 um 09:00:00 MEZ|An: dana@quay.example"),
    ("---------- Message transféré"
        " ---------", "De : Ivo Brand <ivo@yard.example>|Date : lundi 12 janvier 2026 à 09:00|Objet : Seals|À : dana@quay.example"),
    ("---------- Mensaje reenviado"
        " ---------", "De: Ivo Brand <ivo@yard.example>|Fecha: lunes, 12 de enero de 2026 9:00|Asunto: Seals|Para: dana@quay.example"),
    ("-------- Messaggio inoltrato"
        " --------", "Oggetto: Seals|Data: lunedì 12 gennaio 2026 09:00|Mittente: Ivo Brand <ivo@yard.example>|A: dana@quay.example"),
    ("-------- Doorgestuurd bericht"
        " --------", "Onderwerp: Seals|Datum: maandag 12 januari 2026 09:00|Van: Ivo Brand <ivo@yard.example>|Aan: dana@quay.example"),
    ("-------- Videresendt meddelelse"
        " --------", "Emne: Seals|Dato: mandag den 12. januar 2026 09:00|Fra: Ivo Brand <ivo@yard.example>|Til: dana@quay.example"),
    ("-------- Vidarebefordrat meddelande"
        " --------", "Ämne: Seals|Datum: den 12 januari 2026 09:00|Från: Ivo Brand <ivo@yard.example>|Till: dana@quay.example"),
    ("-------- Przekazana wiadomość"
        " --------", "Temat: Seals|Data: 12 stycznia 2026 09:00|Nadawca: Ivo Brand <ivo@yard.example>|Adresat: dana@quay.example"),
    ("-------- Mensagem encaminhada"
        " --------", "Assunto: Seals|Data: 12 de janeiro de 2026 09:00|De: Ivo Brand <ivo@yard.example>|Para: dana@quay.example"),
    ("----- Forwarded message from Ivo Brand <ivo@yard.example>"
        " -----", "Date: Mon, 12 Jan 2026 09:00:00 +0100|From: Ivo Brand <ivo@yard.example>|To: dana@quay.example|Subject: Seals"),
    ("", "From: Ivo Brand <ivo@yard.example>|Sent: Monday, January 12, 2026 9:00 AM|To: Dana <dana@quay.example>|Subject: Seals"),
    ("", "Von: Ivo Brand <ivo@yard.example>|Gesendet: Montag, 12. Januar 2026 09:00|An: Dana <dana@quay.example>|Betreff: Seals"),
    ("", "De : Ivo Brand <ivo@yard.example>|Envoyé : lundi 12 janvier 2026 09:00|À : Dana <dana@quay.example>|Objet : Seals"),
)  # fmt: skip


@pytest.mark.parametrize(("banner", "header"), FORWARDS)
def test_a_message_passed_on_becomes_one_of_its_own_that_nobody_vouches_for(banner: str, header: str) -> None:
    lines = header.replace("|", "\n")
    found = parsed(f"See below.\n\n{banner}\n{lines}\n\nTwo seals each.\n\nBest regards\nIvo\n", "Fwd: Seals")
    assert own(found) == ["See below."]
    assert "Two seals each." in of_kind(found, BlockKind.FORWARDED)
    (copy,) = found.quoted
    assert copy.message is not None
    assert (own(copy), of_kind(copy, BlockKind.SIGNATURE)) == (["Two seals each."], ["Best regards", "Ivo"])
    assert (copy.message.sender, copy.message.sender_name, copy.message.subject) == ("ivo@yard.example", "Ivo Brand", "Seals")
    assert (copy.message.sent_at or "").startswith("2026-01-12T09:00")
    assert copy.message.kind is MessageKind.QUOTED and copy.message.distrust == "known only from a copy in m1@quay.example"


def test_the_same_header_quotes_in_an_answer_and_passes_on_in_a_forward() -> None:
    body = "Fine.\n\nFrom: Ivo <ivo@quay.example>\nSent: Monday, 12 January 2026 09:00\nTo: Dana\nSubject: Gate\n\nOpen it.\n"
    assert "Open it." in of_kind(parsed(body, "Re: Gate"), BlockKind.QUOTED) and not parsed(body, "Re: Gate").quoted
    assert "Open it." in of_kind(parsed(body, "WG: Gate"), BlockKind.FORWARDED) and len(parsed(body, "WG: Gate").quoted) == 1


def test_forwards_inside_forwards_give_several() -> None:
    inner = (
        "---------- Forwarded message ---------\nFrom: Ana <ana@yard.example>\n"
        "Date: Sun, Jan 11, 2026 at 9:00 AM\nSubject: Seals\n\nThree seals.\n"
    )
    body = (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Ivo <ivo@yard.example>\n"
        f"Date: Mon, Jan 12, 2026 at 9:00 AM\nSubject: Fwd: Seals\n\nSo she says.\n\n{inner}"
    )
    copies = parsed(body, "Fwd: Fwd: Seals").quoted
    assert [(c.message.sender, own(c)) for c in copies if c.message] == [
        ("ivo@yard.example", ["So she says."]),
        ("ana@yard.example", ["Three seals."]),
    ]


def test_the_same_copy_has_the_same_name_wherever_it_is_passed_on() -> None:
    header = "---------- Forwarded message ---------\nFrom: Ivo <Ivo@yard.example>\nDate: Mon, Jan 12, 2026 at 9:00 AM\nSubject: Seals\n\n"
    first = parsed(f"FYI\n\n{header}Two seals.\n", "Fwd: Seals").quoted[0].message
    second = parsed(f"Look!\n\n{header}Two  seals.\n", "Fwd: Seals", Message_ID="<m2@quay.example>").quoted[0].message
    assert first is not None and second is not None
    assert first.message_id.startswith("fwd-") and first.message_id == second.message_id


def test_a_date_that_could_be_two_days_is_none() -> None:
    found = parsed(
        "FYI\n\n---------- Forwarded message ---------\nFrom: Ivo <ivo@yard.example>\nDate: 03/04/2026 09:00\nSubject: x\n\nPay.\n",
        "Fwd: x",
    )
    assert found.quoted[0].message is not None and found.quoted[0].message.sent_at is None


def test_answers_between_quoted_lines_are_the_authors() -> None:
    found = parsed(
        "On Mon, 12 Jan 2026 at 09:00, Ivo <ivo@quay.example> wrote:\n> Who pays?\n\nThe yard pays.\n\n> And the tug?\n\nThe master.\n",
        "Re: Tug",
    )
    assert own(found) == ["The yard pays.", "The master."]


def test_a_memo_that_its_author_heads_with_his_own_name_quotes_nobody() -> None:
    found = parsed("From: Dana Whitcombe\nDate: 12 January 2026\nTo: all\nSubject: Gate\n\nThe gate opens at six.\n")
    assert "The gate opens at six." in own(found)


PAGES = (
    '<p>Two seals.</p><div class="gmail_quote"><div class="gmail_attr">On Monday Ivo wrote:<br></div><blockquote'
    ' class="gmail_quote">How many?</blockquote></div>',
    '<p>Two seals.</p><div class="moz-cite-prefix">On 12.01.2026 09:00, Ivo wrote:<br></div><blockquote type="cite"'
    ' cite="mid:x"><p>How many?</p></blockquote>',
    '<div>Two seals.</div><div class="yahoo_quoted"><div>On Monday, 12 January 2026, Ivo wrote:</div><div>How many?</div></div>',
    '<p>Two seals.</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ivo'
    ' &lt;ivo@quay.example&gt;<br><b>Sent:</b> Monday, 12 January 2026 09:00<br><b>To:</b> Dana<br><b>Subject:</b>'
    ' Seals</div><div>How many?</div>',
    '<p>Two seals.</p><div style="border:none;border-top:solid #B5C4DF 1.0pt"><p><b>Von:</b> Ivo<br><b>Gesendet:</b> Montag, 12.'
    ' Januar 2026 09:00<br><b>An:</b> Dana<br><b>Betreff:</b> Seals</p></div><p>How many?</p>',
    '<p>Two seals.<br><br>12.01.2026, 09:00, "Ivo" &lt;ivo@quay.example&gt;:</p><blockquote>How many?</blockquote>',
    "<p>Two seals.</p><p>-----Original Message-----<br>From: Ivo<br>Sent: Monday<br>To: Dana<br>Subject: Seals</p><p>How many?</p>",
    '<div class="gmail_quote">On Mon, 12 Jan 2026 at 09:00, Ivo &lt;ivo@quay.example&gt; wrote:<blockquote class="gmail_quote">How'
    ' many?</blockquote><div>Two seals.</div><blockquote class="gmail_quote">Thanks</blockquote></div>',
    "<pre>Two seals.\n\nOn Mon, 12 Jan 2026 at 09:00, Ivo &lt;ivo@quay.example&gt; wrote:\n&gt; How many?</pre>",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_quotes_of_html_mail_are_seen_without_marks(page: str) -> None:
    found = parsed(f"<html><body>{page}</body></html>", "Re: Seals", "html")
    assert own(found) == ["Two seals."]
    assert any("How many?" in text for text in of_kind(found, BlockKind.QUOTED))


def test_an_indented_block_of_html_is_the_authors() -> None:
    found = parsed('<p>The rule:</p><blockquote style="margin:0 0 0 40px;border:none">Two seals on each crate.</blockquote>', kind="html")
    assert "Two seals on each crate." in own(found)


def test_forwards_of_html_mail_are_taken_out() -> None:
    page = (
        '<p>FYI</p><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: <b>Ivo</b>'
        " <span>&lt;<a>ivo@yard.example</a>&gt;</span>"
        "<br>Date: Mon, Jan 12, 2026 at 9:00 AM<br>Subject: Seals<br>To: &lt;dana@quay.example&gt;<br></div><p>Two seals each.</p></div>"
    )
    found = parsed(f"<html>{page}</html>", "Fwd: Seals", "html")
    assert own(found) == ["FYI"] and own(found.quoted[0]) == ["Two seals each."]
    table = (
        '<p>FYI</p><div class="moz-forward-container">-------- Forwarded Message --------<table'
        ' class="moz-email-headers-table"><tr><th>Subject: </th><td>Seals</td></tr>'
        "<tr><th>Date: </th><td>Mon, 12 Jan 2026 09:00:00 +0100</td></tr><tr><th>From: </th><td>Ivo"
        " &lt;ivo@yard.example&gt;</td></tr></table><p>Two seals each.</p></div>"
    )
    found = parsed(f"<html>{table}</html>", "Fwd: Seals", "html")
    assert own(found) == ["FYI"] and own(found.quoted[0]) == ["Two seals each."]


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("CAUTION: This email originated from outside of the organization. Do not click links.\n\nPay by"
            " Friday.\n", BlockKind.DISCLAIMER, "CAUTION"),
        ("Pay by Friday.\n\n_______________________________________________\nYard mailing"
            " list\nYard@lists.quay.example\n", BlockKind.DISCLAIMER, "Yard@lists"),
        ("Pay by Friday.\n\nMit freundlichen Grüßen\nDana Whitcombe\nHafenamt, Tel. +49 40 123456\n", BlockKind.SIGNATURE, "Hafenamt"),
        ("Pay by Friday.\n\nSent from my iPhone\n", BlockKind.SIGNATURE, "Sent from"),
    ],
)  # fmt: skip
def test_what_programs_add_is_set_apart(body: str, kind: BlockKind, text: str) -> None:
    found = parsed(body)
    assert own(found) == ["Pay by Friday."]
    assert any(text in shown for shown in of_kind(found, kind))


@pytest.mark.parametrize(
    "sentence",
    [
        "Messages that contain confidential drawings must be encrypted.",
        "Customers who unsubscribe must be removed from the list within ten days.",
        "Dana signs every release above EUR 5,000.",
        "P.S. Ivo may sign for me until Friday.",
        "Please send all invoices to ap@quay.example by noon.",
    ],
)
def test_sentences_that_only_sound_like_small_print_stay_evidence(sentence: str) -> None:
    assert sentence in own(parsed(f"Hello,\n\nThe gate opens at six.\n\n{sentence}\n"))
    assert sentence in own(parsed(f"{sentence}\n\nBest regards\nDana\n"))
    assert "P.S. Ivo may sign." in own(parsed("Fine.\n\nBest regards\nDana\n\nP.S. Ivo may sign.\n"))
