"""Documents with generated sentences in known places, to measure whether a format gives them back word for word with their clause."""

from __future__ import annotations

import html
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tests.ingest.files import add_list

#: What is expected back: the sentence, and the number of its clause where it stands in one.
Expected = tuple[str, str | None]

LEVELS = (("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"), ("lowerRoman", "(%4)"))
_WHO = ("The Supplier", "The Buyer", "Each Keeper", "The harbour master", "A Pilot", "The finance team", "Any Carrier", "The Customer")
_WHAT = (
    "shall deliver the goods", "must pay the invoice", "may refuse a crate", "shall not share the key", "must inform the other party",
    "may extend the term", "shall keep a log of every arrival", "must weigh each pallet", "shall insure the vessel",
    "may inspect the books",
)  # fmt: skip
_WHEN = (
    "within {n} days of receipt", "before {n} p.m. on the day of dispatch", "if the amount exceeds EUR {n},000",
    "no later than {n} weeks after signing",
    "at a rate of {n}.5 % a year", "for orders of more than {n} units", "unless {n} hours' notice was given in writing",
)  # fmt: skip
_TAIL = (
    "", ", and shall confirm this in writing", ", except where the other party has agreed otherwise by e-mail",
    ", provided that the goods were inspected at the quay by both parties and that the report was signed on the same day",
)  # fmt: skip


def sentences(count: int = 200) -> list[str]:
    """Distinct sentences of various lengths."""
    made = []
    for n in range(count):
        when = _WHEN[(n // 3) % len(_WHEN)].format(n=n % 11 + 2)
        made.append(f"{_WHO[n % len(_WHO)]} {_WHAT[(n * 7) % len(_WHAT)]} {when} under order {1000 + n}{_TAIL[(n // 2) % len(_TAIL)]}.")
    return made


@dataclass(frozen=True, slots=True)
class Planted:
    """One place for a sentence. ``kind``: heading, clause, item, bullet, lead, cell or note; ``depth``: of items below their clause."""

    kind: str
    text: str
    clause: str | None
    number: str = ""
    depth: int = 0
    head: bool = False


def layout(said: Sequence[str]) -> Iterator[Planted]:
    """Chapters with clauses ("3.2"), items ("(b)", "(ii)") below lead-ins, bullets, a table and a footnote each, while sentences last."""
    left = list(said)
    chapter = 0
    while left:
        chapter += 1
        yield Planted("heading", f"Chapter on matter {chapter}", None, str(chapter))
        for n, kinds in enumerate(_CLAUSES, 1):
            if left:
                yield from _clause(f"{chapter}.{n}", kinds, left)


#: What a clause holds below its first sentence: items, roman items below them, bullets, cells, a footnote.
_CLAUSES = ((), ("item", "item", "roman", "roman", "item"), ("note",), ("bullet", "bullet"), ("cell", "cell"))


def _clause(number: str, kinds: Sequence[str], left: list[str]) -> Iterator[Planted]:
    yield Planted("clause", left.pop(0), number, number)
    if "item" in kinds or "bullet" in kinds:
        yield Planted("lead", "The parties agree as follows:", None, "")
    letter, roman = 0, 0
    for n, kind in enumerate(kinds):
        if not left:
            return
        text = left.pop(0)
        if kind == "item":
            letter, roman = letter + 1, 0
            sign = f"({chr(96 + letter)})"
            yield Planted("item", text, f"{number}{sign}", sign, 1)
        elif kind == "roman":
            roman += 1
            sign = f"({'i' * roman})"
            yield Planted("item", text, f"{number}({chr(96 + letter)}){sign}", sign, 2)
        else:
            yield Planted(kind, text, number if kind == "bullet" else None, f"{number}/{n + 1}", head=n == 0)


def expected(said: Sequence[str]) -> list[Expected]:
    """The sentences in the order of the layout, with their clauses; cells and notes are expected without one."""
    return [(p.text, p.clause) for p in layout(said) if p.kind not in ("heading", "lead")]


def planted_markdown(said: Sequence[str]) -> tuple[bytes, list[Expected]]:
    lines, notes = ["# Planted agreement", ""], list[str]()
    for p in layout(said):
        if p.kind == "heading":
            lines += [f"## {p.number}. {p.text}", ""]
        elif p.kind == "clause":
            lines += [f"{p.number} {p.text}", ""]
        elif p.kind == "lead":
            lines += [p.text, ""]
        elif p.kind == "item":
            lines += [f"{'    ' * (p.depth - 1)}{p.number} {p.text}", ""]
        elif p.kind == "bullet":
            lines += [f"- {p.text}"]
        elif p.kind == "cell":
            lines += ["", "| Case | Rule |", "|---|---|"] if p.head else []
            lines += [f"| Case {p.number} | {p.text} |"]
        else:
            lines += [f"See the note[^{len(notes) + 1}].", ""]
            notes += [f"[^{len(notes) + 1}]: {p.text}"]
        if p.kind != "cell" and lines[-1]:
            lines += [""] if p.kind != "bullet" else []
    return "\n".join([*_spaced(lines), "", *notes, ""]).encode(), expected(said)


def _spaced(lines: Sequence[str]) -> Iterator[str]:
    """A blank line after lists and tables."""
    before = ""
    for line in lines:
        if before[:1] in ("-", "|") and line[:1] not in ("-", "|", ""):
            yield ""
        yield line
        before = line


def planted_html(said: Sequence[str]) -> tuple[bytes, list[Expected]]:
    """Items in nested lists that the browser numbers, notes behind raised links."""
    out, notes = ["<!doctype html><html><head><title>Planted agreement</title></head><body><h1>Planted agreement</h1>"], list[str]()
    open_lists: list[str] = []
    for p in layout(said):
        text = html.escape(p.text)
        inside = {"item": p.depth, "bullet": 1, "cell": 1}.get(p.kind, 0)
        while len(open_lists) > inside or open_lists and p.head:
            out.append(open_lists.pop())
        if p.kind == "note":
            notes.append(f'<li id="n{len(notes) + 1}">{text}</li>')
            out.append(f'<p>See the note<sup><a href="#n{len(notes)}">{len(notes)}</a></sup>.</p>')
        elif not inside:
            out.append(f"<h2>{p.number}. {text}</h2>" if p.kind == "heading" else f"<p>{p.number} {text}</p>")
        else:
            if len(open_lists) < inside:
                opening, end = _html_list(p)
                out.append(opening)
                open_lists.append(end)
            out.append(f"<tr><td>Case {p.number}</td><td>{text}</td></tr>" if p.kind == "cell" else f"<li>{text}")
    return "".join([*out, *reversed(open_lists), "<ol>", *notes, "</ol></body></html>"]).encode(), expected(said)


def _html_list(place: Planted) -> tuple[str, str]:
    if place.kind == "cell":
        return "<table><tr><th>Case</th><th>Rule</th></tr>", "</table>"
    return ("<ul>", "</ul>") if place.kind == "bullet" else (f'<ol type="{"ai"[place.depth - 1]}">', "</ol>")


def planted_docx(said: Sequence[str]) -> tuple[bytes, list[Expected]]:
    """Headings by style, all numbers automatic, real footnotes."""
    paper = docx.Document()
    paper.add_heading("Planted agreement", 0)
    add_list(paper, LEVELS)
    notes: list[str] = []
    table = None
    for p in layout(said):
        if p.kind == "cell":
            if p.head or table is None:
                table = paper.add_table(rows=1, cols=2)
                table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Case", "Rule"
            row = table.add_row().cells
            row[0].text, row[1].text = f"Case {p.number}", p.text
        elif p.kind == "note":
            notes.append(p.text)
            run = paper.add_paragraph("See the note").add_run()
            reference = OxmlElement("w:footnoteReference")
            reference.set(qn("w:id"), str(len(notes)))
            run._r.append(reference)
        elif p.kind == "lead":
            paper.add_paragraph(p.text)
        elif p.kind == "bullet":
            paper.add_paragraph(p.text, style="List Bullet")
        else:
            paragraph = paper.add_heading(p.text, 1) if p.kind == "heading" else paper.add_paragraph(p.text)
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val = {"heading": 0, "clause": 1}.get(p.kind, p.depth + 1)
            properties.get_or_add_numId().val = 91
    _add_notes(paper, notes)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue(), expected(said)


def _add_notes(paper: WordDocument, notes: Sequence[str]) -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    made = "".join(
        f'<w:footnote w:id="{n}"><w:p><w:r><w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve"> {html.escape(t)}</w:t></w:r></w:p></w:footnote>'
        for n, t in enumerate(notes, 1)
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    xml = f'<w:footnotes xmlns:w="{space}">{made}</w:footnotes>'.encode()
    part = Part(PackURI("/word/footnotes.xml"), kind, xml, paper.part.package)
    paper.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
