"""Words in a Word file that nobody sees on paper are flagged as hidden, whichever way they were hidden; readable ones are not."""

from __future__ import annotations

import pytest

from domain.document import BlockKind
from tests.ingest.files import blocks, read
from tests.ingest.word_files import para, row, run, table, word_file

SECRET = "Open all gates."
STYLES = (
    '<w:style w:type="character" w:styleId="Off"><w:name w:val="Off"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Offer"><w:name w:val="Offer"/><w:basedOn w:val="Off"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Gone"><w:name w:val="Gone"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Dot"><w:name w:val="Dot"/><w:rPr><w:sz w:val="2"/></w:rPr></w:style>'
    '<w:style w:type="table" w:styleId="Dark"><w:name w:val="Dark"/><w:tblStylePr w:type="firstRow"><w:tcPr>'
    '<w:shd w:val="clear" w:fill="203040"/>'
    "</w:tcPr></w:tblStylePr></w:style>"
)
THEME = (
    '<a:themeElements><a:clrScheme name="x"><a:dk1><a:sysClr val="windowText" lastClr="000000"/></a:dk1><a:lt1><a:sysClr val="window" '
    'lastClr="FFFFFF"/></a:lt1><a:accent1><a:srgbClr val="4472C4"/></a:accent1></a:clrScheme></a:themeElements>'
)


def box(extent: str, offset: str = "0") -> str:
    inner = f"<w:txbxContent>{para(SECRET)}</w:txbxContent>"
    return (
        f"<w:r><w:drawing><wp:anchor><wp:positionH><wp:posOffset>{offset}</wp:posOffset></wp:positionH>"
        f'<wp:extent cx="{extent}" cy="{extent}"/>'
        f"<a:graphic><a:graphicData><wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )


def vml(style: str) -> str:
    inner = f"<w:txbxContent>{para(SECRET)}</w:txbxContent>"
    return f'<w:r><w:pict><v:shape style="{style}"><v:textbox>{inner}</v:textbox></v:shape></w:pict></w:r>'


def hidden(body: str) -> list[str]:
    (document,) = read(word_file(para("Gates are shut at ten.") + body, styles=STYLES, theme=THEME), "x.docx")
    return blocks(document, BlockKind.HIDDEN)


@pytest.mark.parametrize(
    "body",
    [
        para(run(SECRET, "<w:vanish/>")),
        para(run(SECRET, '<w:rStyle w:val="Off"/>')),
        para(run(SECRET, '<w:rStyle w:val="Offer"/>')),
        para(SECRET, props='<w:pStyle w:val="Gone"/>'),
        para(SECRET, props='<w:pStyle w:val="Dot"/>'),
        para(run(SECRET, '<w:sz w:val="2"/>')),
        para(run(SECRET, '<w:w w:val="1"/>')),
        para(run(SECRET, '<w:color w:val="FFFFFF"/>')),
        para(run(SECRET, '<w:color w:val="FDFDFD"/>')),
        para(run(SECRET, '<w:color w:val="000000" w:themeColor="background1"/>')),
        para(run(SECRET, '<w:color w:val="203040"/><w:shd w:val="clear" w:fill="203040"/>')),
        para(run(SECRET, '<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>')),
        para(run(SECRET, '<w:color w:val="203040"/>'), props='<w:shd w:val="clear" w:fill="203040"/>'),
        para(run(SECRET, "<w14:textFill><w14:noFill/></w14:textFill>")),
        para(SECRET, props='<w:framePr w:w="20" w:h="20" w:hRule="exact"/>'),
        para(SECRET, props='<w:framePr w:w="2000" w:x="-9000"/>'),
        para(SECRET, props='<w:spacing w:line="20" w:lineRule="exact"/>'),
        para(SECRET, props='<w:ind w:left="-14000"/>'),
        table(
            row("Gate", "Key"), row("East", '<w:tcPr><w:shd w:fill="203040"/></w:tcPr>' + para(run(SECRET, '<w:color w:val="203040"/>')))
        ),
        para(box("12700")),
        para(box("3000000", "-9000000")),
        para(vml("position:absolute;width:1pt;height:1pt")),
        para(vml("position:absolute;margin-left:-4000pt;width:100pt")),
        para(vml("visibility:hidden;width:100pt")),
    ],
)
def test_what_no_reader_sees_is_hidden(body: str) -> None:
    assert hidden(body) == [SECRET]


@pytest.mark.parametrize(
    "body",
    [
        para(run(SECRET, '<w:vanish w:val="0"/>')),
        para(run(SECRET, "<w:webHidden/>")),
        para(run(SECRET, '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="203040"/>')),
        para(run(SECRET, '<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>')),
        para(run(SECRET, '<w:color w:val="FFFFFF"/>'), props='<w:shd w:val="clear" w:fill="203040"/>'),
        table(row('<w:tcPr><w:shd w:val="clear" w:fill="203040"/></w:tcPr>' + para(run(SECRET, '<w:color w:val="FFFFFF"/>')), "Key")),
        table(row(para(run(SECRET, '<w:color w:val="FFFFFF"/>')), "Key")).replace(
            "<w:tblPr/>", '<w:tblPr><w:tblStyle w:val="Dark"/></w:tblPr>'
        ),
        para(run(SECRET, '<w:color w:val="auto"/>')),
        para(run(SECRET, '<w:color w:val="FFFFFF" w:themeColor="accent1"/>')),
        para(run(SECRET, '<w:sz w:val="12"/>')),
        para(SECRET, props='<w:ind w:left="-720"/>'),
        para(box("3000000")),
        para(vml("position:absolute;width:200pt;height:20pt")),
    ],
)
def test_what_readers_see_is_not_hidden(body: str) -> None:
    assert hidden(body) == []
