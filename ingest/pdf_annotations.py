"""What stands on a PDF page without being part of it: filled-in form fields, text typed over the page, and reviewers' remarks."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdf

from domain.document import BlockKind, Box, MarkKind
from ingest.canonical import Draft, DraftMark, one_line

_MAX_ANNOTATIONS = 5_000
_MAX_TEXT = 100_000
#: Flags "invisible", "hidden" and "no view".
_UNSEEN = 1 | 2 | 32
_MARKUP = frozenset({pdf.FPDF_ANNOT_HIGHLIGHT, pdf.FPDF_ANNOT_UNDERLINE, pdf.FPDF_ANNOT_SQUIGGLY, pdf.FPDF_ANNOT_STRIKEOUT})
_NO_REMARK = frozenset(
    {pdf.FPDF_ANNOT_POPUP, pdf.FPDF_ANNOT_LINK, pdf.FPDF_ANNOT_WIDGET, pdf.FPDF_ANNOT_FREETEXT, pdf.FPDF_ANNOT_FILEATTACHMENT}
)
_TYPED = frozenset({pdf.FPDF_FORMFIELD_TEXTFIELD, pdf.FPDF_FORMFIELD_COMBOBOX, pdf.FPDF_FORMFIELD_LISTBOX})
_TICKED = frozenset({pdf.FPDF_FORMFIELD_CHECKBOX, pdf.FPDF_FORMFIELD_RADIOBUTTON})
_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?")


@dataclass(frozen=True, slots=True)
class Note:
    """``over``: the part of the page that a remark is laid over, None for a remark that only stands there."""

    draft: Draft
    author: str = ""
    at: str | None = None
    over: Box | None = None


def notes_of(page: pdfium.PdfPage, number: int, form: pdfium.PdfFormEnv | None) -> list[Note]:
    """Fields, typed text and remarks of a page, in the order of the file."""
    found: list[Note] = []
    for index in range(min(pdf.FPDFPage_GetAnnotCount(page.raw), _MAX_ANNOTATIONS)):
        handle = pdf.FPDFPage_GetAnnot(page.raw, index)
        if not handle:
            continue
        found += _note(handle, number, form, f"p{number}a{index}")
        pdf.FPDFPage_CloseAnnot(handle)
    return found


def _note(handle: object, number: int, form: pdfium.PdfFormEnv | None, key: str) -> Iterator[Note]:
    kind = pdf.FPDFAnnot_GetSubtype(handle)
    unseen = bool(pdf.FPDFAnnot_GetFlags(handle) & _UNSEEN)
    box = _box(handle)
    if kind == pdf.FPDF_ANNOT_WIDGET:
        label, text = _field(handle, form) if form is not None else ("", "")
        prefix = f"{label}: " if label else ""
        block = BlockKind.PARAGRAPH
    elif kind == pdf.FPDF_ANNOT_FREETEXT:
        prefix, text, block = "", one_line(_string(handle, b"Contents")), BlockKind.PARAGRAPH
    elif kind not in _NO_REMARK:
        prefix, text, block = "", one_line(_string(handle, b"Contents")), BlockKind.COMMENT
    else:
        return
    if not text:
        return
    draft = Draft(
        BlockKind.HIDDEN if unseen else block, text, prefix=prefix, page=number, lines=((0, len(text), box),) if box else (), key=key
    )
    if block is BlockKind.COMMENT:
        yield Note(draft, one_line(_string(handle, b"T")), _iso(_string(handle, b"M")), box if kind in _MARKUP else None)
    else:
        yield Note(draft)


def _field(handle: object, form: pdfium.PdfFormEnv) -> tuple[str, str]:
    """(label, value); the value of a ticked box is its label."""
    kind = pdf.FPDFAnnot_GetFormFieldType(form.raw, handle)
    label = _wide(pdf.FPDFAnnot_GetFormFieldAlternateName, form.raw, handle) or _wide(pdf.FPDFAnnot_GetFormFieldName, form.raw, handle)
    if kind in _TYPED:
        return one_line(label), one_line(_wide(pdf.FPDFAnnot_GetFormFieldValue, form.raw, handle))
    if kind in _TICKED and pdf.FPDFAnnot_IsChecked(form.raw, handle):
        return "ticked", one_line(label)
    return "", ""


def _wide(ask: object, *of: object) -> str:
    """What one of pdfium's functions for UTF-16 strings answers."""
    call = ask
    size = call(*of, None, 0)  # type: ignore[operator]
    if not 2 < size <= 2 * _MAX_TEXT:
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    call(*of, buffer, size)  # type: ignore[operator]
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def _string(handle: object, key: bytes) -> str:
    return _wide(pdf.FPDFAnnot_GetStringValue, handle, key)


def _box(handle: object) -> Box | None:
    rect = pdf.FS_RECTF()
    if not pdf.FPDFAnnot_GetRect(handle, rect):
        return None
    left, right = sorted((rect.left, rect.right))
    bottom, top = sorted((rect.bottom, rect.top))
    return (round(left, 1), round(bottom, 1), round(right, 1), round(top, 1))


def _iso(text: str) -> str | None:
    found = _DATE.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = found.groups()
    return f"{year}-{month}-{day}" + (f"T{hour}:{minute}:{second or '00'}" if hour else "")


def with_notes(drafts: Sequence[Draft], notes: Sequence[Note]) -> list[Draft]:
    """The drafts and the notes, each after what begins on its page; a remark marks the words it is laid over, or else itself."""
    done = list(drafts)
    for note in notes:
        if note.draft.kind is not BlockKind.COMMENT:
            continue
        for n, draft in enumerate(done):
            if note.over is not None and draft.page == note.draft.page and (span := _under(draft, note.over)):
                mark = DraftMark(MarkKind.COMMENT, *span, author=note.author, at=note.at, target=note.draft.key)
                done[n] = replace(draft, marks=(*draft.marks, mark))
    placed: list[Draft] = []
    waiting = [_marked(note, done) for note in reversed(notes)]
    for draft in done:
        while waiting and (waiting[-1].page or 0) < (draft.page or 0):
            placed.append(waiting.pop())
        placed.append(draft)
    return placed + waiting[::-1]


def _under(draft: Draft, box: Box) -> tuple[int, int] | None:
    """The characters of the draft's lines that a box lies over, judged by how far along the line it reaches."""
    spans = []
    for start, end, line in draft.lines:
        middle = (line[1] + line[3]) / 2
        if not box[1] <= middle <= box[3] or box[0] >= line[2] or box[2] <= line[0]:
            continue
        step = (end - start) / max(line[2] - line[0], 1.0)
        first = start + round(max(box[0] - line[0], 0.0) * step)
        last = start + round((min(box[2], line[2]) - line[0]) * step)
        text = draft.text
        # To the ends of the words that are touched.
        while first > start and not text[first - 1].isspace():
            first -= 1
        while last < end and not text[last].isspace():
            last += 1
        spans.append((first, last))
    return (min(s for s, _ in spans), max(e for _, e in spans)) if spans else None


def _marked(note: Note, drafts: Sequence[Draft]) -> Draft:
    placed = any(mark.target == note.draft.key for draft in drafts for mark in draft.marks)
    if note.draft.kind is not BlockKind.COMMENT or placed:
        return note.draft
    mark = DraftMark(MarkKind.COMMENT, 0, len(note.draft.text), author=note.author, at=note.at, target=note.draft.key)
    return replace(note.draft, marks=(mark,))
