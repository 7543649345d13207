"""Two workspaces of papers with a canary word in each and records that rest on one or two of them, in a ledger without models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from domain.access import LOCAL, ApiKey, Caller, Scope
from domain.document import DocumentKind
from domain.ids import content_id
from domain.label_port import Labelling
from domain.passage import Passage, Place
from domain.ports import Reading
from domain.record import Documentation, Effect, Evidence, EvidenceRole, NearMiss, Record, RecordKind, Recurrence, Status
from domain.source import source_of
from domain.statement import HandoffField, Modality, ScopeItem
from domain.value import Value, ValueKind
from service.keys import digest_of
from service.settings import Settings
from service.wiring import App
from store.memory_index import MemoryIndex
from store.memory_ledger import MemoryLedger
from tests.api.papers import AT, VECTOR, evidence, paper

WORKSPACES = ("default", "elsewhere")
PATHS = ("public.md", "hr/pay.md", "legal/suit.md", "both/deal.md")
LABELS = (frozenset[str](), frozenset({"hr"}), frozenset({"legal"}), frozenset({"hr", "legal"}))
ROLES = EvidenceRole
KINDS = (RecordKind.RULE, RecordKind.EXCEPTION, RecordKind.HANDOFF, RecordKind.RULE)


class Still:
    """Encoder and topics in one: every text is the same to it."""

    def encode(self, texts: list[str]) -> list[tuple[float, ...]]:
        return [VECTOR for _ in texts]

    def of_question(self, _: str) -> bytes:
        return b""


def canary(workspace: str, path: str) -> str:
    """One word that stands nowhere else, for every version of the file."""
    return f"zq{workspace[:3]}{path.partition('/')[0].partition('.')[0]}canary"


@dataclass(frozen=True, slots=True)
class Key:
    """``labels`` None: all."""

    workspace: str
    labels: frozenset[str] | None

    @property
    def secret(self) -> str:
        return f"gr_{self.workspace}_{'all' if self.labels is None else '+'.join(sorted(self.labels))}"


KEYS = tuple(Key(workspace, labels) for workspace in WORKSPACES for labels in (*LABELS, None))


class World:
    """``seen``: every record that there has ever been, by id, with the paths that it cannot do without, and its workspace."""

    def __init__(self) -> None:
        self.app = App(Settings(data_dir=Path("/nowhere"), rate_limit=0, stranger_rate_limit=0), MemoryLedger(), own_index=False)
        self.app._encoder = self.app._topics = Still()  # type: ignore[assignment] # no model is loaded
        self.app._index = MemoryIndex()
        self.present: dict[str, dict[str, int]] = {workspace: {} for workspace in WORKSPACES}
        self.records: dict[str, tuple[str, frozenset[str]]] = {}
        self.documents: dict[str, tuple[str, str]] = {}
        self.labels: dict[tuple[str, str], frozenset[str]] = {}
        for number, key in enumerate(KEYS):
            scopes = frozenset({Scope.READ, Scope.WRITE, Scope.REVIEW, Scope.ADMIN})
            self.app.ledger.add_key(
                ApiKey(f"key_{number}", key.workspace, f"k{number}", digest_of(key.secret), scopes, AT, None, key.labels)
            )

    def ingest(self, workspace: str, path: str, version: int, labels: frozenset[str]) -> None:
        from service.labels import label_arriving

        caller: Caller = replace(LOCAL, workspace=workspace)
        label_arriving(self.app, caller, [path], labels)
        self.labels[workspace, path] = self.labels.get((workspace, path), frozenset()) | labels
        document, data = paper(path, DocumentKind.POLICY, _texts(workspace, path, version))
        source = source_of(data, path, "text/plain")
        passages = tuple(
            Passage(content_id("psg", document.id, b.span.start), document.id, b.span, b.span.of(document.text), b.kind, Place())
            for b in document.blocks
        )
        reading = Reading((document,), passages, tuple(VECTOR for _ in passages), ())
        self.app.ledger.commit_reading(workspace, source, data, reading, pipeline="test", actor="test", at=AT)
        self.documents[document.id] = workspace, path
        self.present[workspace][path] = version
        self.derive(workspace)

    def derive(self, workspace: str) -> None:
        found = _records(workspace, self.present[workspace])
        self.app.ledger.commit_records(workspace, list(found), actor="test", at=AT)
        for record in found:
            paths = frozenset(it.citation.path for it in record.evidence if it.role is not ROLES.REPEATS)
            self.records[record.id] = workspace, paths

    def label(self, workspace: str, path: str, labels: frozenset[str]) -> None:
        """Through the door's own use case, as a caller who may read everything."""
        every = frozenset({"hr", "legal"})
        wanted = Labelling(frozenset({path}), labels, every - labels)
        self.app.ledger.label_sources(workspace, wanted, actor="test", at=AT)
        self.labels[workspace, path] = labels

    def reads(self, key: Key, workspace: str, path: str) -> bool:
        mine = key.labels is None or self.labels.get((workspace, path), frozenset()) <= key.labels
        return workspace == key.workspace and mine

    def forbidden(self, key: Key) -> set[str]:
        """Words and ids that nothing which this key is answered may hold."""
        words = {canary(w, path) for w in WORKSPACES for path in PATHS if not self.reads(key, w, path)}
        ids = {key_ for key_, (w, paths) in self.records.items() if not all(self.reads(key, w, path) for path in paths)}
        documents = {key_ for key_, (w, path) in self.documents.items() if not self.reads(key, w, path)}
        return words | ids | documents


def _texts(workspace: str, path: str, version: int) -> list[str]:
    word = canary(workspace, path)
    return [f"Every {word} invoice needs an order, version {version}.", f"Pay {word} late.", f"Ask {word} for EUR 500."]


def _records(workspace: str, present: dict[str, int]) -> tuple[Record, ...]:
    papers = {path: paper(path, DocumentKind.POLICY, _texts(workspace, path, version))[0] for path, version in sorted(present.items())}
    texts = {path: _texts(workspace, path, version) for path, version in present.items()}

    def cited(path: str, line: int, role: EvidenceRole = ROLES.STATES) -> Evidence:
        return evidence(papers[path], texts[path][line], role)

    def named(*parts: str) -> str:
        return content_id("rec", workspace, *parts)

    made = []
    paths = sorted(present)
    for number, path in enumerate(paths):
        kind, other = KINDS[PATHS.index(path)], paths[number - 1]
        word, theirs = canary(workspace, path), canary(workspace, other)
        ends = {"sender": word, "receiver": "payables", "fields": (HandoffField(word),)} if kind is RecordKind.HANDOFF else {}
        base = Record(
            named("own", path), kind, texts[path][0], Modality.OBLIGATION, word, f"order {word}", (cited(path, 0),),
            Documentation.DOCUMENTED, Recurrence.STANDING, 4, "formal document", Status.PROPOSED, 0.9, vector=VECTOR, **ends,
        )  # fmt: skip
        made.append(base)
        if other == path:
            continue
        undocumented = replace(
            base, kind=RecordKind.EXCEPTION, documentation=Documentation.UNDOCUMENTED, sender=None, receiver=None, fields=()
        )
        near = (NearMiss(other, texts[other][0], 0.7, "another", named("own", other)),)
        bent = replace(undocumented, overrides=named("own", other), effect=Effect.LIFTS, nearest=near, statement=texts[path][1])
        made += [
            replace(bent, id=named("bends", path), evidence=(cited(path, 1),), rivals=(named("own", other),)),
            replace(
                bent, id=named("grants", path), statement=texts[other][1], subject=theirs, action="pay late",
                evidence=(cited(other, 1, ROLES.REQUESTS), cited(path, 2, ROLES.GRANTS)),
            ),
            replace(base, id=named("repeats", path), evidence=(cited(path, 0), cited(other, 0, ROLES.REPEATS)),
                    superseded_by=named("own", other)),
            replace(base, id=named("values", path), evidence=(cited(path, 0), cited(other, 2, ROLES.REPEATS)),
                    values=(Value(ValueKind.MONEY, 500, "EUR", "EUR 500"),)),
            replace(bent, id=named("learnt", path), evidence=(cited(path, 2),), statement=texts[path][2], handler=f"Dr {theirs}",
                    scope=(ScopeItem("party", f"{theirs} Ltd"),)),
        ]  # fmt: skip
    return tuple(made)
