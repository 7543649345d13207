"""One evaluation as one HTML file that needs nothing else: figures, pictures, and every miss with its quote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from service.evaluation import calibration, confusion
from service.evaluation.charts import matrix_picture, meter, reliability_picture
from service.evaluation.figures import CASES, FIELDS, FOUND, SMALL_IS_GOOD, figures_of, mean_figures
from service.evaluation.gate import Baseline, worsening
from service.evaluation.judge import Evaluation
from service.evaluation.markup import Part, element, page
from service.evaluation.report_lists import miss_lists, notes, wrong_cases
from service.evaluation.style import policy, sheet


def report_html(
    evaluations: Sequence[Evaluation], *, version: str, baseline: Baseline | None = None, fallen: Sequence[str] | None = None
) -> str:
    """``fallen``: what the gate says, empty where it is passed; None: there was no gate."""
    names = ", ".join(one.gold.name for one in evaluations)
    title = f"Evaluation of {names}"
    figures = mean_figures([figures_of(one) for one in evaluations])
    body = element(
        "body",
        element("h1", title),
        element("p", _made_from(evaluations, version), class_="quiet"),
        _gate(fallen),
        *_figures(evaluations, figures, baseline),
        *_kinds(evaluations),
        *_acts(evaluations),
        *_decoys(evaluations),
        *_calibration(evaluations),
        *wrong_cases(evaluations),
        *miss_lists(evaluations),
        *notes(evaluations),
    )
    style = sheet()
    return page(title, style, policy(style), body)


def _made_from(evaluations: Sequence[Evaluation], version: str) -> str:
    records = sum(len(one.gold.records) for one in evaluations)
    decoys = sum(len(one.gold.decoys) for one in evaluations)
    files = sum(one.files for one in evaluations)
    days = ", ".join(dict.fromkeys(one.gold.today for one in evaluations))
    means = f" Figures are means over {len(evaluations)} folders; pictures add their counts." if len(evaluations) > 1 else ""
    return f"Groundrule {version}; {files} files with {records} records and {decoys} decoys marked; as of {days}.{means}"


def _gate(fallen: Sequence[str] | None) -> Part:
    if fallen is None:
        return None
    if not fallen:
        return element("div", element("strong", "The gate is passed."), class_="gate good")
    lines = element("ul", *(element("li", line) for line in fallen))
    return element("div", element("strong", "The gate is not passed:"), lines, class_="gate bad")


def _figures(evaluations: Sequence[Evaluation], figures: Mapping[str, float], baseline: Baseline | None) -> Iterator[Element]:
    each = [(one.gold.name, figures_of(one)) for one in evaluations] if len(evaluations) > 1 else []
    before = baseline.figures if baseline else None
    yield element("h2", "Records")
    yield _table(["F1", "", "precision", "recall"], FOUND, figures, each, before)
    yield element("h2", "Fields of matched records")
    yield element("p", "The share of matched records that have the field right; for values, the F1 of the amounts.", class_="note")
    yield _table(["share", ""], FIELDS, figures, each, before)
    yield element("h2", "What must stay small")
    note = "Decoys taken: records on a decoy, for each decoy marked. Duplicates: their share of all records. Calibration error: see below."
    yield element("p", note, class_="note")
    yield _table(["share", ""], ("decoys_taken", "duplicates", "calibration_error"), figures, each, before)
    if any(name in figures for name in CASES):
        yield element("h2", "Cases")
        note = "Shares of the cases: the deciding record comes first, or among five; the verdict is right; a decoy is among the first five."
        yield element("p", note, class_="note")
        yield _table(["share", ""], CASES, figures, each, before)


def _table(
    columns: Sequence[str],
    names: Sequence[str],
    figures: Mapping[str, float],
    each: Sequence[tuple[str, Mapping[str, float]]],
    before: Mapping[str, float] | None,
) -> Element:
    heads = [*columns, *(name for name, _ in each), *(["before", "change"] if before is not None else [])]
    rows = [element("tr", element("th", "figure"), *(element("th", head, class_="number") for head in heads))]
    for name in names:
        if name not in figures:
            continue
        parts: list[Part] = [
            element("td", name.replace("_", " ")),
            _number(figures.get(name)),
            element("td", meter(figures[name], small_is_good=name in SMALL_IS_GOOD)),
        ]
        if "precision" in columns:
            parts += [_number(figures.get(f"{name}.precision")), _number(figures.get(f"{name}.recall"))]
        parts += [_number(held.get(name)) for _, held in each]
        if before is not None:
            parts += [_number(before.get(name)), _change(name, before.get(name), figures[name])]
        rows.append(element("tr", *parts))
    return element("div", element("table", *rows), class_="wide")


def _number(value: float | None) -> Element:
    return element("td", "–" if value is None else f"{value:.3f}", class_="number")


def _change(name: str, before: float | None, value: float) -> Element:
    if before is None or before == value:
        return element("td", "–" if before is None else "0", class_="number")
    word = "worse" if worsening(name, before, value) > 0 else "better"
    return element("td", f"{value - before:+.3f} {word}", class_=f"number {word}")


def _key(right: str, wrong: str) -> Element:
    return element("p", element("span", class_="key fit"), right, element("span", class_="key off"), wrong, class_="note")


def _kinds(evaluations: Sequence[Evaluation]) -> Iterator[Element]:
    yield element("h2", "Kinds: what gold passages were taken for")
    yield element(
        "p",
        "Each row is what the gold says a passage is, each column the kind of record found on it; the share is that of the row. "
        "The last row counts records that lie on no marked passage at all.",
        class_="note",
    )
    yield _key("as it should be", "taken for something else")
    picture = confusion.pooled([one.kinds for one in evaluations])
    yield element("div", matrix_picture(picture, name="Confusion of kinds", rows="gold", columns="found"), class_="wide")


def _acts(evaluations: Sequence[Evaluation]) -> Iterator[Element]:
    yield element("h2", "Speech acts: how gold passages were read")
    yield element(
        "p",
        "Each row is a kind of norm or a sort of decoy, each column the speech act of the sentence read there. Not kept: no sentence of it "
        "was taken for more than talk. A norm may be stated or granted, an exception may also be asked for. Dashed cells would fit and "
        "are empty.",
        class_="note",
    )
    yield _key("fits what the passage is", "does not fit")
    picture = confusion.pooled([one.acts for one in evaluations])
    yield element("div", matrix_picture(picture, name="Confusion of speech acts", rows="gold", columns="read as"), class_="wide")


def _decoys(evaluations: Sequence[Evaluation]) -> Iterator[Element]:
    sorts: dict[str, list[int]] = {}
    for one in evaluations:
        for why, share in one.records.decoys_taken.items():
            taken, of = sorts.get(why, [0, 0])
            sorts[why] = [taken + share.right, of + share.of]
    if not sorts:
        return
    yield element("h2", "Decoys by sort")
    rows = [
        element("tr", element("th", "sort"), element("th", "records on one", class_="number"), element("th", "marked", class_="number"))
    ]
    for why, (taken, of) in sorted(sorts.items(), key=lambda item: (-item[1][0], -item[1][1], item[0])):
        rows.append(element("tr", element("td", why), element("td", str(taken), class_="number"), element("td", str(of), class_="number")))
    yield element("div", element("table", *rows), class_="wide")


def _calibration(evaluations: Sequence[Evaluation]) -> Iterator[Element]:
    held = calibration.pooled([one.calibration for one in evaluations])
    yield element("h2", "Calibration: can the confidence be believed?")
    words = (
        f"Of {held.n} records; expected calibration error {held.error:.3f}. Bars and dots: the share of the records in each tenth of "
        "confidence that match the gold; the line through each bar is its 95 % interval. On the dashed line confidence is true."
    )
    yield element("p", words, class_="note")
    heads = ("confidence", "records", "right", "mean confidence", "share right")
    rows = [element("tr", *(element("th", head, class_="number" if at else "") for at, head in enumerate(heads)))]
    for one in held.bins:
        told = (str(one.n), str(one.right), f"{one.confidence:.2f}", f"{one.share_right:.2f}") if one.n else ("0", "0", "–", "–")
        cells = (element("td", text, class_="number") for text in told)
        rows.append(element("tr", element("td", f"{one.low:.1f} to {one.high:.1f}"), *cells))
    yield element("div", reliability_picture(held), element("table", *rows), class_="beside")
