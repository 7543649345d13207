"""Pictures of an evaluation as inline SVG: matrices of counts, the reliability diagram, and small bars. Colours are style.py's."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from service.evaluation.calibration import Bin, Calibration
from service.evaluation.confusion import Matrix
from service.evaluation.markup import add, element
from service.evaluation.scores import KINDS

#: Shades of a cell beside blank.
LEVELS = 5

_CELL_WIDTH, _CELL_HEIGHT = 88, 46
_LABELS, _TOP = 188, 62
_TOTALS = 88
#: Characters of a name that fit beside its row.
_NAME = 22


def matrix_picture(matrix: Matrix, *, name: str, rows: str, columns: str) -> Element:
    """Counts with the share of their row; blue where the two fit together, orange where not. ``rows``, ``columns``: the axes' names."""
    width = _LABELS + _CELL_WIDTH * len(matrix.columns) + _TOTALS
    height = _TOP + _CELL_HEIGHT * len(matrix.rows) + 6
    picture = _picture(name, width, height)
    middle = _LABELS + _CELL_WIDTH * len(matrix.columns) / 2
    add(picture, element("text", columns, class_="axis", x=middle, y=20, text_anchor="middle"))
    down = _TOP + _CELL_HEIGHT * len(matrix.rows) / 2
    turned = f"rotate(-90 16 {down:g})"
    add(picture, element("text", rows, class_="axis", x=16, y=down, text_anchor="middle", transform=turned))
    add(picture, element("text", "passages", class_="quiet", x=width - 6, y=_TOP - 12, text_anchor="end"))
    for at, column in enumerate(matrix.columns):
        x = _LABELS + _CELL_WIDTH * (at + 0.5)
        add(picture, element("text", _spoken(column), class_="label", x=x, y=_TOP - 12, text_anchor="middle"))
    for at, row in enumerate(matrix.rows):
        y = _TOP + _CELL_HEIGHT * at
        total = sum(count or 0 for count in matrix.counts[at])
        add(picture, _row_name(row, y))
        add(picture, element("text", str(total), class_="quiet", x=width - 6, y=y + _CELL_HEIGHT / 2 + 5, text_anchor="end"))
        add(picture, *_cells(matrix, at, total, y))
        if at and (matrix.rows[at - 1] in KINDS) != (matrix.rows[at] in KINDS):
            add(picture, element("line", class_="edge", x1=_LABELS - 140, x2=width, y1=y, y2=y))
    return picture


def _cells(matrix: Matrix, at: int, total: int, y: float) -> Iterator[Element]:
    for nth, (column, count) in enumerate(zip(matrix.columns, matrix.counts[at], strict=True)):
        x = _LABELS + _CELL_WIDTH * nth
        fits = (matrix.rows[at], column) in matrix.right
        shade = shade_of(count or 0, total, fits=fits)
        what = "not counted" if count is None else f"{count} of {total}"
        hint = element("title", f"{_spoken(matrix.rows[at])}, taken for {_spoken(column)}: {what}")
        yield element("rect", hint, class_=f"cell {shade}", x=x + 1, y=y + 1, width=_CELL_WIDTH - 2, height=_CELL_HEIGHT - 2, rx=3)
        centre = x + _CELL_WIDTH / 2
        if count is None:
            yield element("text", "–", class_="on blank", x=centre, y=y + 28, text_anchor="middle")
        elif count == 0:
            yield element("text", "0", class_="on blank", x=centre, y=y + 28, text_anchor="middle")
        else:
            yield element("text", str(count), class_=f"on {shade}", x=centre, y=y + 22, text_anchor="middle")
            yield element("text", _percent(count, total), class_=f"on small {shade}", x=centre, y=y + 37, text_anchor="middle")


def _percent(count: int, total: int) -> str:
    share = 100 * count / total
    return f"{share:.0f} %" if share >= 0.5 else "<1 %"


def _row_name(row: str, y: float) -> Element:
    name = _spoken(row)
    short = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
    hint = element("title", name) if short != name else None
    return element("text", hint, short, class_="label", x=_LABELS - 10, y=y + _CELL_HEIGHT / 2 + 5, text_anchor="end")


def shade_of(count: int, total: int, *, fits: bool) -> str:
    """The class of a cell: blank, or fit1 to fit5, or off1 to off5 by the share of its row."""
    if not count:
        return "blank fit0" if fits else "blank"
    return f"{'fit' if fits else 'off'}{1 + min(int(LEVELS * count / total), LEVELS - 1)}"


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _picture(name: str, width: float, height: float) -> Element:
    box = f"0 0 {width:g} {height:g}"
    return element("svg", element("title", name), class_="picture", viewBox=box, width=width, height=height, role="img", aria_label=name)


_SIDE, _LEFT, _UP, _STRIP = 320, 70, 18, 62


def reliability_picture(calibration: Calibration) -> Element:
    """For each bin the share of its records that match the gold, with Wilson's 95 % interval; below, how many records it has."""
    picture = _picture("Reliability of confidence", _LEFT + _SIDE + 24, _UP + _SIDE + 42 + _STRIP + 30)
    bottom = _UP + _SIDE
    for tick in range(0, 11, 2):
        x, y = _LEFT + _SIDE * tick / 10, bottom - _SIDE * tick / 10
        add(picture, element("line", class_="grid", x1=_LEFT, x2=_LEFT + _SIDE, y1=y, y2=y))
        add(picture, element("text", f"{tick / 10:g}", class_="quiet", x=_LEFT - 8, y=y + 5, text_anchor="end"))
        add(picture, element("text", f"{tick / 10:g}", class_="quiet", x=x, y=bottom + 18, text_anchor="middle"))
    for one in calibration.bins:
        add(picture, *_bin(one, bottom))
    add(picture, element("line", class_="ideal", x1=_LEFT, y1=bottom, x2=_LEFT + _SIDE, y2=_UP))
    add(picture, element("line", class_="edge", x1=_LEFT, y1=bottom, x2=_LEFT + _SIDE, y2=bottom))
    middle = _UP + _SIDE / 2
    turned = f"rotate(-90 18 {middle:g})"
    add(picture, element("text", "share that matches the gold", class_="axis", x=18, y=middle, text_anchor="middle", transform=turned))
    add(picture, element("text", "confidence of the record", class_="axis", x=_LEFT + _SIDE / 2, y=bottom + 38, text_anchor="middle"))
    add(picture, *_counts(calibration, bottom + 42))
    return picture


def _bin(one: Bin, bottom: float) -> Iterator[Element]:
    if not one.n:
        return
    x, width = _LEFT + _SIDE * one.low, _SIDE * (one.high - one.low)
    tall = _SIDE * one.share_right
    said = f"{one.low:g} to {one.high:g}: {one.right} of {one.n} right, mean confidence {one.confidence:.2f}"
    yield element("rect", element("title", said), class_="bar", x=x + 2, y=bottom - tall, width=width - 4, height=max(tall, 1))
    low, high = one.interval()
    centre = x + width / 2
    yield element("line", class_="whisker", x1=centre, x2=centre, y1=bottom - _SIDE * low, y2=bottom - _SIDE * high)
    yield element("circle", class_="dot", cx=_LEFT + _SIDE * one.confidence, cy=bottom - tall, r=4.5)


def _counts(calibration: Calibration, top: float) -> Iterator[Element]:
    """A strip of bars with the number of records in each bin."""
    most = max((one.n for one in calibration.bins), default=0) or 1
    bottom = top + _STRIP + 8
    for one in calibration.bins:
        x, width = _LEFT + _SIDE * one.low, _SIDE * (one.high - one.low)
        tall = (_STRIP - 22) * one.n / most
        if one.n:
            yield element("rect", class_="count", x=x + 2, y=bottom - tall, width=width - 4, height=max(tall, 1))
        yield element("text", str(one.n), class_="quiet", x=x + width / 2, y=bottom - tall - 5, text_anchor="middle")
    yield element("line", class_="edge", x1=_LEFT, y1=bottom, x2=_LEFT + _SIDE, y2=bottom)
    yield element("text", "records", class_="axis", x=_LEFT + _SIDE / 2, y=bottom + 20, text_anchor="middle")


def meter(share: float, *, small_is_good: bool) -> Element:
    """A bar of a table's cell; the number stands beside it."""
    full, level = 110, "level off" if small_is_good else "level"
    return element(
        "svg",
        element("rect", class_="trough", width=full, height=10, rx=3),
        element("rect", class_=level, width=round(full * min(max(share, 0.0), 1.0), 1), height=10, rx=3),
        class_="meter", viewBox=f"0 0 {full} 10", width=full, height=10, aria_hidden="true",
    )  # fmt: skip
