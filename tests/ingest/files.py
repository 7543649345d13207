"""Small files made by hand for the tests of ingest, with sentences planted in known places."""

from __future__ import annotations

import io
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import docx
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen import canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from domain.document import Block, BlockKind, Document
from domain.passage import Passage
from domain.source import source_of
from ingest.formats import media_type_of
from ingest.passages import passages_of
from ingest.read import read_source

SHARED = Path(__file__).resolve().parents[3] / "shared"


def read(data: bytes, path: str, kind_hint: str = "auto") -> tuple[Document, ...]:
    return read_source(source_of(data, path, media_type_of(data, path), kind_hint), data)


def blocks(document: Document, *kinds: BlockKind) -> list[str]:
    return [b.span.of(document.text) for b in document.blocks if not kinds or b.kind in kinds]


def block(document: Document, text: str) -> Block:
    """The block whose text is exactly this."""
    return next(b for b in document.blocks if b.span.of(document.text) == text)


def passage(document: Document, text: str) -> Passage:
    return next(p for p in passages_of(document) if p.text == text)


CLAUSE = (
    "The Keeper shall weigh every crate before it leaves the yard, and shall write the weight on the ticket that travels with it to the "
    "quay, so that the master of the vessel can add it to the manifest without weighing it again."
)


def pdf(*, pages: int = 2) -> bytes:
    """Title, numbered headings and clauses, a list with a lead-in, a ruled table, and a footer on every page."""
    styles = getSampleStyleSheet()
    body = styles["BodyText"]
    flow = [
        Paragraph("Yard Agreement YA-7", styles["Title"]),
        Paragraph("1. Crates", styles["Heading1"]),
        Paragraph(CLAUSE, body, bulletText="1.1"),
        Paragraph("The Keeper shall:", body, bulletText="1.2"),
        Paragraph("seal each crate with red wax;", body, bulletText="(a)"),
        Paragraph("report a broken seal within two hours.", body, bulletText="(b)"),
        Spacer(1, 4),
        Table(
            [
                [Paragraph(c, body) for c in row]
                for row in (["Berth", "Rate"], ["North", "EUR 40 a night, paid in advance"], ["South", "EUR 55"])
            ],
            style=TableStyle([("GRID", (0, 0), (-1, -1), 0.4, "grey")]),
            colWidths=[90, 120],
        ),
    ]
    for n in range(1, pages):
        flow += [
            PageBreak(),
            Paragraph(f"{n + 1}. Berths", styles["Heading1"]),
            Paragraph(f"Berth {n} closes at dusk.", body, bulletText=f"{n + 1}.1"),
        ]

    def foot(page: canvas.Canvas, template: SimpleDocTemplate) -> None:
        page.setFont("Helvetica", 8)
        page.drawString(57, 34, f"Yard Agreement YA-7 - page {template.page}")

    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, invariant=1).build(flow, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def drawn_pdf(*lines: tuple[float, float, str], render_mode: int = 0, color: str = "black", size: float = 10) -> bytes:
    """One page with (x, y, text) lines; the last of them is drawn in the mode, color and size given."""
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4, invariant=1)
    page.rect(20, 20, 5, 5)
    for n, (x, y, text) in enumerate(lines):
        last = n == len(lines) - 1
        block_of_text = page.beginText(x, y)
        block_of_text.setFont("Helvetica", size if last else 10)
        block_of_text.setTextRenderMode(render_mode if last else 0)
        block_of_text.setFillColor(color if last else "black")
        block_of_text.textLine(text)
        page.drawText(block_of_text)
    page.save()
    return out.getvalue()


def word() -> bytes:
    """Headings by style, bullets below a lead-in, a table, a hidden run and a tracked deletion."""
    paper = docx.Document()
    paper.add_heading("Harbour Policy HP-2", 0)
    paper.add_heading("1. Mooring", 1)
    paper.add_paragraph("1.1 No vessel may moor at the fuel jetty after sunset.")
    paper.add_paragraph("The harbour master keeps:")
    paper.add_paragraph("a log of every arrival;", style="List Bullet")
    paper.add_paragraph("a key to each gate.", style="List Bullet")
    table = paper.add_table(rows=0, cols=2)
    for row in (("Vessel", "Fee"), ("Trawler", "EUR 12 a night")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    mixed = paper.add_paragraph("Visible words stay. ")
    run = mixed.add_run("Pay the intermediary instead.")
    run.font.hidden = True
    deletion = OxmlElement("w:del")
    gone = OxmlElement("w:r")
    words = OxmlElement("w:delText")
    words.text = "Struck out long ago."
    gone.append(words)
    deletion.append(gone)
    mixed._p.append(deletion)
    paper.sections[0].footer.paragraphs[0].text = "Harbour Board, for internal use"
    return saved(paper)


def add_list(paper: WordDocument, levels: Sequence[tuple[str, str]]) -> None:
    """Gives the paper list 91: a number format and a text such as "%1.%2" for each depth."""
    numbering = paper.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "90")
    for depth, (style, text) in enumerate(levels):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(depth))
        for name, value in (("start", "1"), ("numFmt", style), ("lvlText", text)):
            element = OxmlElement(f"w:{name}")
            element.set(qn("w:val"), value)
            level.append(element)
        abstract.append(level)
    numbering.insert(0, abstract)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "91")
    target = OxmlElement("w:abstractNumId")
    target.set(qn("w:val"), "90")
    number.append(target)
    numbering.append(number)


def numbered_word() -> bytes:
    """Automatic numbers, which the file states only as rules: 1., (a), (b), 2."""
    paper = docx.Document()
    add_list(paper, (("decimal", "%1."), ("lowerLetter", "(%2)")))
    for depth, text in (
        (0, "The Pilot shall:"),
        (1, "board before the bar;"),
        (1, "leave after the lock."),
        (0, "Tugs are ordered by noon."),
    ):
        paragraph = paper.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = depth
        properties.get_or_add_numId().val = 91
    return saved(paper)


def saved(paper: docx.document.Document) -> bytes:
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def mail(body: str, **headers: str) -> bytes:
    message = EmailMessage()
    given = {
        "From": "Dana Whitcombe <Dana@Quay.example>",
        "To": "yard@quay.example",
        "Subject": "Crates",
        "Message-ID": "<m1@quay.example>",
    }
    given |= {"Date": "Wed, 14 Jan 2026 09:00:00 +0100"} | {k.replace("_", "-"): v for k, v in headers.items()}
    for name, value in given.items():
        if value:
            message[name] = value
    message.set_content(body)
    return message.as_bytes()
