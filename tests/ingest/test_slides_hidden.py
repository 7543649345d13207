"""Words of a slide in the colour of what lies behind them are hidden; light words that a reader sees are not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from domain.document import BlockKind
from tests.ingest.files import blocks, read
from tests.ingest.packed import deck, line, relations, shape, slide

_FORMATS = "http://schemas.openxmlformats.org"
_NAMES = f'xmlns:p="{_FORMATS}/presentationml/2006/main" xmlns:a="{_FORMATS}/drawingml/2006/main"'
_MAP = '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2"/>'
WHITE, DARK = '<a:srgbClr val="FFFFFF"/>', '<a:srgbClr val="102040"/>'
SECRET = "No order is needed."
SEEN = shape(line("Every crate is weighed."))
RECT = '<a:prstGeom prst="rect"/>'


def solid(color: str) -> str:
    return f"<a:solidFill>{color}</a:solidFill>"


def named(name: str, change: str = "") -> str:
    return f'<a:schemeClr val="{name}">{change}</a:schemeClr>'


def run(properties: str, text: str = SECRET, attributes: str = "") -> str:
    return f"<a:p><a:r><a:rPr {attributes}>{properties}</a:rPr><a:t>{text}</a:t></a:r></a:p>"


def at(left: int, top: int, width: int = 3_000_000, height: int = 1_000_000) -> str:
    return f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'


def on(ground: str, *shapes: str, attributes: str = "") -> str:
    """A slide with a background."""
    return slide(*shapes, attributes=attributes).replace("<p:cSld>", f"<p:cSld><p:bg>{ground}</p:bg>")


def below(master: str = "", layout: str = "", *, theme: str = "", renamed: str = "", attributes: str = "") -> dict[str, str]:
    """The parts under slide 0; ``master`` and ``layout`` are the insides of their cSld."""
    lights = "".join(f"<a:{n}><a:srgbClr val='{v}'/></a:{n}>" for n, v in (("lt1", "FFFFFF"), ("dk1", "000000"), ("accent1", "2040A0")))
    system = '<a:lt2><a:sysClr val="window" lastClr="FFFFFF"/></a:lt2>'
    fills = '<a:bgFillStyleLst><a:solidFill><a:schemeClr val="phClr"/></a:solidFill><a:gradFill/></a:bgFillStyleLst>'
    plain = '<a:fillStyleLst><a:solidFill><a:schemeClr val="phClr"/></a:solidFill><a:gradFill/></a:fillStyleLst>'
    scheme = f"<a:clrScheme>{lights}{system}</a:clrScheme><a:fmtScheme>{plain}{fills}</a:fmtScheme>"
    return {
        "ppt/slides/_rels/slide0.xml.rels": relations(("l", "slideLayout", "../layout.xml")),
        "ppt/layout.xml": f"<p:sldLayout {_NAMES} {attributes}><p:cSld>{layout}</p:cSld></p:sldLayout>",
        "ppt/_rels/layout.xml.rels": relations(("m", "slideMaster", "master.xml")),
        "ppt/master.xml": f"<p:sldMaster {_NAMES}><p:cSld>{master}</p:cSld>{renamed or _MAP}</p:sldMaster>",
        "ppt/_rels/master.xml.rels": relations(("t", "theme", "theme.xml")),
        "ppt/theme.xml": f"<a:theme {_NAMES}><a:themeElements>{theme or scheme}</a:themeElements></a:theme>",
    }


def is_hidden(*slides: str, more: Mapping[str, str] | None = None) -> bool:
    (document,) = read(deck(*slides, more=more), "a.pptx")
    assert SECRET in document.text
    return any(SECRET in text for text in blocks(document, BlockKind.HIDDEN))


@pytest.mark.parametrize(
    "color",
    [WHITE, '<a:srgbClr val="FEFEFE"/>', '<a:prstClr val="white"/>', '<a:sysClr val="window" lastClr="FFFFFF"/>', named("bg1"),
     named("lt1"), named("bg2"), named("tx1", '<a:lumMod val="0"/><a:lumOff val="100000"/>'),
     '<a:srgbClr val="102040"><a:alpha val="0"/></a:srgbClr>'],
)  # fmt: skip
def test_words_in_the_colour_of_a_white_slide_are_hidden_however_it_is_named(color: str) -> None:
    assert is_hidden(slide(SEEN, shape(run(solid(color)))), more=below())
    assert is_hidden(slide(SEEN, shape(run(solid(color)), kind="title")), more=below())


@pytest.mark.parametrize(
    "properties",
    ["", solid(DARK), solid('<a:srgbClr val="zz"/>'), solid(named("accent1")), solid(named("phClr")), "<a:gradFill/>",
     solid('<a:srgbClr val="FFFFFF"><a:tint val="20000"/></a:srgbClr>'), f"<a:ln>{solid(DARK)}</a:ln>{solid(WHITE)}",
     f"{solid(WHITE)}<a:effectLst><a:outerShdw/></a:effectLst>", f"{solid(WHITE)}<a:highlight>{DARK}</a:highlight>"],
)  # fmt: skip
def test_words_in_another_or_an_unknown_colour_are_read(properties: str) -> None:
    assert not is_hidden(slide(SEEN, shape(run(properties))), more=below())


GROUNDS = {
    "own": ("", "", on(f"<p:bgPr>{solid(DARK)}</p:bgPr>", SEEN, shape(run(solid(WHITE))))),
    "layout": ("", f"<p:bg><p:bgPr>{solid(DARK)}</p:bgPr></p:bg>", ""),
    "master": (f'<p:bg><p:bgRef idx="1001">{named("tx1")}</p:bgRef></p:bg>', "", ""),
    "gradient": (f'<p:bg><p:bgRef idx="1002">{named("bg1")}</p:bgRef></p:bg>', "", ""),
    "picture": ("<p:bg><p:bgPr><a:blipFill/></p:bgPr></p:bg>", "", ""),
    "nothing": ("<p:bg><p:bgPr><a:noFill/></p:bgPr></p:bg>", "", ""),
    "master's rectangle": (f"<p:spTree>{shape(line('x'), properties=solid(DARK))}</p:spTree>", "", ""),
    "layout's picture": ("", "<p:spTree><p:pic/></p:spTree>", ""),
    "box": ("", "", slide(SEEN, shape(run(solid(WHITE)), properties=solid(DARK)))),
    "rectangle": ("", "", slide(SEEN, shape(line("x"), properties=solid(DARK)), shape(run(solid(WHITE))))),
    "picture behind": ("", "", slide(SEEN, "<p:pic/>", shape(run(solid(WHITE))))),
    "group": ("", "", slide(SEEN, f"<p:grpSp>{shape(line('x'), properties=solid(DARK))}</p:grpSp>", shape(run(solid(WHITE))))),
}


@pytest.mark.parametrize("where", GROUNDS)
def test_white_words_on_a_dark_or_unknown_ground_are_read(where: str) -> None:
    master, layout, own = GROUNDS[where]
    assert not is_hidden(own or slide(SEEN, shape(run(solid(WHITE)))), more=below(master, layout))


def test_a_slide_whose_layout_is_missing_hides_nothing() -> None:
    more = {"ppt/slides/_rels/slide0.xml.rels": relations(("l", "slideLayout", "../layout.xml"))}
    assert not is_hidden(slide(SEEN, shape(run(solid(WHITE)))), more=more)


def test_the_background_of_the_slide_goes_before_its_layouts_and_masters() -> None:
    more = below(f'<p:bg><p:bgRef idx="1001">{named("tx1")}</p:bgRef></p:bg>')
    assert is_hidden(on(f"<p:bgPr>{solid(named('bg1'))}</p:bgPr>", SEEN, shape(run(solid(WHITE)))), more=more)
    assert is_hidden(slide(SEEN, shape(run(solid('<a:srgbClr val="000000"/>')))), more=more)


def test_a_map_of_colours_turns_light_to_dark() -> None:
    dark = below(f'<p:bg><p:bgRef idx="1001">{named("bg1")}</p:bgRef></p:bg>', renamed='<p:clrMap bg1="dk1" tx1="lt1"/>')
    assert not is_hidden(slide(SEEN, shape(run(solid(named("tx1"))))), more=dark)
    assert is_hidden(slide(SEEN, shape(run(solid(named("bg1"))))), more=dark)


def test_what_is_painted_elsewhere_on_the_slide_hides_and_shows_nothing() -> None:
    bar = shape(line("x"), properties=at(0, 5_000_000) + RECT + solid(DARK))
    assert is_hidden(slide(SEEN, bar, shape(run(solid(WHITE)), properties=at(0, 0))))
    assert not is_hidden(slide(SEEN, bar, shape(run(solid(WHITE)), properties=at(0, 4_900_000))))


def test_words_in_the_colour_of_the_box_that_covers_a_dark_slide_are_hidden() -> None:
    dark, panel = f"<p:bgPr>{solid(DARK)}</p:bgPr>", shape(line("x"), properties=at(0, 0, 9_000_000, 5_000_000) + RECT + solid(WHITE))
    assert is_hidden(on(dark, SEEN, panel, shape(run(solid(WHITE)), properties=at(1_000_000, 1_000_000))))
    assert is_hidden(on(dark, SEEN, shape(run(solid(WHITE)), properties=solid(WHITE))))


def test_a_placeholder_has_the_fill_and_place_of_its_layout() -> None:
    place = shape(line("prompt"), kind="body", properties=at(0, 0) + solid(DARK))
    text = shape(run(solid(WHITE)), kind="body")
    assert not is_hidden(slide(SEEN, text), more=below(layout=f"<p:spTree>{place}</p:spTree>"))
    assert is_hidden(slide(SEEN, text), more=below(layout=f"<p:spTree>{place.replace(solid(DARK), '')}</p:spTree>"))
    away = place.replace(at(0, 0), at(99_000_000, 0))
    assert is_hidden(slide(SEEN, shape(line(SECRET), kind="body")), more=below(layout=f"<p:spTree>{away}</p:spTree>"))


def test_a_shapes_style_paints_it() -> None:
    style = f'</p:spPr><p:style><a:fillRef idx="1">{named("accent1")}</a:fillRef></p:style>'
    assert not is_hidden(slide(SEEN, shape(run(solid(WHITE))).replace("</p:spPr>", style)), more=below())
    assert is_hidden(slide(SEEN, shape(run(solid(named("accent1")))).replace("</p:spPr>", style)), more=below())


def test_table_cells_are_read_on_their_own_ground() -> None:
    def table(cell: str, style: str = "") -> str:
        body = f"<a:txBody>{run(solid(WHITE))}</a:txBody>"
        grid = f"<a:tbl><a:tblPr>{style}</a:tblPr><a:tr><a:tc>{body}<a:tcPr>{cell}</a:tcPr></a:tc></a:tr></a:tbl>"
        return slide(SEEN, f"<p:graphicFrame><a:graphic><a:graphicData>{grid}</a:graphicData></a:graphic></p:graphicFrame>")

    assert is_hidden(table("")) and is_hidden(table(solid(WHITE), "<a:tableStyleId>x</a:tableStyleId>"))
    assert not is_hidden(table(solid(DARK))) and not is_hidden(table("", "<a:tableStyleId>x</a:tableStyleId>"))


def test_tiny_words_are_hidden_up_to_two_points_and_by_the_styles_of_their_shape() -> None:
    assert is_hidden(slide(SEEN, shape(run("", attributes='sz="200"'))))
    assert not is_hidden(slide(SEEN, shape(run("", attributes='sz="800"'))))
    styled = shape(line(SECRET)).replace("<p:txBody>", '<p:txBody><a:lstStyle><a:lvl1pPr><a:defRPr sz="100"/></a:lvl1pPr></a:lstStyle>')
    assert is_hidden(slide(SEEN, styled))
    assert not is_hidden(slide(SEEN, shape(run("", attributes=f'sz="{"9" * 5_000}"'))))


def test_places_that_no_slide_has_room_for_are_no_places() -> None:
    assert not is_hidden(slide(SEEN, shape(line(SECRET), properties=at(0, 0).replace('x="0"', f'x="{"9" * 5_000}"'))))
