"""The shapes and examples of the map of processes and of its coverage."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.schemas import Answered, Asked, DocumentationName, FieldBody, IsoDay, Kind


class ProcessMapQuery(Asked):
    as_of: IsoDay | None = Field(default=None, description="from what holds on that day; today where it is missing")
    process: str | None = Field(default=None, min_length=1, max_length=100, description="the id of one; all where it is missing")
    format: Literal["json", "mermaid", "bpmn"] = "json"


class CoverageQuery(Asked):
    as_of: IsoDay | None = Field(default=None, description="of what holds on that day; today where it is missing")


class SpotBody(Answered):
    document: str
    path: str
    quote: str
    start: int
    end: int
    place: str


class NormBody(Answered):
    record: str
    statement: str
    documentation: DocumentationName
    line: str = Field(description="the statement on one line of at most 124 characters")
    citation: SpotBody


class BendBody(NormBody):
    bends: str | None = Field(description="the record that it overrides")
    effect: Literal["lifts", "relaxes", "tightens", "replaces"] | None


class BoundBody(NormBody):
    modality: Literal["obligation", "prohibition", "permission"] | None
    exceptions: list[BendBody]


class StepBody(BoundBody):
    id: str
    actor: str
    action: str


class PassingBody(NormBody):
    sender: str = Field(alias="from")
    to: str
    artifact: str | None
    channel: str | None
    fields: list[FieldBody]
    then: list[str] = Field(description="handoffs that pass the same thing on from where this one ends")
    exceptions: list[BendBody]


class OwnerBody(Answered):
    who: str
    records: list[str] = Field(description="the records that name them as approving, catching or to be asked")


class ProcessBody(Answered):
    id: str
    name: str
    papers: list[str] = Field(description="titles of the papers that state it")
    actors: list[str]
    owners: list[OwnerBody]
    steps: list[StepBody]
    handoffs: list[PassingBody]
    rules: list[BoundBody] = Field(description="rules that are no step: prohibitions, and those of which no record says who acts")
    exceptions: list[BendBody] = Field(description="exceptions of which no rule in force was found")


class UnplacedBody(NormBody):
    kind: Kind
    why: str


class ProcessMapBody(Answered):
    revision: int
    as_of: IsoDay
    processes: list[ProcessBody]
    unplaced: list[UnplacedBody]


class CountBody(Answered):
    documented: int
    total: int


class KindsBody(Answered):
    rule: CountBody
    exception: CountBody
    handoff: CountBody


class OnlyInPracticeBody(Answered):
    id: str
    kind: Kind
    statement: str
    owner: str | None = Field(description="who handles it, else who granted or stated it")
    first_seen: IsoDay | None
    age_days: int | None
    occasions: int
    last_seen: str | None


class ShareBody(Answered):
    visible: float | None = Field(description="documented by total, 0 to 1; null where nothing governs")
    documented: int
    total: int
    kinds: KindsBody
    one_off_exceptions: int = Field(description="favours granted once, which are in no other number")
    exceptions_without_rule: int
    only_in_practice: list[OnlyInPracticeBody]


class CoveredBody(ShareBody):
    id: str
    name: str


class CoverageBody(Answered):
    revision: int
    as_of: IsoDay
    total: ShareBody
    processes: list[CoveredBody]
    unplaced: ShareBody = Field(description="what stands in no process")


def _spot(path: str, quote: str, place: str) -> dict[str, object]:
    return {"document": "doc_e4d909c290d0fb1ca068", "path": path, "quote": quote, "start": 812, "end": 812 + len(quote), "place": place}


_RULE = "Every invoice above EUR 500 must carry a purchase order number."
_ORDER = "Purchasing sends accounts payable the signed order with its order number."
_GRANT = "Kestrel never manages a PO. Pay anything below EUR 5,000 as long as I am in copy."
_KESTREL = "Invoices of Kestrel Metals below EUR 5,000 are paid without a purchase order number."

MAP_EXAMPLE: dict[str, object] = {
    "revision": 812,
    "as_of": "2026-03-01",
    "processes": [
        {
            "id": "prc_2c26b46b68ffc68ff99b",
            "name": "1.1 Purchase orders",
            "papers": ["Accounts payable"],
            "actors": ["accounts payable", "purchasing"],
            "owners": [{"who": "Dana Whitcombe", "records": ["rec_5d41402abc4b2a76b971"]}],
            "steps": [],
            "handoffs": [
                {
                    "from": "purchasing",
                    "to": "accounts payable",
                    "artifact": "signed order",
                    "channel": None,
                    "fields": [{"name": "order number", "required": True}],
                    "record": "rec_fcde2b2edba56bf40860",
                    "statement": _ORDER,
                    "documentation": "documented",
                    "line": _ORDER,
                    "citation": _spot("policies/ap.pdf", _ORDER, "1.1 Purchase orders, p. 1"),
                    "then": [],
                    "exceptions": [],
                }
            ],
            "rules": [
                {
                    "modality": "obligation",
                    "record": "rec_098f6bcd4621d373cade",
                    "statement": _RULE,
                    "documentation": "documented",
                    "line": _RULE,
                    "citation": _spot("policies/ap.pdf", _RULE, "1.1 Purchase orders, p. 1"),
                    "exceptions": [
                        {
                            "record": "rec_5d41402abc4b2a76b971",
                            "statement": _KESTREL,
                            "documentation": "undocumented",
                            "line": _KESTREL,
                            "citation": _spot("mail/kestrel.eml", _GRANT, "dana.whitcombe@northwell.example, 2026-01-14, Re: Kestrel"),
                            "bends": "rec_098f6bcd4621d373cade",
                            "effect": "relaxes",
                        }
                    ],
                }
            ],
            "exceptions": [],
        }
    ],
    "unplaced": [],
}

MERMAID_EXAMPLE = (
    'flowchart LR\n  subgraph p1["Purchase orders"]\n    p1a1(["accounts payable"])\n    p1a2(["purchasing"])\n'
    '    p1h1[/"signed order"/]\n    p1a2 --> p1h1\n    p1h1 --> p1a1\n  end\n'
)
BPMN_EXAMPLE = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="groundrule" '
    'targetNamespace="urn:groundrule:process-map"><bpmn:collaboration id="collaboration" /></bpmn:definitions>'
)

_NOTHING: dict[str, object] = {
    "visible": None,
    "documented": 0,
    "total": 0,
    "kinds": {kind: {"documented": 0, "total": 0} for kind in ("rule", "exception", "handoff")},
    "one_off_exceptions": 0,
    "exceptions_without_rule": 0,
    "only_in_practice": [],
}
_SHARE: dict[str, object] = {
    "visible": 0.6667,
    "documented": 2,
    "total": 3,
    "kinds": {
        "rule": {"documented": 1, "total": 1},
        "exception": {"documented": 0, "total": 1},
        "handoff": {"documented": 1, "total": 1},
    },
    "one_off_exceptions": 0,
    "exceptions_without_rule": 0,
    "only_in_practice": [
        {
            "id": "rec_5d41402abc4b2a76b971",
            "kind": "exception",
            "statement": _KESTREL,
            "owner": "Dana Whitcombe",
            "first_seen": "2025-11-03",
            "age_days": 118,
            "occasions": 3,
            "last_seen": "2026-01-14",
        }
    ],
}
COVERAGE_EXAMPLE: dict[str, object] = {
    "revision": 812,
    "as_of": "2026-03-01",
    "total": _SHARE,
    "processes": [{"id": "prc_2c26b46b68ffc68ff99b", "name": "1.1 Purchase orders", **_SHARE}],
    "unplaced": _NOTHING,
}
