"""A map of processes as a Mermaid flowchart; no word of a record can end a label or begin a command."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from domain.actors import key_of
from domain.process import Process, ProcessMap
from domain.record import Record
from service.process_map import one_line

#: Marks that a label shows as they are; every other sign that is no letter or digit becomes an entity.
_PLAIN = frozenset(" ,.")
#: Joins letters of Persian and of Indian scripts, which read differently without them.
_JOINERS = frozenset("\u200c\u200d")


def readable(text: str) -> str:
    """One line without control characters, turns of direction, lone surrogates and what is no character."""
    kept = "".join(c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn", "Co") or c in _JOINERS else " " for c in text)
    return " ".join(kept.split())


def label(text: str) -> str:
    """In double quotes; signs become ``#NN;``, Mermaid's entities."""
    shown = "".join(c if c.isalnum() or c in _PLAIN or unicodedata.category(c)[0] == "M" else f"#{ord(c)};" for c in readable(text))
    return f'"{shown or " "}"'


def mermaid(mapped: ProcessMap) -> str:
    """Processes are subgraphs; who acts is a node, a handoff an arrow, a step a box, an exception a flag on a dotted line."""
    lines = ["flowchart LR"]
    for number, process in enumerate(mapped.processes, 1):
        lines += [f"  subgraph p{number}[{label(process.name)}]", *(f"    {line}" for line in _process(process, f"p{number}")), "  end"]
    if not mapped.processes:
        lines.append(f"  nothing[{label('No record in force tells of a process')}]")
    return "\n".join(lines) + "\n"


def _process(process: Process, prefix: str) -> Iterator[str]:
    actors = {}
    for number, name in enumerate(process.actors, 1):
        actors[key_of(name)] = f"{prefix}a{number}"
        yield f"{prefix}a{number}([{label(name)}])"
    for number, step in enumerate(process.steps, 1):
        node = f"{prefix}s{number}"
        yield f"{node}[{label(step.action)}]"
        yield f"{actors[key_of(step.actor)]} --- {node}"
        yield from _exceptions(node, step.exceptions)
    for number, handoff in enumerate(process.handoffs, 1):
        record, node = handoff.record, f"{prefix}h{number}"
        what = f"{record.artifact or 'handoff'}{f' by {record.channel}' if record.channel else ''}"
        yield f"{node}[/{label(what)}/]"
        yield f"{actors[key_of(record.sender)]} --> {node}"
        yield f"{node} --> {actors[key_of(record.receiver)]}"
        yield from _exceptions(node, handoff.exceptions)
    for number, bound in enumerate(process.rules, 1):
        node = f"{prefix}r{number}"
        yield f"{node}{{{{{label(one_line(bound.record))}}}}}"
        yield from _exceptions(node, bound.exceptions)
    for number, record in enumerate(process.exceptions, 1):
        yield f"{prefix}x{number}>{label(_told(record))}]"


def _exceptions(node: str, exceptions: tuple[Record, ...]) -> Iterator[str]:
    for number, record in enumerate(exceptions, 1):
        yield f"{node}x{number}>{label(_told(record))}]"
        yield f"{node} -.- {node}x{number}"


def _told(record: Record) -> str:
    return f"{record.documentation.value} exception: {one_line(record)}"
