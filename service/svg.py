"""One process as a drawing for a page: lanes, tasks, what passes, and notes where an exception bends a step."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from domain.process import Process, ProcessMap
from service.bpmn import bpmn

_SPACES = {
    "b": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "i": "http://www.omg.org/spec/BPMN/20100524/DI",
    "c": "http://www.omg.org/spec/DD/20100524/DC",
    "d": "http://www.omg.org/spec/DD/20100524/DI",
}
#: Characters of a line and lines in a box, at the size in which the page writes them.
_WIDE = {"task": (20, 4), "note": (33, 5), "lane": (40, 1), "pool": (60, 1)}


@dataclass(frozen=True, slots=True)
class Shape:
    """``kind``: pool, lane, task or note. ``record``: the id of the record that it shows; "" for pools and lanes."""

    kind: str
    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]
    record: str
    undocumented: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """``kind``: flow or tie."""

    kind: str
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]


def drawing_of(process: Process) -> Drawing:
    """Placed as in the BPMN file, so that both show the same."""
    root = ET.fromstring(bpmn(ProcessMap((process,), ())))  # noqa: S314 # our own
    names = _names(root)
    records = _records(process)
    shapes, edges = [], []
    for shape in root.iterfind(".//i:BPMNShape", _SPACES):
        kind, text = names[shape.attrib["bpmnElement"]]
        bounds = shape.find("c:Bounds", _SPACES)
        assert bounds is not None
        x, y, width, height = (int(bounds.attrib[name]) for name in ("x", "y", "width", "height"))
        record, undocumented = records.get(text, ("", False)) if kind in ("task", "note") else ("", False)
        shapes.append(Shape(kind, x, y, width, height, _lines(text, kind), record, undocumented))
    for edge in root.iterfind(".//i:BPMNEdge", _SPACES):
        points = tuple((int(p.attrib["x"]), int(p.attrib["y"])) for p in edge.iterfind("d:waypoint", _SPACES))
        edges.append(Edge("tie" if edge.attrib["bpmnElement"].startswith("tie_") else "flow", points))
    width = max((s.x + s.width for s in shapes), default=100) + 10
    return Drawing(width, max((s.y + s.height for s in shapes), default=100) + 10, tuple(shapes), tuple(edges))


def _names(root: ET.Element) -> dict[str, tuple[str, str]]:
    """By id: what an element is and what it says."""
    found = {}
    for tag, kind in (("participant", "pool"), ("lane", "lane"), ("task", "task")):
        for element in root.iterfind(f".//b:{tag}", _SPACES):
            found[element.attrib["id"]] = kind, element.attrib.get("name", "")
    for element in root.iterfind(".//b:textAnnotation", _SPACES):
        found[element.attrib["id"]] = "note", element.findtext("b:text", "", _SPACES)
    return found


def _records(process: Process) -> dict[str, tuple[str, bool]]:
    """By what a box says: its record, and whether that is an exception that no formal paper states."""
    from service.mermaid import readable
    from service.process_map import one_line

    found: dict[str, tuple[str, bool]] = {}
    for step in process.steps:
        found[readable(step.action)] = step.record.id, False
    for handoff in process.handoffs:
        what = readable(handoff.record.artifact or "handoff")
        found[f"Hand over: {what}"] = found[f"Take: {what}"] = handoff.record.id, False
    for record in process.records():
        told = readable(one_line(record))
        found[f"{record.kind.value}: {told}"] = record.id, False
        found[f"{record.documentation.value} exception: {told}"] = record.id, record.documentation.value == "undocumented"
    return found


def _lines(text: str, kind: str) -> tuple[str, ...]:
    width, most = _WIDE[kind]
    lines = textwrap.wrap(text, width) or [""]
    return tuple(
        [*lines[: most - 1], textwrap.shorten(" ".join(lines[most - 1 :]), width, placeholder=" ...")] if len(lines) > most else lines
    )
