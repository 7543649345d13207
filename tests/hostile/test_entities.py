"""Entities, external subsets and inclusions in XML of every kind: no file is read, nobody is asked, nothing grows (T9)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import BadInput
from domain.source import source_of
from ingest.formats import media_type_of
from ingest.read import read_source
from ingest.sandbox import ReaderPool
from tests.hostile.bombs_office import laughs, quadratic
from tests.hostile.listening import listening
from tests.hostile.packing import HEAD, docx, odt, odt_body, p, part, pptx, shape, xlsx
from tests.hostile.test_bombs import peak
from tests.hostile.test_no_network import wait_for_nobody

CANARY = "canary-7f3a91c2"
WORDS = "The gate is locked at ten."


def svg(text: str, prolog: str) -> str:
    return f'{HEAD}{prolog}<svg xmlns="http://www.w3.org/2000/svg"><text>{text}</text></svg>'


def xhtml(text: str, prolog: str) -> bytes:
    return f'{HEAD}{prolog}<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{WORDS}</p><p>{text}</p></body></html>'.encode()


def rss(text: str, prolog: str) -> bytes:
    item = f"<title>{WORDS}</title><item><description>{text}</description></item>"
    return f'{HEAD}{prolog}<rss version="2.0"><channel>{item}</channel></rss>'.encode()


def formats(text: str, prolog: str) -> dict[str, bytes]:
    """One file of each format with the text in it and the document type declaration (its name in place of ROOT) before it."""
    styles = part("styles", f"<w:style><w:name w:val='x'/></w:style><w:x>{text}</w:x>", prolog.replace("ROOT", "w:styles"))
    picture = {"word/media/a.svg": svg(text, prolog.replace("ROOT", "svg"))}
    return {
        "document.docx": docx(p(WORDS) + p(text), prolog=prolog.replace("ROOT", "w:document")),
        "styles.docx": docx(p(WORDS), parts={"styles": styles}),
        "picture.docx": docx(p(WORDS), parts=dict(picture)),
        "strings.xlsx": xlsx(
            ['<row r="1"><c r="A1" t="s"><v>0</v></c></row>'],
            strings=f"<si><t>{WORDS} {text}</t></si>",
            prolog=prolog.replace("ROOT", "sst"),
        ),
        "slide.pptx": pptx([shape(WORDS) + shape(text)], prolog=prolog.replace("ROOT", "p:sld")),
        "content.odt": odt(
            odt_body(f"<text:p>{WORDS}</text:p><text:p>{text}</text:p>"), prolog=prolog.replace("ROOT", "office:document-content")
        ),
        "page.xhtml": xhtml(text, prolog.replace("ROOT", "html")),
        "page.html": xhtml(text, prolog.replace("ROOT", "html"))[len(HEAD) :],
        "feed.html": rss(text, prolog.replace("ROOT", "rss")),
    }


def payloads(canary: Path, url: str) -> dict[str, tuple[str, str]]:
    """(text, document type declaration)"""
    file = canary.as_uri()
    inclusion = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="{}"/>'
    return {
        "entity of a file": ("&x;", f'<!DOCTYPE ROOT [<!ENTITY x SYSTEM "{file}">]>'),
        "entity of a path": ("&x;", f'<!DOCTYPE ROOT [<!ENTITY x SYSTEM "{canary}">]>'),
        "public entity": ("&x;", f'<!DOCTYPE ROOT [<!ENTITY x PUBLIC "-//x" "{file}">]>'),
        "entity of an address": ("&x;", f'<!DOCTYPE ROOT [<!ENTITY x SYSTEM "{url}/x">]>'),
        "external subset": (WORDS, f'<!DOCTYPE ROOT SYSTEM "{url}/x.dtd">'),
        "parameter entity": (WORDS, f'<!DOCTYPE ROOT [<!ENTITY % x SYSTEM "{url}/x.dtd"> %x;]>'),
        "parameter of a file": ("&y;", f'<!DOCTYPE ROOT [<!ENTITY % f SYSTEM "{file}"> <!ENTITY % e "<!ENTITY y \'%f;\'>"> %e;]>'),
        "inclusion": (inclusion.format(file), ""),
        "inclusion of an address": (inclusion.format(url), ""),
        "style sheet": (WORDS, f'<?xml-stylesheet type="text/xsl" href="{url}/x.xsl"?>'),
    }


def growing() -> dict[str, tuple[str, str]]:
    return {"laughs": ("&a10;", laughs("ROOT")), "quadratic": ("&a;" * 20_000, quadratic("ROOT"))}


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "canary.txt"
    path.write_text(CANARY)
    return path


def test_no_entity_reads_a_file_or_asks_the_network(canary: Path) -> None:
    tried = 0
    with listening() as listener:
        for what, (text, prolog) in payloads(canary, listener.url).items():
            for name, data in formats(text, prolog).items():
                tried += 1
                assert CANARY not in spoken(name, data), f"{what} in {name}"
        wait_for_nobody(listener)
    assert tried >= 60


def spoken(name: str, data: bytes) -> str:
    """All that a reader of the outcome could see."""
    try:
        read = read_source(source_of(data, name, media_type_of(data, name)), data)
    except BadInput as error:
        return str(error)
    return "\n".join([*(d.text for d in read), *(d.title for d in read), *(note for d in read for note in d.notes)])


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(1) as opened:
        yield opened


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("what", growing())
def test_no_entity_grows(what: str, pool: ReaderPool) -> None:
    text, prolog = growing()[what]
    for name, data in formats(text, prolog).items():
        try:
            (first, *_) = pool.read(source_of(data, name, media_type_of(data, name)), data)
        except BadInput as error:
            assert "longer" not in str(error) and "memory" not in str(error), name
        else:
            assert len(first.text) < 10_000_000, name
    assert peak(pool) < 300_000_000


def test_the_listener_would_have_noticed() -> None:
    with listening() as listener:
        socket.create_connection(("127.0.0.1", listener.port)).close()
        for _ in range(50):
            if listener.hits:
                break
            listener._over.wait(0.02)
        assert listener.hits == 1
