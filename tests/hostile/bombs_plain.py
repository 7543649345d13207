"""PDF, HTML, mail and text made to take for ever or to fill the memory."""

from __future__ import annotations

import base64
import random
import struct
import zlib

from tests.hostile.bombs_office import Bomb, zip_ratio


def pdf(objects: list[bytes], *, trailer: bytes = b"", prev: bool = False) -> bytes:
    """Objects 1, 2, ... of which the first is the catalog; ``prev``: a cross-reference table that names itself as its predecessor."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for n, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, content)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s%s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer,
        b"/Prev %d" % at if prev else b"",
        at,
    )
    return bytes(out)


def stream(content: bytes, entries: bytes = b"", *, flate: int = 1) -> bytes:
    """A stream, packed so many times."""
    filters = b"/Filter [" + b"/FlateDecode " * flate + b"]" if flate else b""
    for _ in range(flate):
        content = zlib.compress(content, 6)
    return b"<< /Length %d %s %s >>\nstream\n%s\nendstream" % (len(content), filters, entries, content)


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
WORDS = b"BT /F1 10 Tf 50 700 Td (The keeper shall weigh every crate.) Tj ET\n"


def pages(
    content: bytes,
    *more: bytes,
    resources: bytes = b"",
    kids: bytes = b"3 0 R",
    count: int = 1,
    box: bytes = b"0 0 595 842",
    flate: int = 1,
) -> bytes:
    """One page (object 3, content 4, font 5) and further objects from 6 on."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> %s >> >>" % (box, resources)
    tree = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids)
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>", tree, page, stream(content, flate=flate), FONT, *more])


def pdf_deep_tree(depth: int, *, loop: bool = False) -> bytes:
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    for n in range(depth):
        kid = 2 if loop and n == depth - 1 else n + 3
        objects.append(b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % kid)
    objects.append(b"<< /Type /Page /MediaBox [0 0 595 842] /Contents %d 0 R >>" % (depth + 3))
    return pdf([*objects, stream(WORDS)])


def pdf_forms(levels: int, each: int) -> bytes:
    """Forms that draw the next one several times."""
    more = []
    for n in range(levels):
        resources = b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << /F1 5 0 R >> /XObject << /X %d 0 R >> >>"
        last = n == levels - 1
        more.append(stream(WORDS if last else b"/X Do\n" * each, resources % (6 if last else 7 + n)))
    return pages(b"/X Do\n" * each, *more, resources=b"/XObject << /X 6 0 R >>")


def pdf_form_loop() -> bytes:
    form = stream(b"/X Do\n" + WORDS, b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /XObject << /X 6 0 R >> >>")
    return pages(b"/X Do\n" + WORDS, form, resources=b"/XObject << /X 6 0 R >>")


def pdf_image() -> bytes:
    image = stream(
        bytes(1 << 20), b"/Type /XObject /Subtype /Image /Width 200000 /Height 200000 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    )
    return pages(b"q 500 0 0 500 0 0 cm /I Do Q\n" + WORDS, image, resources=b"/XObject << /I 6 0 R >>")


def pdf_object_stream(megabytes: int) -> bytes:
    head = b"".join(b"%d %d " % (n + 10, n) for n in range(50_000))
    body = head + b" " * (megabytes << 20)
    return pages(WORDS, stream(body, b"/Type /ObjStm /N 50000 /First %d" % len(head)))


def pdf_text(count: int) -> bytes:
    chance = random.Random(3)
    return pages(b"".join(b"BT /F1 6 Tf %d %d Td (word) Tj ET\n" % (chance.randrange(590), chance.randrange(840)) for _ in range(count)))


def pdf_lines(count: int) -> bytes:
    """Rules for a table that has no end."""
    chance = random.Random(3)
    drawn = b"".join(
        b"%d %d m %d %d l S\n" % (chance.randrange(590), y, chance.randrange(590), y) for y in (chance.randrange(840) for _ in range(count))
    )
    return pages(drawn + WORDS)


def mail(body: str | bytes, headers: str = "", kind: str = "text/plain; charset=utf-8") -> bytes:
    raw = body if isinstance(body, bytes) else body.encode()
    head = "From: dana@quay.example\r\nTo: yard@quay.example\r\nSubject: Crates\r\nMIME-Version: 1.0\r\n"
    head += "Date: Wed, 14 Jan 2026 09:00:00 +0100\r\n"
    return f"{head}Message-ID: <b@quay.example>\r\n{headers}Content-Type: {kind}\r\n\r\n".encode() + raw


def mail_parts(count: int) -> bytes:
    part = "--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nThe gate is locked.\r\n"
    return mail(part * count + "--b--\r\n", kind="multipart/mixed; boundary=b")


def mail_depth(depth: int) -> bytes:
    body = "".join(f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n" for n in range(depth))
    return mail(body + f"--b{depth}\r\nContent-Type: text/plain\r\n\r\nDeep.\r\n", kind="multipart/mixed; boundary=b0")


def mail_in_mail(depth: int) -> bytes:
    data = mail("The innermost words.")
    for _ in range(depth):
        data = mail(data, kind="message/rfc822")
    return data


def mail_boundaries(count: int) -> bytes:
    return mail("--a\r\n" * count + "--" + "a" * 70 + "\r\n\r\nx\r\n", kind=f"multipart/mixed; boundary={'a' * 70}")


def mail_addresses(count: int) -> bytes:
    return mail("The gate is locked.", "Cc: " + ",\r\n ".join(f'"Person {n}" <p{n}@quay.example>' for n in range(count)) + "\r\n")


def mail_zip() -> bytes:
    packed = base64.encodebytes(zip_ratio()).decode()
    head = "Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.zip"
    parts = f"--b\r\n{head}\r\n\r\n{packed}\r\n"
    return mail(
        "--b\r\nContent-Type: text/plain\r\n\r\nThe gate is locked.\r\n" + parts * 20 + "--b--\r\n", kind="multipart/mixed; boundary=b"
    )


def mailbox(count: int) -> bytes:
    return b"".join(
        b"From dana@quay.example Wed Jan 14 09:00:00 2026\n"
        + mail(f"Gate {n} is locked.").replace(b"\r\n", b"\n").replace(b"<b@", b"<b%d@" % n)
        + b"\n\n"
        for n in range(count)
    )


def html_cells() -> bytes:
    return ("<table>" + ("<tr>" + '<td colspan="999" rowspan="999">x' * 300) * 300 + "</table>").encode()


def html_css() -> bytes:
    rules = "".join(f".c{n},#i{n}{{color:white;display:none}}" for n in range(100_000)) + "@media x{" * 50_000
    return f"<html><style>{rules}</style><body>{'<p class=c1>x' * 20_000}".encode()


def xhtml_laughs() -> bytes:
    lines = ['<!ENTITY a0 "ha ">'] + [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11)]
    prolog = f'<?xml version="1.0"?><!DOCTYPE html [{"".join(lines)}]>'
    return f'{prolog}<html xmlns="http://www.w3.org/1999/xhtml"><body><p>&a10;</p></body></html>'.encode()


def ole_loop() -> bytes:
    """A compound file whose allocation table runs in a circle."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 1, 1, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * (108 * 4)
    fat = struct.pack("<I", 0xFFFFFFFD) + struct.pack("<I", 1) * 127
    entry = (
        "Root Entry".encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBIII", 22, 5, 1, 0xFFFFFFFF, 0, 0)
        + bytes(36)
        + struct.pack("<IQ", 1, 1 << 40)
    )
    return head + fat + entry.ljust(512, b"\0") + bytes(4096)


PLAIN: dict[str, tuple[str, Bomb]] = {
    "pdf_hundred_thousand_pages": ("b.pdf", lambda: pages(WORDS, kids=b"3 0 R " * 100_000, count=100_000)),
    "pdf_lying_count": ("b.pdf", lambda: pages(WORDS, count=2_000_000_000)),
    "pdf_deep_tree": ("b.pdf", lambda: pdf_deep_tree(50_000)),
    "pdf_tree_loop": ("b.pdf", lambda: pdf_deep_tree(5, loop=True)),
    "pdf_xref_loop": ("b.pdf", lambda: pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 0 /Kids [] >>"], prev=True)),
    "pdf_packed_thrice": ("b.pdf", lambda: pages(b" " * (400 << 20) + WORDS, flate=3)),
    "pdf_object_stream": ("b.pdf", lambda: pdf_object_stream(300)),
    "pdf_form_loop": ("b.pdf", pdf_form_loop),
    "pdf_form_laughs": ("b.pdf", lambda: pdf_forms(12, 10)),
    "pdf_giant_image": ("b.pdf", pdf_image),
    "pdf_million_words": ("b.pdf", lambda: pdf_text(1_000_000)),
    "pdf_hundred_thousand_rules": ("b.pdf", lambda: pdf_lines(100_000)),
    "pdf_giant_page": ("b.pdf", lambda: pages(WORDS, box=b"0 0 99999999999 99999999999")),
    "pdf_deep_arrays": ("b.pdf", lambda: pages(b"[" * 1_000_000 + WORDS)),
    "pdf_saved_states": ("b.pdf", lambda: pages(b"q " * 2_000_000 + WORDS)),
    "html_million_divs": ("b.html", lambda: b"<html><body>" + b"<div>" * 1_000_000 + b"x"),
    "html_deep_300": ("b.html", lambda: b"<html><body>" + b"<div>" * 240 + b"<p>x" + b"</div>" * 240),
    "html_formatting": ("b.html", lambda: b"<html><body>" + b"<b><i><a><font>" * 30_000 + b"<p>x"),
    "html_long_attribute": ("b.html", lambda: b'<html><body><p style="' + b"color:" * 5_000_000 + b'">x</p>'),
    "html_css": ("b.html", html_css),
    "html_cells": ("b.html", html_cells),
    "html_million_items": ("b.html", lambda: b"<html><body><ul>" + b"<li>x" * 1_000_000),
    "html_references": ("b.html", lambda: b"<html><body><p>" + b"&#120;&NotEqualTilde;" * 1_500_000),
    "html_unclosed_comments": ("b.html", lambda: b"<html><body>" + b"<!--" * 5_000_000),
    "xhtml_billion_laughs": ("b.xhtml", xhtml_laughs),
    "mail_hundred_thousand_addresses": ("b.eml", lambda: mail_addresses(100_000)),
    "mail_5000_parts": ("b.eml", lambda: mail_parts(5_000)),
    "mail_depth": ("b.eml", lambda: mail_depth(400)),
    "mail_depth_100000": ("b.eml", lambda: mail_depth(100_000)),
    "mail_in_mail": ("b.eml", lambda: mail_in_mail(300)),
    "mail_header_lines": ("b.eml", lambda: mail("x", "X-Line: y\r\n" * 500_000)),
    "mail_folded_header": ("b.eml", lambda: mail("x", "X-Line: y" + "\r\n y" * 2_000_000 + "\r\n")),
    "mail_references": ("b.eml", lambda: mail("x", "References: " + " ".join(f"<{n}@quay.example>" for n in range(300_000)) + "\r\n")),
    "mail_encoded_words": ("b.eml", lambda: mail("x", "X-Name: y\r\nSubject: " + "=?utf-8?q?a?= " * 200_000 + "\r\n")),
    "mail_boundaries": ("b.eml", lambda: mail_boundaries(2_000_000)),
    "mail_zips": ("b.eml", mail_zip),
    "mail_comments": ("b.eml", lambda: mail("x", "Cc: " + "(" * 200_000 + "\r\n")),
    "mail_quotes": ("b.eml", lambda: mail(">" * 2_000_000 + " x\r\n" + "".join(">" * n + " words\r\n" for n in range(2_000)))),
    "mail_headers_of_replies": ("b.eml", lambda: mail("On Monday, Dana wrote:\r\n" * 100_000)),
    "mail_forwards": ("b.eml", lambda: mail("---- Forwarded message ----\r\nFrom: a@b.c\r\nSubject: x\r\n\r\n" * 20_000)),
    "mail_parameters": ("b.eml", lambda: mail("x", kind="text/plain; " + "; ".join(f"name*{n}*=a" for n in range(200_000)))),
    "mail_soft_lines": ("b.eml", lambda: mail("=\r\n" * 5_000_000, "Content-Transfer-Encoding: quoted-printable\r\n")),
    "mailbox_30000_messages": ("b.mbox", lambda: mailbox(30_000)),
    "text_one_line": ("b.txt", lambda: b"a b " * (10 << 20)),
    "text_one_word": ("b.txt", lambda: b"a" * (40 << 20)),
    "text_newlines": ("b.txt", lambda: b"x\n" * (20 << 20)),
    "text_numbers": ("b.txt", lambda: "\n".join(f"{'1.' * 40}{n} x" for n in range(200_000)).encode()),
    "markdown_quotes": ("b.md", lambda: b">" * 100_000 + b" x\n" + b"- " * 100_000 + b"y\n"),
    "markdown_brackets": (
        "b.md",
        lambda: b"[" * 200_000 + b"\n\n" + b"*a_" * 200_000 + b"\n\n" + b"`" * 100_000 + b"\n\n" + b"|a" * 200_000,
    ),
    "markdown_links": ("b.md", lambda: b"[a](<" * 100_000 + b"\n\n" + b"![[" * 100_000),
    "rtf_groups": ("b.rtf", lambda: b"{\\rtf1 " + b"{" * 2_000_000 + b"x"),
    "rtf_binary": ("b.rtf", lambda: b"{\\rtf1 \\bin2147483647 x}" + b"{\\u-999999999999999999 x}" * 100_000),
    "rtf_words": ("b.rtf", lambda: b"{\\rtf1 " + b"\\par\\pard\\plain x" * 1_000_000 + b"}"),
    "csv_million_columns": ("b.csv", lambda: b"a," * 1_000_000 + b"\n" + b"1," * 1_000_000 + b"\n"),
    "csv_million_rows": ("b.csv", lambda: b"a,b\n" + b"1,2\n" * 1_000_000),
    "csv_open_quote": ("b.csv", lambda: b'a,b\n1,"' + b"x,\n" * 3_000_000),
    "msg_loop": ("b.msg", ole_loop),
}
