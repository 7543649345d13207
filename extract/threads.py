"""Which messages answer which: J. Zawinski's threading (https://www.jwz.org/doc/threading.html), and what may join threads beyond it.

As there: a container for every message, those not in store among them; References before In-Reply-To; no loops; a message's own headers
override what others' References guessed about it; empty containers are pruned from the trees. Not as there: a subject alone never joins
anything, since two counterparties both write about an "Invoice". A reply without references joins a thread by the persons on both sides,
or by the lines it quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from domain.document import Document, Message, MessageKind
from extract.quotes import outermost_sources
from extract.wording import Wording, by_time, sent, stored, wording

#: A reply without references joins a message of the same subject that is at most so old.
JOINS_WITHIN = timedelta(days=60)
#: A message to more people than this is a circular, whose readers do not know each other.
CIRCLE = 50
_REPLY = re.compile(r"(?i)\s*(?:re|aw|antw|antwort|sv|vs|odp|rif|ref|res|réf?)\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]\s*")


@dataclass(frozen=True, slots=True)
class Node:
    """A message with its answers in the order of time. ``documents``: ids of its copies in store, none for a message that is missing."""

    message_id: str
    documents: tuple[str, ...]
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """A tree of messages; its root has no document only where several answers to a missing message have nothing else in common."""

    root: Node


@dataclass(slots=True, eq=False)
class _Container:
    """A place for a message, in store or only referred to."""

    key: str
    documents: list[Document] = field(default_factory=list)
    parent: _Container | None = None
    children: dict[str, _Container] = field(default_factory=dict)

    def under(self, other: _Container) -> bool:
        """Whether ``other`` is this container or stands above it."""
        at: _Container | None = self
        while at is not None:
            if at is other:
                return True
            at = at.parent
        return False

    def put_under(self, parent: _Container) -> bool:
        """Hangs it there unless that would close a loop."""
        if parent is self or (self.children and parent.under(self)):
            return False
        if self.parent is not None:
            del self.parent.children[self.key]
        self.parent = parent
        parent.children[self.key] = self
        return True


@dataclass(frozen=True, slots=True)
class Forest:
    """All messages with what they answer, by the key of their container and by document id."""

    containers: dict[str, _Container]
    home: dict[str, _Container]

    def places(self) -> dict[str, tuple[str, int]]:
        """For each mail's document id: its thread's root id and its position by time; a quoted message has that of what carries it."""
        roots = self.roots()
        members: dict[str, list[Document]] = {}
        for container in self.containers.values():
            members.setdefault(roots[container.key], []).extend(d for d in container.documents if not _is_copy(d))
        placed = {
            document.id: (root, position)
            for root, documents in members.items()
            for position, document in enumerate(sorted(documents, key=lambda d: (sent(d), d.path, d.ordinal)))
        }
        for container in self.containers.values():
            for document in container.documents:
                at: _Container | None = container
                while at is not None and document.id not in placed:
                    carrier = next((placed[d.id] for d in at.documents if d.id in placed), None)
                    if carrier is not None:
                        placed[document.id] = carrier
                    at = at.parent
        return placed

    def ancestors(self) -> dict[str, tuple[str, ...]]:
        """For each mail's document id: the stored messages above it, the nearest first, as far as quotes are looked for."""
        found = {}
        for document_id, container in self.home.items():
            above: list[str] = []
            at = container.parent
            while at is not None and len(above) < _FAR:
                above += [d.id for d in at.documents if not _is_copy(d)]
                at = at.parent
            found[document_id] = tuple(above)
        return found

    def trees(self) -> tuple[Thread, ...]:
        """The threads by the time of their first message, without the containers that JWZ prunes."""
        done: dict[str, list[Node]] = {}
        for container in reversed(self._downwards()):
            children = [node for child in container.children.values() for node in done.pop(child.key)]
            children.sort(key=self._first)
            keeps = bool(container.documents) or container.parent is None and len(children) > 1
            ids = tuple(d.id for d in sorted(container.documents, key=lambda d: (d.path, d.ordinal)))
            done[container.key] = [Node(container.key, ids, tuple(children))] if keeps else children
        return tuple(Thread(node) for node in sorted((n for nodes in done.values() for n in nodes), key=self._first))

    def _first(self, node: Node) -> tuple[tuple[bool, str, str, int], str]:
        nodes = (node, *node.children) if not node.documents else (node,)
        documents = [document for n in nodes for document in self.containers[n.message_id].documents]
        return min(map(by_time, documents)), node.message_id

    def _downwards(self) -> list[_Container]:
        """All containers, each after its parent."""
        found = sorted((c for c in self.containers.values() if c.parent is None), key=lambda c: c.key)
        for container in found:
            found.extend(container.children.values())  # the list grows while it is walked
        return found

    def roots(self) -> dict[str, str]:
        """The key of the topmost container above each."""
        roots: dict[str, str] = {}
        for container in self._downwards():
            roots[container.key] = container.key if container.parent is None else roots[container.parent.key]
        return roots


#: Ancestors beyond this many are not looked at for quotes; a program that quotes all of them quotes the nearest first.
_FAR = 200


def threads_of(documents: Iterable[Document]) -> dict[str, tuple[str, int]]:
    """For each mail's document id: the id of its thread's root message and its position by time in the thread.

    A quoted message has the place of the one that carries it, and none where that is not given.
    """
    return forest(documents).places()


def trees_of(documents: Iterable[Document]) -> tuple[Thread, ...]:
    """The threads of these mails as trees."""
    return forest(documents).trees()


def forest(documents: Iterable[Document], words: Wording | None = None) -> Forest:
    """Threads the mails among the documents; the same in whatever order they come. ``words``: those of the stored mails, if at hand."""
    mails = sorted((d for d in documents if d.message is not None), key=lambda d: (d.path, d.ordinal))
    own = [d for d in mails if not _is_copy(d)]
    grown = Forest({}, {})
    for document in own:
        container = _container(grown, _key(document))
        container.documents.append(document)
        grown.home[document.id] = container
    _link_by_headers(grown, own)
    lone = [d for d in own if not _references(d) and grown.home[d.id].parent is None]
    if lone:
        _link_by_quotes(grown, lone, words or wording(stored(own)))
        _link_by_persons(grown, own)
    _hang_copies(grown, [d for d in mails if _is_copy(d)])
    return grown


def _is_copy(document: Document) -> bool:
    return document.message is not None and document.message.kind is MessageKind.QUOTED


def _key(document: Document) -> str:
    assert document.message is not None
    return document.message.message_id or f"without id {document.id}"


def _references(document: Document) -> tuple[str, ...]:
    """What it refers to, the nearest last: References, then In-Reply-To where that adds something."""
    message = document.message
    assert message is not None
    answered = (message.in_reply_to,) if message.in_reply_to else ()
    return tuple(r for r in dict.fromkeys((*message.references, *answered)) if r and r != message.message_id)


def _container(grown: Forest, key: str) -> _Container:
    return grown.containers.setdefault(key, _Container(key))


def _link_by_headers(grown: Forest, own: Sequence[Document]) -> None:
    """First what each message says of itself, then what others guess about those that are not in store."""
    for document in own:
        container, references = grown.home[document.id], _references(document)
        if references and container.parent is None:
            container.put_under(_container(grown, references[-1]))
    for document in own:
        for older, newer in pairwise(_references(document)):
            between = _container(grown, newer)
            if between.parent is None and not between.documents:
                between.put_under(_container(grown, older))


def _link_by_quotes(grown: Forest, lone: Sequence[Document], words: Wording) -> None:
    """A message without references is the child of the one earlier message whose lines it quotes."""
    for document in sorted(lone, key=by_time):
        sources = outermost_sources(document, words)
        homes = {grown.home[s].key for s in sources if s in grown.home}
        if len(homes) == 1:
            grown.home[document.id].put_under(grown.containers[homes.pop()])


@dataclass(frozen=True, slots=True)
class _Circles:
    """Who has written to whom under which subject so far: for each subject and person, by thread and circle, the latest message.

    ``roots``: the thread of each container before any join; ``joined``: which threads have become part of which.
    """

    roots: dict[str, str]
    joined: dict[str, str] = field(default_factory=dict)
    latest: dict[tuple[str, str], dict[tuple[str, frozenset[str]], Document]] = field(default_factory=dict)

    def thread(self, key: str) -> str:
        root = self.roots[key]
        while root in self.joined:
            root = self.joined[root]
        return root

    def enter(self, document: Document) -> None:
        base, people = base_subject(_message(document).subject), _people(document)
        circle = self.thread(_key(document)), people
        for person in people:
            known = self.latest.setdefault((base, person), {})
            known.pop(circle, None)  # so that the order stays that of time
            known[circle] = document

    def answered(self, document: Document) -> Document | None:
        """The latest message of the one thread in which its sender and those it addresses wrote to each other, no organisation missing."""
        message = _message(document)
        base, sides = base_subject(message.subject), {message.sender, *message.to}
        if not base or len(sides) < 2:
            return None
        least = min((self.latest.get((base, person), {}) for person in sides), key=len)
        own, oldest, organisations = self.thread(_key(document)), _oldest(document), _organisations(_people(document))
        found: dict[str, Document] = {}
        for (root, people), earlier in reversed(least.items()):
            if sent(earlier) < oldest or len(found) > 1:
                break
            thread = self.thread(root)
            if thread != own and sides <= people and organisations <= _organisations(people):
                found.setdefault(thread, earlier)
        return next(iter(found.values())) if len(found) == 1 else None


def _link_by_persons(grown: Forest, own: Sequence[Document]) -> None:
    """A reply without references joins the one thread in which its sender and its recipients wrote to each other under its subject."""
    circles = _Circles(grown.roots())
    for document in sorted((d for d in own if sent(d)), key=by_time):
        home = grown.home[document.id]
        if home.parent is None and not _references(document) and _is_reply(_message(document).subject):
            answered = circles.answered(document)
            if answered is not None and home.put_under(grown.home[answered.id]):
                circles.joined[home.key] = circles.thread(_key(answered))
        circles.enter(document)


def _oldest(document: Document) -> str:
    try:
        return (datetime.fromisoformat(sent(document)) - JOINS_WITHIN).isoformat()
    except OverflowError:  # the calendar begins later than that
        return ""


def _organisations(people: Iterable[str]) -> frozenset[str]:
    return frozenset(person.rpartition("@")[2] for person in people)


def _hang_copies(grown: Forest, copies: Sequence[Document]) -> None:
    """Messages known only from a copy hang under what carries them, whatever ids the copy claims."""
    keys = {document.id: _container(grown, f"copy {document.id}") for document in copies}
    for document in copies:
        carrier = grown.home.get(document.parent or "") or keys.get(document.parent or "")
        if carrier is not None and keys[document.id].put_under(carrier):
            keys[document.id].documents.append(document)
            grown.home[document.id] = keys[document.id]
        else:
            del grown.containers[f"copy {document.id}"]


def _message(document: Document) -> Message:
    assert document.message is not None
    return document.message


def _people(document: Document) -> frozenset[str]:
    """Sender and recipients; of a circular only the sender."""
    message = _message(document)
    everybody = frozenset({message.sender, *message.to, *message.cc})
    return everybody if len(everybody) <= CIRCLE else frozenset({message.sender})


def _is_reply(subject: str) -> bool:
    return _REPLY.match(subject) is not None


def base_subject(subject: str) -> str:
    """The subject without reply marks, case and repeated white space."""
    while found := _REPLY.match(subject):
        subject = subject[found.end() :]
    return " ".join(subject.casefold().split())
