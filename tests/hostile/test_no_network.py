"""Files that point to things elsewhere - pictures, templates, styles, forms, pixels: nobody is ever asked for them (T8)."""

from __future__ import annotations

import time
from collections.abc import Callable

from domain.errors import BadInput
from domain.source import source_of
from ingest.formats import media_type_of
from ingest.read import read_source
from tests.hostile.bombs_plain import WORDS, pages, stream
from tests.hostile.listening import Listener, listening
from tests.hostile.packing import cell, docx, odt, odt_body, p, pptx, rels, shape, xlsx

SEEN = "The gate is locked at ten."

HTML = (
    '<img src="{u}">',
    '<img srcset="{u} 2x">',
    '<link rel="stylesheet" href="{u}">',
    "<style>@import url({u});</style>",
    '<style>body{{background:url("{u}")}}</style>',
    '<p style="background-image:url({u})">x</p>',
    '<script src="{u}"></script>',
    '<iframe src="{u}"></iframe>',
    '<object data="{u}"></object>',
    '<embed src="{u}">',
    '<video src="{u}" poster="{u}"></video>',
    '<audio src="{u}">',
    '<meta http-equiv="refresh" content="0;url={u}">',
    '<base href="{u}/"><img src="x.png">',
    '<body background="{u}">',
    '<form action="{u}"><input></form>',
    '<svg><image href="{u}" xlink:href="{u}"/></svg>',
    '<link rel="prefetch" href="{u}">',
    '<input type="image" src="{u}">',
    '<table background="{u}"><tr><td>x',
    '<a href="{u}" ping="{u}">x</a>',
    '<img src="{u}?pixel=1" width="1" height="1">',
    '<picture><source srcset="{u}"></picture>',
    '<track src="{u}">',
    '<!DOCTYPE html SYSTEM "{u}/x.dtd"><p>x',
    "<style>@font-face{{font-family:x;src:url({u})}}</style>",
    '<frame src="{u}">',
    '<applet code="{u}">',
)
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
WORD = (
    "attachedTemplate",
    "image",
    "oleObject",
    "hyperlink",
    "subDocument",
    "frame",
    "header",
    "footer",
    "styles",
    "numbering",
    "comments",
    "footnotes",
    "aFChunk",
    "video",
    "glossaryDocument",
    "fontTable",
    "settings",
)
_FIELDS = (' INCLUDEPICTURE "{u}" ', ' INCLUDETEXT "{u}" ', ' DDEAUTO cmd "{u}" ', ' LINK Word.Document "{u}" ', ' HYPERLINK "{u}" ')
PDF = (
    "/URI /URI ({u})",
    "/Launch /F ({u})",
    "/SubmitForm /F << /FS /URL /F ({u}) >>",
    "/GoToR /F << /FS /URL /F ({u}) >> /D [0 /Fit]",
    "/ImportData /F << /FS /URL /F ({u}) >>",
    "/JavaScript /JS (app.launchURL\\('{u}'\\); this.submitForm\\('{u}'\\);)",
    "/GoToE /F << /FS /URL /F ({u}) >>",
    "/Movie /F ({u})",
    "/Rendition /R << /C << /D << /FS /URL /F ({u}) >> >> >>",
)
RTF = (
    '{{\\field{{\\*\\fldinst INCLUDEPICTURE "{u}"}}}}',
    "{{\\*\\template {u}}}",
    "{{\\object\\objautlink{{\\*\\objdata 01}}}}{u}",
    '{{\\field{{\\*\\fldinst HYPERLINK "{u}"}}{{\\fldrslt x}}}}',
    "{{\\*\\filetbl{{\\file {u}}}}}",
)
ODT = (
    '<draw:frame><draw:image xlink:href="{u}"/></draw:frame>',
    '<draw:object xlink:href="{u}"/>',
    '<text:a xlink:href="{u}">x</text:a>',
    '<text:section><text:section-source xlink:href="{u}"/></text:section>',
    '<draw:plugin xlink:href="{u}"/>',
)
MARKDOWN = ("![x]({u})", "[x]: {u}\n\n![x]", '<img src="{u}">', "<{u}>", "[x]({u})")
MAIL = (
    "List-Unsubscribe: <{u}>\n",
    "Content-Location: {u}\n",
    "Content-Base: {u}\n",
    "X-Image-URL: {u}\n",
    "Archived-At: <{u}>\n",
    "Disposition-Notification-To: x@127.0.0.1\n",
    "Face: {u}\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n",
)


def external(kind: str, url: str) -> str:
    return f'<Relationship Id="x1" Type="{_KIND}{kind}" Target="{url}" TargetMode="External"/>'


def _word_field(url: str, field: str) -> bytes:
    code = field.format(u=url).replace('"', "&quot;")
    return docx(p(SEEN) + f'<w:p><w:fldSimple w:instr="{code}"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>')


def _word_relation(url: str, kind: str) -> bytes:
    used = '<w:p><w:r><w:pict r:link="x1" r:id="x1"/></w:r><w:altChunk r:id="x1"/><w:subDoc r:id="x1"/></w:p><w:altChunk r:id="x1"/>'
    settings = {"word/_rels/settings.xml.rels": rels([], external(kind, url))}
    return docx(p(SEEN) + used, more_rels=external(kind, url), parts=dict(settings))


def _pdf(url: str, action: str) -> bytes:
    acts = b"<< /Type /Action /S " + action.format(u=url).encode() + b" >>"
    note = b"<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A " + acts + b" /AA << /PO " + acts + b" /O " + acts + b" >> >>"
    remote = stream(b"", b"/F << /FS /URL /F (" + url.encode() + b") >> /Type /XObject /Subtype /Image /Width 9 /Height 9", flate=0)
    data = pages(b"/I Do\n" + WORDS, note, remote, resources=b"/XObject << /I 7 0 R >>")
    return data.replace(b"/Type /Catalog", b"/OpenAction " + acts + b" /Type /Catalog").replace(
        b"/MediaBox", b"/Annots [6 0 R] /MediaBox", 1
    )


def _mail(url: str, header: str, html: str) -> bytes:
    head = (
        "From: dana@quay.example\nTo: yard@quay.example\nSubject: Crates\nMessage-ID: <n@quay.example>\nMIME-Version: 1.0\n"
        + header.format(u=url)
    )
    remote = f'--b\nContent-Type: message/external-body; access-type=URL; URL="{url}"\n\nContent-Type: text/plain\n\n\n'
    body = f"--b\nContent-Type: text/html\n\n<p>{SEEN}</p>{html.format(u=url)}\n{remote}--b--\n"
    return f"{head}Content-Type: multipart/related; boundary=b\n\n{body}".encode()


def _page(url: str, html: str) -> bytes:
    return f"<!DOCTYPE html><html><body><p>{SEEN}</p>{html.format(u=url)}</body></html>".encode()


def _sheet(url: str, kind: str) -> bytes:
    formula = f'<c r="B1"><f>WEBSERVICE("{url}")</f><v>1</v></c><c r="C1"><f>HYPERLINK("{url}")</f><v>1</v></c>'
    return xlsx([f'<row r="1">{cell("A1", SEEN)}{formula}</row>'], more_rels=external(kind, url))


def _slide(url: str, kind: str) -> bytes:
    return pptx([shape(SEEN) + '<p:pic><p:blipFill><a:blip r:link="x1"/></p:blipFill></p:pic>'], slide_rels=external(kind, url))


def _all(url: str) -> list[tuple[str, bytes]]:
    """300 files and more."""
    made: list[tuple[str, Callable[[str, str], bytes], tuple[str, ...]]] = [
        ("html", _page, HTML),
        ("docx", _word_relation, WORD),
        ("docx", _word_field, _FIELDS),
        ("pdf", _pdf, PDF),
        ("rtf", lambda u, x: ("{\\rtf1 " + SEEN + x.format(u=u) + "}").encode(), RTF),
        ("odt", lambda u, x: odt(odt_body(f"<text:p>{SEEN}</text:p><text:p>{x.format(u=u)}</text:p>")), ODT),
        ("md", lambda u, x: f"# On gates\n\n{SEEN}\n\n{x.format(u=u)}\n".encode(), MARKDOWN),
        ("xlsx", _sheet, ("externalLink", "connections", "image", "hyperlink", "oleObject", "queryTable")),
        ("pptx", _slide, ("image", "video", "audio", "hyperlink", "oleObject", "slideLayout", "notesSlide")),
    ]
    files = [(f"{n}.{suffix}", make(url, x)) for suffix, make, many in made for n, x in enumerate(many)]
    files += [(f"{h}-{n}.eml", _mail(url, header, html)) for h, header in enumerate(MAIL) for n, html in enumerate(HTML)]
    # Addresses that programs read in ways of their own.
    odd = (f"{url.replace('http:', '')}", url.replace("http", "ftp"), url.replace("127.0.0.1", "localhost"), url.replace("http:", "\\\\"))
    return files + [(f"odd{n}-{k}.html", _page(u, x)) for n, u in enumerate(odd) for k, x in enumerate(HTML[:8])]


def wait_for_nobody(listener: Listener) -> None:
    """Gives whoever might come a moment."""
    time.sleep(0.15)
    assert listener.hits == 0


def test_what_a_file_points_to_is_never_fetched() -> None:
    with listening() as listener:
        files = _all(listener.url)
        read = 0
        for name, data in files:
            try:
                found = read_source(source_of(data, name, media_type_of(data, name)), data)
            except BadInput:
                continue
            read += any(SEEN in d.text or "The keeper" in d.text for d in found)
        wait_for_nobody(listener)
    assert len(files) >= 300 and read >= 0.9 * len(files)
