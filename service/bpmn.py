"""A map of processes as BPMN 2.0, with a plain layout so that viewers show it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree import ElementTree as ET

from domain.actors import key_of
from domain.ids import content_id
from domain.process import Passing, Process, ProcessMap, Step
from domain.record import Record
from service.mermaid import readable
from service.process_map import one_line

_MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_SPACES = {
    "bpmn": _MODEL,
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
#: Pixels. A cell holds a task with room around it; notes stand in rows below their pool.
_HEAD, _LANE_HEAD, _CELL, _LANE, _TASK_WIDTH, _TASK_HEIGHT = 30, 30, 180, 110, 140, 70
_NOTE_WIDTH, _NOTE_HEIGHT, _GAP, _NOTES_IN_A_ROW = 240, 90, 30, 4


class _Box(NamedTuple):
    x: int
    y: int
    width: int
    height: int

    @property
    def top(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y

    @property
    def bottom(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height

    @property
    def left(self) -> tuple[int, int]:
        return self.x, self.y + self.height // 2

    @property
    def right(self) -> tuple[int, int]:
        return self.x + self.width, self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class _Task:
    """``row`` and ``column``: its lane and its place in it."""

    id: str
    name: str
    record: Record
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class _Flow:
    id: str
    name: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class _Note:
    """``on``: the id of what it is said of, a task or another note; None for what is said of the process."""

    id: str
    text: str
    on: str | None


@dataclass(slots=True)
class _Drawn:
    """What of a process is drawn."""

    tasks: list[_Task] = field(default_factory=list)
    flows: list[_Flow] = field(default_factory=list)
    notes: list[_Note] = field(default_factory=list)


def bpmn(mapped: ProcessMap) -> bytes:
    """UTF-8 XML. Processes are pools, who acts are lanes, a handoff is a flow between two tasks, exceptions are notes on them."""
    for prefix, space in _SPACES.items():
        ET.register_namespace(prefix, space)
    root = ET.Element(_tag("bpmn:definitions"), {"id": "groundrule", "targetNamespace": "urn:groundrule:process-map"})
    collaboration = _add(root, "bpmn:collaboration", id="collaboration")
    plane_of = [(process, _drawn(process)) for process in mapped.processes]
    for process, drawn in plane_of:
        _add(collaboration, "bpmn:participant", id=f"pool_{process.id}", name=readable(process.name), processRef=f"process_{process.id}")
        _write(root, process, drawn)
    plane = _add(_add(root, "bpmndi:BPMNDiagram", id="diagram"), "bpmndi:BPMNPlane", id="plane", bpmnElement="collaboration")
    y = 0
    for process, drawn in plane_of:
        y = _lay_out(plane, process, drawn, y) + 2 * _GAP
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def _tag(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_SPACES[prefix]}}}{local}"


def _add(parent: ET.Element, tag: str, /, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, _tag(tag), attributes)


def _text(parent: ET.Element, tag: str, text: str) -> None:
    _add(parent, tag).text = text


def _drawn(process: Process) -> _Drawn:
    rows = {key_of(name): row for row, name in enumerate(process.actors)}
    drawn, filled = _Drawn(), Counter[int]()
    for handoff in process.handoffs:
        _draw_handoff(drawn, handoff, rows, filled)
    for step in process.steps:
        _draw_step(drawn, step, rows[key_of(step.actor)], filled)
    for bound in process.rules:
        note = _note_id(bound.record)
        drawn.notes.append(_Note(note, f"{bound.record.kind.value}: {readable(one_line(bound.record))}", None))
        drawn.notes += _notes(bound.exceptions, note)
    drawn.notes += _notes(process.exceptions, None)
    return drawn


def _draw_step(drawn: _Drawn, step: Step, row: int, filled: Counter[int]) -> None:
    task = content_id("task", step.record.id)
    drawn.tasks.append(_Task(task, readable(step.action), step.record, row, filled[row]))
    filled[row] += 1
    drawn.notes += _notes(step.exceptions, task)


def _draw_handoff(drawn: _Drawn, handoff: Passing, rows: Mapping[frozenset[str], int], filled: Counter[int]) -> None:
    """What is handed over and taken stands in one column, so that the flow between the two is one straight line."""
    record = handoff.record
    what = readable(record.artifact or "handoff")
    above, below = rows[key_of(record.sender)], rows[key_of(record.receiver)]
    column = max(filled[above], filled[below])
    give, take = _give(record.id), content_id("take", record.id)
    drawn.tasks.append(_Task(give, f"Hand over: {what}", record, above, column))
    drawn.tasks.append(_Task(take, f"Take: {what}", record, below, column + (above == below)))
    filled[above] = column + 1
    filled[below] = column + 1 + (above == below)
    name = f"{what} by {readable(record.channel)}" if record.channel else what
    drawn.flows.append(_Flow(content_id("flow", record.id), name, give, take))
    drawn.flows += [_Flow(content_id("flow", record.id, then), what, take, _give(then)) for then in handoff.then]
    drawn.notes += _notes(handoff.exceptions, give)


def _give(record_id: str) -> str:
    return content_id("give", record_id)


def _note_id(record: Record) -> str:
    return content_id("note", record.id)


def _notes(exceptions: Iterable[Record], on: str | None) -> list[_Note]:
    return [_Note(_note_id(r), f"{r.documentation.value} exception: {readable(one_line(r))}", on) for r in exceptions]


def _write(root: ET.Element, process: Process, drawn: _Drawn) -> None:
    """In the order that the standard's schema asks for: lanes, then tasks and flows, then notes and what ties them."""
    made = _add(root, "bpmn:process", id=f"process_{process.id}", name=readable(process.name), isExecutable="false")
    if process.actors:
        _write_lanes(made, process, drawn)
    coming, going = defaultdict(list), defaultdict(list)
    for flow in drawn.flows:
        coming[flow.target].append(flow.id)
        going[flow.source].append(flow.id)
    for task in drawn.tasks:
        element = _add(made, "bpmn:task", id=task.id, name=task.name)
        _text(element, "bpmn:documentation", _told(task.record))
        for tag, flows in (("bpmn:incoming", coming), ("bpmn:outgoing", going)):
            for flow_id in flows[task.id]:
                _text(element, tag, flow_id)
    for flow in drawn.flows:
        _add(made, "bpmn:sequenceFlow", id=flow.id, name=flow.name, sourceRef=flow.source, targetRef=flow.target)
    for note in drawn.notes:
        _text(_add(made, "bpmn:textAnnotation", id=note.id), "bpmn:text", note.text)
    for note in drawn.notes:
        if note.on is not None:
            _add(made, "bpmn:association", id=f"tie_{note.id}", sourceRef=note.on, targetRef=note.id)


def _write_lanes(made: ET.Element, process: Process, drawn: _Drawn) -> None:
    lanes = _add(made, "bpmn:laneSet", id=f"lanes_{process.id}")
    inside = defaultdict(list)
    for task in drawn.tasks:
        inside[task.row].append(task.id)
    for row, actor in enumerate(process.actors):
        lane = _add(lanes, "bpmn:lane", id=_lane(process, row), name=readable(actor))
        for task_id in inside[row]:
            _text(lane, "bpmn:flowNodeRef", task_id)


def _lane(process: Process, row: int) -> str:
    return content_id("lane", process.id, " ".join(sorted(key_of(process.actors[row]))))


def _told(record: Record) -> str:
    """The statement, what must come along, and where it stands."""
    citation = record.evidence[0].citation
    fields = ", ".join(f"{one.name}{'' if one.required else ' (optional)'}" for one in record.fields)
    place = ", ".join(part for part in (citation.path, citation.place.shown()) if part)
    return " ".join(
        readable(part) for part in (record.statement, f"[fields: {fields}]" if fields else "", f"({place}, {record.id})") if part
    )


def _lay_out(plane: ET.Element, process: Process, drawn: _Drawn, y: int) -> int:
    """Draws the pool from ``y`` down; where it ends."""
    columns = max((task.column + 1 for task in drawn.tasks), default=1)
    pool = _Box(0, y, _HEAD + _LANE_HEAD + columns * _CELL, max(1, len(process.actors)) * _LANE)
    _shape(plane, f"pool_{process.id}", pool, isHorizontal="true")
    for row in range(len(process.actors)):
        _shape(plane, _lane(process, row), _Box(_HEAD, y + row * _LANE, pool.width - _HEAD, _LANE), isHorizontal="true")
    boxes = {}
    for task in drawn.tasks:
        x = _HEAD + _LANE_HEAD + task.column * _CELL + (_CELL - _TASK_WIDTH) // 2
        boxes[task.id] = _Box(x, y + task.row * _LANE + (_LANE - _TASK_HEIGHT) // 2, _TASK_WIDTH, _TASK_HEIGHT)
        _shape(plane, task.id, boxes[task.id])
    for number, note in enumerate(drawn.notes):
        row, column = divmod(number, _NOTES_IN_A_ROW)
        x, below = column * (_NOTE_WIDTH + _GAP), y + pool.height + _GAP + row * (_NOTE_HEIGHT + _GAP)
        boxes[note.id] = _Box(x, below, _NOTE_WIDTH, _NOTE_HEIGHT)
        _shape(plane, note.id, boxes[note.id])
    for flow in drawn.flows:
        _edge(plane, flow.id, *_between(boxes[flow.source], boxes[flow.target]))
    for note in drawn.notes:
        if note.on is not None:
            _edge(plane, f"tie_{note.id}", boxes[note.on].bottom, boxes[note.id].top)
    rows = -(-len(drawn.notes) // _NOTES_IN_A_ROW)
    return y + pool.height + rows * (_NOTE_HEIGHT + _GAP)


def _between(source: _Box, target: _Box) -> tuple[tuple[int, int], tuple[int, int]]:
    """From the nearest side to the nearest: across where both are in one lane, else up or down."""
    if source.y == target.y:
        return (source.right, target.left) if source.x < target.x else (source.left, target.right)
    return (source.bottom, target.top) if source.y < target.y else (source.top, target.bottom)


def _shape(plane: ET.Element, of: str, box: _Box, **attributes: str) -> None:
    shape = _add(plane, "bpmndi:BPMNShape", id=f"shape_{of}", bpmnElement=of, **attributes)
    _add(shape, "dc:Bounds", x=str(box.x), y=str(box.y), width=str(box.width), height=str(box.height))


def _edge(plane: ET.Element, of: str, *points: tuple[int, int]) -> None:
    edge = _add(plane, "bpmndi:BPMNEdge", id=f"edge_{of}", bpmnElement=of)
    for x, y in points:
        _add(edge, "di:waypoint", x=str(x), y=str(y))
