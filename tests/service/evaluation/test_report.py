"""The report is one file that does nothing: no scripts, no requests, no markup from documents; and it can be read."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree.ElementTree import tostring

import pytest

from domain.question import Verdict
from service.evaluation.charts import LEVELS, shade_of
from service.evaluation.found import FoundAnswer
from service.evaluation.gate import Baseline
from service.evaluation.gold import load_gold
from service.evaluation.judge import Evaluation, assess
from service.evaluation.markup import element, harmless
from service.evaluation.report import report_html
from service.evaluation.style import DARK, DARK_INKS, LIGHT, LIGHT_INKS, sheet
from tests.service.evaluation.planted import elsewhere, found, gold_json, on_decoy, planted, tasks_json, write_gold

HOSTILE = [
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "'><iframe src=https://evil.example></iframe>",
    "]]><!--<a href=javascript:alert(1)>",
    "&lt;b&gt; \u202egnirts\u202c \x00\x1b[2J \x85",
]  # fmt: skip


class Tags(HTMLParser):
    """Every tag with its attributes, and whether they close as they should."""

    VOID = frozenset({"meta"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def evaluation(folder: Path) -> Evaluation:
    gold = planted(folder)
    records = [found(gold, "r1"), found(gold, "r1", id="rec_z"), on_decoy(gold, "d1"), elsewhere(gold, 1)]
    answer = FoundAnswer(verdict=Verdict.ALLOWED.value, ranked=(records[0],), missing_facts=(), seconds=0.01)
    return assess(gold, records, [], {"t1": answer, "t2": answer})


def hostile(folder: Path, words: str) -> Evaluation:
    """The same with those words wherever a person or a document can put any."""
    gold, tasks = gold_json(), tasks_json()
    for record in gold["records"]:
        record["statement"] = words
    for decoy in gold["decoys"]:
        decoy["why"] = words
    gold["spans"][1]["text"] = words + " never found"
    tasks["tasks"][0]["task"] = words
    held = load_gold(write_gold(folder, gold, tasks), name=words)
    quote = {"quote": words, "path": words, "message_id": words, "place": words}
    records = [found(held, "x1", id=words, kind=words, statement=words, evidence=[quote])]
    answer = FoundAnswer(verdict=words, ranked=tuple(records), missing_facts=(words,), seconds=0.0)
    return assess(held, records, [], {"t1": answer, "t2": answer})


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_is_written_becomes_markup(tmp_path: Path, words: str) -> None:
    clean = Tags(report_html([hostile(tmp_path, "plain")], version="1", fallen=["plain"]))
    text = report_html([hostile(tmp_path, words)], version=words, fallen=[words])
    page = Tags(text)
    assert [tag for tag, _ in page.tags if tag != "title"] == [tag for tag, _ in clean.tags if tag != "title"]
    assert {name for _, attributes in page.tags for name in attributes} == {name for _, attributes in clean.tags for name in attributes}
    assert harmless(words) in "".join(page.words)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]", text)


def test_the_page_loads_runs_and_links_nothing(tmp_path: Path) -> None:
    text = report_html([evaluation(tmp_path)], version="1")
    page = Tags(text)
    assert page.open == []
    assert {tag for tag, _ in page.tags} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "a",
        "form",
        "base",
        "use",
        "image",
    } == set()
    names = {name for _, attributes in page.tags for name in attributes}
    assert not any(name.startswith("on") or name in ("href", "src", "style", "xlink:href") for name in names)
    assert "url(" not in text
    assert "@import" not in text
    assert "//" not in text
    policy = next(a["content"] for tag, a in page.tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy") or ""
    [style] = re.findall("<style>(.*?)</style>", text, re.S)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_the_same_evaluation_is_the_same_page(tmp_path: Path) -> None:
    assert report_html([evaluation(tmp_path)], version="1") == report_html([evaluation(tmp_path)], version="1")


def test_every_miss_stands_there_with_path_and_quote(tmp_path: Path) -> None:
    one = evaluation(tmp_path)
    assert [(m.sort, m.id) for m in one.misses] == [
        ("missed", "r2"), ("missed", "x1"), ("missed", "h1"), ("decoy", "rec_d1"), ("spurious", "rec_else_1"), ("duplicate", "rec_z"),
    ]  # fmt: skip
    words = "".join(Tags(report_html([one], version="1")).words)
    for miss in one.misses:
        assert miss.quote in words
        assert miss.path in words
        assert miss.note in words
    assert "question (d1)" in words
    assert "repeats r1" in words


def test_pictures_name_their_axes_and_count_in_their_cells(tmp_path: Path) -> None:
    text = report_html([evaluation(tmp_path)], version="1")
    pictures = re.findall(r'<svg[^>]*aria-label="([^"]*)".*?</svg>', text, re.S)
    assert pictures == ["Confusion of kinds", "Confusion of speech acts", "Reliability of confidence"]
    for axis in ("gold", "found", "read as", "confidence of the record", "share that matches the gold", "records"):
        assert re.search(rf'<text class="axis"[^>]*>{axis}</text>', text), axis
    assert "rule, taken for rule: 1 of 2" in text


def test_a_baseline_shows_what_changed_and_a_gate_what_fell(tmp_path: Path) -> None:
    before = Baseline(format=1, version="0", figures={"rule": 0.9, "duplicates": 0.5}, folders=())
    one = evaluation(tmp_path)
    words = " ".join(Tags(report_html([one, one], version="1", baseline=before, fallen=["rule fell far"])).words)
    assert "rule fell far" in words
    assert "-0.567 worse" in words  # one of two rules found by four records: F1 .333
    assert "-0.250 better" in words
    assert "passed" in "".join(Tags(report_html([one], version="1", fallen=[])).words)
    assert "gate" not in "".join(Tags(report_html([one], version="1")).words).replace(sheet(), "")


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance of #rrggbb."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("shades", "inks"), [(LIGHT, LIGHT_INKS), (DARK, DARK_INKS)], ids=["light", "dark"])
def test_text_can_be_read_on_every_shade_in_light_and_dark(shades: dict[str, tuple[str, ...]], inks: dict[str, str]) -> None:
    for pair in (pair for pairs in shades.values() for pair in pairs):
        assert contrast(*pair.split()) >= 4.5, pair
    for ground in (inks["paper"], inks["raised"]):
        for ink in ("ink", "quiet", "good", "bad"):
            assert contrast(inks[ink], ground) >= 4.5, (ink, ground)
    assert {len(pairs) for pairs in shades.values()} == {LEVELS}


def test_a_cell_is_shaded_by_its_share_of_the_row() -> None:
    assert [shade_of(count, 100, fits=True) for count in (0, 1, 19, 20, 99, 100)] == ["blank fit0", "fit1", "fit1", "fit2", "fit5", "fit5"]
    assert shade_of(0, 0, fits=False) == "blank"


def test_attributes_hold_what_they_are_given_and_no_more() -> None:
    page = Tags(tostring(element("p", "a", element("b", "<i>"), "&", title='"><img src=x>&'), encoding="unicode", method="html"))
    assert page.tags == [("p", {"title": '"><img src=x>&'}), ("b", {})]
    assert "".join(page.words) == "a<i>&"
