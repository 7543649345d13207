"""What one sentence says, before it is known how it fits with the rest: the extractor's unit, stored with its document."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.passage import Place
from domain.span import Span
from domain.value import Value


class SpeechAct(StrEnum):
    STATES = "states"
    ASKS = "asks"
    GRANTS = "grants"
    REFUSES = "refuses"
    SUPPOSES = "supposes"  # hypotheticals, wishes, jokes
    REPORTS_PAST = "reports_past"  # how it used to be, or is elsewhere


class Modality(StrEnum):
    OBLIGATION = "obligation"
    PROHIBITION = "prohibition"
    PERMISSION = "permission"


@dataclass(frozen=True, slots=True)
class Citation:
    """``quote == text[span.start:span.end]`` of the document; there is no other kind of citation."""

    document_id: str
    path: str
    span: Span
    quote: str
    place: Place


@dataclass(frozen=True, slots=True)
class ScopeItem:
    """``type``: party, product, place, document, process, person or other."""

    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Test:
    """A condition that code can evaluate: ``fact op value`` with op one of > >= < <= == !=."""

    fact: str
    op: str
    value: float | str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """``inferred``: nobody wrote it, it follows from the context."""

    text: str
    inferred: bool = False
    test: Test | None = None


@dataclass(frozen=True, slots=True)
class HandoffField:
    name: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Handoff:
    sender: str
    receiver: str
    artifact: str
    channel: str | None = None
    fields: tuple[HandoffField, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase of a sentence, or a pronoun, and the part that grammar gives it.

    ``part``: doer, done (subject of a passive), by, object, to, in, of, other; order (whom an order addresses), before (subject of the
    sentence before), lead (of a list's lead-in), bound (what stands before a word of duty). After it "+": of the main clause; "!": its
    verb carries a word of duty or leave; "*": its verb has an object.
    """

    text: str
    part: str


@dataclass(frozen=True, slots=True)
class Likelihood:
    """What the classifier believes of a sentence; each in 0..1 and independent of the others.

    ``decoy``: it looks like a norm but holds none (a question, a refusal, a wish, an outsider's claim, history).
    """

    rule: float
    exception: float
    handoff: float
    decoy: float


@dataclass(frozen=True, slots=True)
class Statement:
    """The parts of one sentence. ``carrier`` is the document's kind; ``author`` the mail address for mail, else the document's title.

    ``insider``: the author writes from the organisation's own domain (always true for papers that are not mail).
    ``vector``: the sentence's unit-length embedding. ``topic``: what it rules on, near to that of what bends it or states it again; a
    direction, each number as a signed byte, the largest being 127.
    """

    id: str
    citation: Citation
    carrier: str
    speech_act: SpeechAct
    likelihood: Likelihood
    modality: Modality
    subject: str
    action: str
    text: str
    one_off: float
    ended: float
    insider: bool
    author: str
    scope: tuple[ScopeItem, ...] = ()
    conditions: tuple[Condition, ...] = ()
    values: tuple[Value, ...] = ()
    handler: str | None = None
    handoff: Handoff | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    vector: tuple[float, ...] = ()
    mentions: tuple[Mention, ...] = ()
    topic: bytes = b""
