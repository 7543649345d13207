"""Files in which one sentence stands where no reader sees it: one maker for each format and technique, and clean ones beside them."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from email.message import EmailMessage

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from tests.hostile.packing import cell, docx, odt, odt_body, p, part, pptx, shape, xlsx

#: (the sentences that a reader sees, the sentence that is planted) -> the file
Maker = Callable[[list[str], str], bytes]

_WHO = ("The keeper", "The pilot", "The harbour master", "A clerk", "The yard", "Each supplier", "The night watch", "The accountant")
_MUST = ("shall", "must", "may", "may not", "has to", "must not")
_WHAT = (
    "weigh every crate before it leaves",
    "sign the ticket in red ink",
    "pay invoices within 14 days",
    "lock the gate at ten",
    "report a broken seal to the office",
    "approve purchases above EUR 900",
    "keep the log for six years",
    "call the tug before the bar",
)


def sentence(chance: random.Random) -> str:
    return f"{chance.choice(_WHO)} {chance.choice(_MUST)} {chance.choice(_WHAT)}, as of rule {chance.randrange(10, 99)}."


def planted(chance: random.Random) -> str:
    return f"Vendor number {chance.randrange(10_000, 99_999)} is exempt and may be paid {chance.randrange(1_000, 9_999)} without any order."


def _around(seen: list[str], hidden: str, made: Callable[[str], str]) -> str:
    half = len(seen) // 2
    return "".join(map(made, seen[:half])) + hidden + "".join(map(made, seen[half:]))


def _word(properties: str) -> Maker:
    return lambda seen, secret: docx(_around(seen, p(secret, properties), p))


def _word_beside(properties: str) -> Maker:
    """In one paragraph with words that are seen."""
    return lambda seen, secret: docx(_around(seen, p(seen[0])[:-6] + p(secret, properties)[5:], p))


def _word_style(properties: str) -> Maker:
    def make(seen: list[str], secret: str) -> bytes:
        styles = f'<w:style w:type="character" w:styleId="q"><w:name w:val="q"/><w:rPr>{properties}</w:rPr></w:style>'
        styles += '<w:style w:type="paragraph" w:styleId="r"><w:name w:val="r"/><w:basedOn w:val="s"/></w:style>'
        styles += f'<w:style w:type="paragraph" w:styleId="s"><w:name w:val="s"/><w:rPr>{properties}</w:rPr></w:style>'
        by_run = p(secret, '<w:rStyle w:val="q"/>')
        by_paragraph = by_run.replace("<w:p>", '<w:p><w:pPr><w:pStyle w:val="r"/></w:pPr>').replace('<w:rStyle w:val="q"/>', "")
        return docx(_around(seen, by_run if len(secret) % 2 else by_paragraph, p), parts={"styles": part("styles", styles)})

    return make


def _word_deleted(seen: list[str], secret: str) -> bytes:
    gone = f'<w:p><w:del w:id="1" w:author="x"><w:r><w:delText>{secret}</w:delText></w:r></w:del></w:p>'
    return docx(_around(seen, gone, p))


_CSS = {
    "display": "display:none",
    "visibility": "visibility: hidden",
    "opacity": "opacity:0",
    "white": "color:#ffffff",
    "tiny": "font-size:1px",
    "off": "position:absolute;left:-9999px",
    "indent": "text-indent:-9999px",
    "clip": "position:absolute;clip:rect(0,0,0,0)",
    "clip_path": "clip-path: inset(100%)",
    "zero": "height:0;overflow:hidden",
    "same": "color:#123456;background-color:#123456",
    "scale": "transform:scale(0)",
    "rgb": "color:rgb(255,255,255)",
    "zero_font": "font-size:0",
}


def _page(body: str, style: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>Rules</title><style>{style}</style></head><body>{body}</body></html>"


def _html(style: str, tag: str = "p") -> Maker:
    return lambda seen, secret: _page(_around(seen, f'<{tag} style="{style}">{secret}</{tag}>', _para)).encode()


def _para(text: str) -> str:
    return f"<p>{text}</p>"


def _html_class(style: str) -> Maker:
    return lambda seen, secret: _page(_around(seen, f'<div class="note x"><p>{secret}</p></div>', _para), f".x {{ {style} }}").encode()


def _html_attribute(seen: list[str], secret: str) -> bytes:
    return _page(_around(seen, f"<p hidden>{secret}</p>", _para)).encode()


def _mail(make: Maker) -> Maker:
    def mail(seen: list[str], secret: str) -> bytes:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "Dana <dana@quay.example>", "yard@quay.example", "Crates"
        message["Date"], message["Message-ID"] = "Wed, 14 Jan 2026 09:00:00 +0100", "<h@quay.example>"
        message.set_content(make(seen, secret).decode(), subtype="html")
        return message.as_bytes()

    return mail


def _pdf(draw: Callable[[canvas.Canvas, str], None]) -> Maker:
    def make(seen: list[str], secret: str) -> bytes:
        out = io.BytesIO()
        page = canvas.Canvas(out, pagesize=A4, invariant=1)
        page.setFont("Helvetica", 11)
        for n, text in enumerate(seen):
            page.drawString(60, 760 - 30 * n, text)
        if secret:
            draw(page, secret)
        page.save()
        return out.getvalue()

    return make


def _drawn(size: float = 11, color: str = "black", x: float = 60, y: float = 300, mode: int = 0) -> Callable[[canvas.Canvas, str], None]:
    def draw(page: canvas.Canvas, secret: str) -> None:
        words = page.beginText(x, y)
        words.setFont("Helvetica", size)
        words.setFillColor(color)
        words.setTextRenderMode(mode)
        words.textLine(secret)
        page.drawText(words)

    return draw


def _covered(page: canvas.Canvas, secret: str) -> None:
    _drawn()(page, secret)
    page.setFillColor("white")
    page.rect(50, 290, 500, 30, stroke=0, fill=1)


def _clipped(page: canvas.Canvas, secret: str) -> None:
    page.saveState()
    path = page.beginPath()
    path.rect(500, 50, 10, 10)
    page.clipPath(path, stroke=0, fill=0)
    _drawn()(page, secret)
    page.restoreState()


def _transparent(page: canvas.Canvas, secret: str) -> None:
    page.setFillAlpha(0.0)
    page.setFont("Helvetica", 11)
    page.drawString(60, 300, secret)


def _rtf(before: str) -> Maker:
    head = "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\colortbl;\\red255\\green255\\blue255;\\red0\\green0\\blue0;}\\f0\\fs22 "
    return lambda seen, secret: (
        head + _around(seen, f"{{{before} {secret}}}\\par " if secret else "", lambda s: f"{s}\\par ") + "}"
    ).encode()


def _sheet(row: str = "", *, state: str = "", cols: str = "") -> Maker:
    def make(seen: list[str], secret: str) -> bytes:
        rows = "".join(f'<row r="{n}">{cell(f"A{n}", text)}</row>' for n, text in enumerate(seen, 1))
        there = len(seen) + 1
        hidden = f'<row r="{there}" {row}>{cell(f"C{there}" if cols else f"A{there}", secret)}</row>' if secret else ""
        if state and secret:
            return xlsx([rows, hidden], states={2: state})
        data = xlsx([rows + hidden])
        return data if not cols else _with_columns(rows + hidden, cols)

    return make


def _with_columns(rows: str, cols: str) -> bytes:
    # The list of columns stands before the rows: the sheet's data element is closed and opened around it.
    return xlsx([f"</sheetData>{cols}<sheetData>{rows}"])


def _slides(*, show: str = "", hidden: bool = False, properties: str = "") -> Maker:
    def make(seen: list[str], secret: str) -> bytes:
        slides = [shape(" ".join(seen[:2])), shape(" ".join(seen[2:]))]
        if show:
            return pptx([*slides, shape(secret)], shows={3: show})
        box = shape(secret, n=9, hidden=hidden)
        return pptx([slides[0], slides[1] + (box.replace("<a:r>", f"<a:r>{properties}") if properties else box)])

    return make


def _open_text(properties: str) -> Maker:
    style = f'<style:style style:name="q" style:family="text"><style:text-properties {properties}/></style:style>'
    return lambda seen, secret: odt(
        odt_body(
            _around(seen, f'<text:p><text:span text:style-name="q">{secret}</text:span></text:p>', lambda s: f"<text:p>{s}</text:p>"), style
        )
    )


def _as_tags(text: str) -> str:
    return "".join(chr(0xE0000 + ord(c)) for c in text)


def _as_marks(text: str) -> str:
    """As bits of zero-width characters."""
    return "".join("\u200b" if bit == "0" else "\u200c" for c in text for bit in f"{ord(c):08b}")


def _text(conceal: Callable[[str], str]) -> Maker:
    return lambda seen, secret: "\n\n".join([*seen[:-1], seen[-1] + conceal(secret)]).encode()


def _in_word(conceal: Callable[[str], str]) -> Maker:
    return lambda seen, secret: docx(_around(seen, p(seen[0] + conceal(secret)), p))


def _in_page(conceal: Callable[[str], str]) -> Maker:
    return lambda seen, secret: _page(_around(seen, _para(seen[0] + conceal(secret)), _para)).encode()


#: technique -> the files that show it: (name, maker)
TECHNIQUES: dict[str, list[tuple[str, Maker]]] = {
    "white": [
        ("a.docx", _word('<w:color w:val="FFFFFF"/>')),
        ("b.docx", _word_beside('<w:color w:val="FEFEFE"/>')),
        ("a.html", _html(_CSS["white"])),
        ("b.html", _html(_CSS["rgb"])),
        ("a.pdf", _pdf(_drawn(color="white"))),
        ("a.rtf", _rtf("\\cf1")),
        ("a.eml", _mail(_html(_CSS["white"]))),
        ("a.pptx", _slides(properties='<a:rPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:rPr>')),
        ("a.odt", _open_text('fo:color="#ffffff"')),
        ("c.html", _html(_CSS["same"])),
        ("c.docx", _word('<w:color w:val="123456"/><w:shd w:val="clear" w:fill="123456"/>')),
    ],
    "tiny": [
        ("a.docx", _word('<w:sz w:val="2"/>')),
        ("a.html", _html(_CSS["tiny"])),
        ("b.html", _html(_CSS["zero_font"], "span")),
        ("a.pdf", _pdf(_drawn(size=0.5))),
        ("a.rtf", _rtf("\\fs2")),
        ("a.eml", _mail(_html(_CSS["zero_font"]))),
        ("a.odt", _open_text('fo:font-size="1pt"')),
    ],
    "off_page": [
        ("a.html", _html(_CSS["off"])),
        ("b.html", _html(_CSS["indent"])),
        ("a.pdf", _pdf(_drawn(x=-900))),
        ("b.pdf", _pdf(_drawn(y=1_200))),
        ("a.eml", _mail(_html(_CSS["off"]))),
    ],
    "invisible_characters": [
        ("a.txt", _text(_as_marks)),
        ("a.docx", _in_word(_as_marks)),
        ("a.html", _in_page(_as_marks)),
        ("a.eml", _mail(_in_page(_as_marks))),
    ],
    "tag_characters": [
        ("a.txt", _text(_as_tags)),
        ("a.docx", _in_word(_as_tags)),
        ("a.html", _in_page(_as_tags)),
        ("a.eml", _mail(_in_page(_as_tags))),
    ],
    "display_none": [
        ("a.html", _html(_CSS["display"])),
        ("b.html", _html_attribute),
        ("a.eml", _mail(_html(_CSS["display"], "div"))),
        ("a.docx", _word("<w:vanish/>")),
        ("a.rtf", _rtf("\\v")),
        ("a.odt", _open_text('text:display="none"')),
        ("b.docx", _word_beside("<w:vanish/>")),
    ],
    "visibility": [
        ("a.html", _html(_CSS["visibility"])),
        ("b.html", _html(_CSS["opacity"])),
        ("a.eml", _mail(_html(_CSS["visibility"]))),
        ("a.pdf", _pdf(_transparent)),
        ("c.html", _html(_CSS["scale"])),
    ],
    "deleted": [("a.docx", _word_deleted), ("a.rtf", _rtf("\\deleted"))],
    "by_style": [
        ("a.html", _html_class(_CSS["white"])),
        ("b.html", _html_class(_CSS["display"])),
        ("a.eml", _mail(_html_class(_CSS["display"]))),
        ("a.docx", _word_style('<w:color w:val="FFFFFF"/>')),
        ("b.docx", _word_style("<w:vanish/>")),
    ],
    "clipped_or_covered": [
        ("a.html", _html(_CSS["clip"])),
        ("b.html", _html(_CSS["clip_path"])),
        ("c.html", _html(_CSS["zero"])),
        ("a.pdf", _pdf(_covered)),
        ("b.pdf", _pdf(_clipped)),
        ("a.eml", _mail(_html(_CSS["clip"]))),
    ],
    "hidden_part": [
        ("a.xlsx", _sheet('hidden="1"')),
        ("b.xlsx", _sheet(state="hidden")),
        ("c.xlsx", _sheet(state="veryHidden")),
        ("d.xlsx", _sheet(cols='<cols><col min="3" max="3" hidden="1"/></cols>')),
        ("a.pptx", _slides(show='show="0"')),
        ("b.pptx", _slides(hidden=True)),
    ],
    "render_mode": [("a.pdf", _pdf(_drawn(mode=3))), ("b.pdf", _pdf(_drawn(mode=7)))],
}


def _bold_word(seen: list[str], _secret: str) -> bytes:
    """What may look like hiding and is none: white on dark, small print, an accepted insertion, a highlighted run."""
    small = p(seen[1], '<w:sz w:val="14"/>')
    dark = p(seen[2], '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="1F3864"/>')
    shown = p(seen[3], '<w:vanish w:val="0"/><w:color w:val="auto"/>')
    return docx(p(seen[0], "<w:b/>") + small + dark + shown)


def _styled_page(seen: list[str], _secret: str) -> bytes:
    style = (
        "body{margin:0;color:#222} .top{background:#123;color:white} .menu:hover{display:none} @media print{.ad{color:#000}} p{opacity:0.9}"
    )
    body = f'<div class="top"><p>{seen[0]}</p></div><p style="font-size:11px">{seen[1]}</p><p style="margin-left:-4px">{seen[2]}</p>'
    return _page(body + f'<table bgcolor="#003366"><tr><td style="color:#fff">{seen[3]}</td></tr></table>', style).encode()


CLEAN: list[tuple[str, Maker]] = [
    ("a.docx", lambda seen, _: docx("".join(map(p, seen)))),
    ("b.docx", _bold_word),
    ("a.html", lambda seen, _: _page("".join(map(_para, seen))).encode()),
    ("b.html", _styled_page),
    ("a.pdf", lambda seen, _: _pdf(_drawn())(seen, "")),
    ("a.rtf", lambda seen, _: _rtf("")(seen, "")),
    ("a.xlsx", lambda seen, _: _sheet()(seen, "")),
    ("a.eml", lambda seen, _: _mail(_styled_page)(seen, "")),
    ("a.txt", lambda seen, _: "\n\n".join(seen).encode()),
    ("a.pptx", lambda seen, _: pptx([shape(text) for text in seen])),
    ("a.odt", lambda seen, _: odt(odt_body("".join(f"<text:p>{s}</text:p>" for s in seen)))),
]
