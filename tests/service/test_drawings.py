"""Mermaid and BPMN of a map: whole, sound, and no word of a record can break out of its label."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from domain.process_map import process_map
from domain.record import Record
from service.bpmn import bpmn
from service.mermaid import label, mermaid
from tests.domain.test_process_map import BENDS, EVERY, NUMBER, ORDER, PAPERS, PAY

SPACES = {
    "b": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "i": "http://www.omg.org/spec/BPMN/20100524/DI",
    "c": "http://www.omg.org/spec/DD/20100524/DC",
    "d": "http://www.omg.org/spec/DD/20100524/DI",
}
HOSTILE = [
    'a" ] end\nclick p1 "javascript:alert(1)"',
    "]]> <script>alert(1)</script> &amp; &#34;",
    "x`} )) /] |y| %%{init: {}}%% -->",
    "nul \x00 escape \x1b[2J bell \x07 turned \u202e lone \ud800 none \uffff",
    "#quot; ; subgraph z",
    "line one\u2028line two\r\nclass p1 evil",
    "",
]
#: A line is a name, a shape with one label, an arrow between names, or one of the words that make the frame.
LABEL = r'"(?:[^\W_]|[ ,.\u0300-\u036f]|#\d+;)*"'
LINE = re.compile(
    rf"flowchart LR|  end|  subgraph p\d+\[{LABEL}\]|    \w+ (?:---|-->|-\.-) \w+"
    rf"|    \w+(?:\(\[{LABEL}\]\)|\[{LABEL}\]|\[/{LABEL}/\]|\{{\{{{LABEL}\}}\}}|>{LABEL}\])"
)


def poisoned(text: str) -> list[Record]:
    """Every text of every record that a drawing shows."""
    made = []
    for one in EVERY:
        ends = {"sender": f"{one.sender} {text}", "receiver": f"{one.receiver} {text}", "artifact": text} if one.sender else {}
        made.append(replace(one, statement=f"{text} {one.statement}", action=text, channel=text, **ends))  # type: ignore[arg-type]
    return [*made, replace(PAY, id="rec_z", subject=f"{text} clerk", action=text)]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_or_injects_into_a_flowchart(text: str) -> None:
    lines = mermaid(process_map(poisoned(text), PAPERS)).splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert lines[0] == "flowchart LR"


def test_a_label_keeps_letters_of_any_script_and_turns_signs_into_entities() -> None:
    assert label("Café Ω 支払い, ok.") == '"Café Ω 支払い, ok."'
    assert label('"]\n;') == '"#34;#93; #59;"'
    assert label("\x00") == '" "'


def test_a_flowchart_has_its_arrows_and_its_exceptions() -> None:
    drawn = mermaid(process_map([ORDER, NUMBER, BENDS], PAPERS))
    assert "p1a2 --> p1h1\n    p1h1 --> p1a1\n" in drawn
    assert '[/"signed order"/]' in drawn
    assert "p2r1 -.- p2r1x1" in drawn
    assert "No record in force" in mermaid(process_map([], PAPERS))


def drawn(records: list[Record]) -> ET.Element:
    return ET.fromstring(bpmn(process_map(records, PAPERS)))


@pytest.mark.parametrize("records", [EVERY, [], *[poisoned(text) for text in HOSTILE]])
def test_bpmn_is_well_formed_and_every_reference_leads_somewhere(records: list[Record]) -> None:
    root = drawn(records)
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert all(count == 1 for count in Counter(ids).values())
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", one or "") for one in ids)
    leads = [one.get(name) for one in root.iter() for name in ("sourceRef", "targetRef", "processRef", "bpmnElement") if one.get(name)]
    inner = (f"{{{SPACES['b']}}}{name}" for name in ("incoming", "outgoing", "flowNodeRef"))
    leads += [one.text for tag in inner for one in root.iter(tag)]
    assert set(leads) <= set(ids)


def test_in_bpmn_each_task_is_in_one_lane_and_everything_has_its_shape_or_edge() -> None:
    root = drawn(EVERY)
    tasks = {one.get("id") for one in root.iterfind(".//b:task", SPACES)}
    assert Counter(one.text for one in root.iterfind(".//b:flowNodeRef", SPACES)) == Counter(dict.fromkeys(tasks, 1))
    shown = {one.get("bpmnElement") for one in root.iterfind(".//i:BPMNShape", SPACES)}
    assert shown == {o.get("id") for tag in ("participant", "lane", "task", "textAnnotation") for o in root.iterfind(f".//b:{tag}", SPACES)}
    edges = {one.get("bpmnElement") for one in root.iterfind(".//i:BPMNEdge", SPACES)}
    assert edges == {o.get("id") for tag in ("sequenceFlow", "association") for o in root.iterfind(f".//b:{tag}", SPACES)}
    assert all(len(edge.findall("d:waypoint", SPACES)) == 2 for edge in root.iterfind(".//i:BPMNEdge", SPACES))


def test_in_bpmn_a_handoff_is_a_flow_between_two_tasks_and_nothing_else_flows() -> None:
    root = drawn([ORDER, PAY, NUMBER, BENDS])
    [flow] = root.findall(".//b:sequenceFlow", SPACES)
    names = {one.get("id"): one.get("name") for one in root.iterfind(".//b:task", SPACES)}
    assert (names[flow.get("sourceRef")], names[flow.get("targetRef")]) == ("Hand over: signed order", "Take: signed order")
    notes = [one.findtext("b:text", namespaces=SPACES) for one in root.iterfind(".//b:textAnnotation", SPACES)]
    assert f"undocumented exception: {BENDS.statement}" in notes


def test_in_bpmn_no_two_tasks_or_notes_overlap() -> None:
    root = drawn(EVERY)
    kinds = {o.get("id") for tag in ("task", "textAnnotation") for o in root.iterfind(f".//b:{tag}", SPACES)}
    boxes = []
    for shape in root.iterfind(".//i:BPMNShape", SPACES):
        bounds = shape.find("c:Bounds", SPACES)
        assert bounds is not None
        if shape.get("bpmnElement") in kinds:
            x, y, width, height = (int(bounds.get(name, "")) for name in ("x", "y", "width", "height"))
            boxes.append((x, y, x + width, y + height))
    pairs = [(a, b) for n, a in enumerate(boxes) for b in boxes[:n]]
    assert pairs
    assert not any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for a, b in pairs)


def test_drawings_do_not_depend_on_the_order_of_records() -> None:
    shuffled = random.Random(7).sample(EVERY, len(EVERY))
    one, other = process_map(EVERY, PAPERS), process_map(shuffled, PAPERS)
    assert (mermaid(one), bpmn(one)) == (mermaid(other), bpmn(other))
