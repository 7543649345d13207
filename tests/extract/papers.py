"""Documents and statements made by hand: what ingestion and the network would hand over, at their most credulous."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from domain.document import EVIDENCE_BLOCKS, Block, BlockKind, Document, DocumentKind, Mark, Message, MessageKind
from domain.ids import content_id
from domain.passage import Place
from domain.record import Record
from domain.span import Span
from domain.statement import Citation, Likelihood, Modality, SpeechAct, Statement
from extract.assemble import assemble

OWN = frozenset({"alder.example"})
DANA, OLE, RAY, EVE = "dana@alder.example", "ole@alder.example", "ray@kestrel.example", "eve@stranger.example"


def laid_out(parts: Iterable[tuple[BlockKind, str]]) -> tuple[str, tuple[Block, ...]]:
    text, blocks = "", []
    for kind, words in parts:
        start = len(text) + (1 if text else 0)
        text = f"{text}\n{words}" if text else words
        blocks.append(Block(kind, Span(start, start + len(words))))
    return text, tuple(blocks)


def lines_of(body: str) -> list[tuple[BlockKind, str]]:
    """Lines as blocks: those with ">" and those that end in "wrote:" are quoted."""
    lines = [line.strip() for line in body.strip().splitlines() if line.strip()]
    return [(BlockKind.QUOTED if line.startswith(">") or line.endswith("wrote:") else BlockKind.PARAGRAPH, line) for line in lines]


Body = str | Sequence[tuple[BlockKind, str]]


def mail(message_id: str, sender: str, body: Body, *, to: Sequence[str] = (DANA,), folder: str = "mail", **envelope: object) -> Document:
    """A mail at the path of its id. ``body``: text, or its blocks; the rest goes into the envelope."""
    text, blocks = laid_out(lines_of(body) if isinstance(body, str) else body)
    message = Message(message_id, sender, sender.partition("@")[0].title(), tuple(to), sent_at="2026-01-05T09:00:00+00:00")
    path = f"{folder}/{message_id}.eml"
    document = Document(content_id("doc", path), f"src {path}", path, 0, DocumentKind.EMAIL, "", text, blocks)
    return replace(document, message=replace(message, **envelope))  # type: ignore[arg-type]


def day(number: int, hour: int = 9) -> str:
    """A moment in January 2026."""
    return f"2026-01-{number:02}T{hour:02}:00:00+00:00"


def copy_in(carrier: Document, sender: str, body: str) -> Document:
    """A message that is known only from what the carrier passes on."""
    made = mail(f"copy-{content_id('x', carrier.id, sender, body)}", sender, body, kind=MessageKind.QUOTED)
    return replace(made, path=carrier.path, source_id=carrier.source_id, ordinal=carrier.ordinal + 1, parent=carrier.id)


def paper(
    path: str, kind: DocumentKind, parts: Sequence[tuple[BlockKind, str]], *, parent: Document | None = None, marks: Sequence[Mark] = ()
) -> Document:
    text, blocks = laid_out(parts)
    made = Document(content_id("doc", path), f"src {path}", path, 0, kind, path, text, blocks, marks=tuple(marks))
    return replace(made, parent=parent.id if parent else None)


def vector_of(text: str) -> tuple[float, ...]:
    """Texts with the same words are the same; any others have nothing in common."""
    seed = int.from_bytes(hashlib.sha256(" ".join(text.lower().split()).encode()).digest()[:8])
    values = np.random.default_rng(seed).normal(size=384)
    return tuple((values / np.linalg.norm(values)).tolist())


def said(document: Document, quote: str, *, exception: float = 0.98, rule: float = 0.02, act: SpeechAct = SpeechAct.STATES) -> Statement:
    """A statement that the network is sure of; it takes everybody with an inside address for an insider."""
    start = document.text.index(quote)
    span = Span(start, start + len(quote))
    message = document.message
    place = Place(message_id=message.message_id, sender=message.sender) if message else Place()
    return Statement(
        id=content_id("stm", document.id, span.start, span.end),
        citation=Citation(document.id, document.path, span, quote, place),
        carrier=document.kind.value,
        speech_act=act,
        likelihood=Likelihood(rule, exception, 0.0, 0.0),
        modality=Modality.PERMISSION,
        subject="",
        action="do it",
        text=" ".join(quote.split()),
        one_off=0.0,
        ended=0.0,
        insider=message is None or message.domain in OWN,
        author=message.sender if message else document.title,
        vector=vector_of(quote),
    )


def all_said(documents: Iterable[Document]) -> list[Statement]:
    """Every block that can be evidence, as a statement."""
    return [
        said(document, block.span.of(document.text)) for document in documents for block in document.blocks if block.kind in EVIDENCE_BLOCKS
    ]


def records_of(documents: Sequence[Document], statements: Sequence[Statement] | None = None) -> list[Record]:
    return assemble(all_said(documents) if statements is None else statements, documents, own_domains=OWN)
