"""What papers that set no norms look like: notes of talks, wiki pages, questions with answers; told by their layout and head lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.document import Block, BlockKind, DocumentKind

_HEAD = 1_500
_NOTES_TITLE = re.compile(
    r"(?i)\b(?:notes?|minutes|meetings?|stand-?up|huddle|catch-?up|debrief|chat|transcript|log|logbook|diary|journal"
    r"|interview|handover|hand-over"
    r"|call with|memo(?:randum)?(?! of (?:understanding|agreement|association))|toolbox|protokoll|notulen|compte rendu|weekly|review)\b"
)
_WIKI_TITLE = re.compile(
    r"(?i)\b(?:wiki|how[- ]to|knowledge ?base|kb|onboarding|new starters?|first (?:day|week|month|fortnight)s?|start (?:page"
    r"|here)|page)\b"
)
_FAQ_TITLE = re.compile(r"(?i)\b(?:faqs?|frequently asked|questions|q ?& ?a|q and a|ask (?:the|us|me))\b")
_PRESENT = re.compile(
    r"(?im)^\W{0,20}+(?=\w)(?:present|attendees|attending|attended|in attendance|apologies|excused|regrets|in the room|on the (?:phone"
    r"|call)|there|participants"
    r"|minutes(?: taken)? by|notes by|scribe|chair|anwesend|teilnehmer|aanwezig|pr[ée]sents?)\b[^.\n:]{0,30}:"
    r"|\bnotes by [A-Z]|\btyped (?:up )?by\b"
    r"|\bin the room: "
)
_OUTCOME = re.compile(
    r"(?im)^\W{0,20}+(?=\w)(?:agreed|action(?: items?| points?|s)?|decisions?|decided|to-?dos?|next (?:steps|meeting)|aob"
    r"|any other business)\b[^.\n]{0,30}[:.]"
)
_CHAT_LINE = re.compile(
    r"(?m)^\W{0,2}(?:\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{2,4})?,?\s+)?"
    r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?\W{0,4}[^\W\d][^\n:]{0,40}[: ]"
    r"|^[A-Z][\w.]*(?: [A-Z][\w.]*)? \[?\(?\d{1,2}:\d{2}"
)
_EDITED = re.compile(
    r"(?i)\b(?:last (?:edited|editor|touched|modified)|edited last|last (?:updated?|change[ds]?) by|page (?:was )?(?:started"
    r"|created|history)"
    r"|started by [A-Z]|edit this page|add yours|several hands|many hands|wiki (?:page|export)|watchers|back to top|this (?:wiki|page)\b)"
)
_MARKUP = re.compile(
    r"\[\[[^\[\]\n]{2,80}\]\]|^={2,4}[^=\n]{1,200}+={2,4}$|^h[1-4]\. |\{\{[^{}\n]{1,300}\}\}"
    r"|\{(?:toc|info|note|code|panel)[:}]",
    re.MULTILINE,
)
_QUESTION = re.compile(
    r"\W{0,4}(?:Q\W?\s*+(?:\d{1,3}\s*+)?[:.)]\s*+"
    r"|Question\s*+(?:\d{1,3}\s*+)?[:.]\s*+)?[\"“'‘]?[^\W_][^.!?\n]{4,180}(?:[.!][^.!?\n]{1,90}){0,3}\?[\W_]{0,4}(?=\s|$)"
)
_Q_MARK = re.compile(r"(?m)^\W{0,4}(?:Q|F)\s*\d{0,3}\s*[:.)]\s")
_BODY = frozenset({BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})
#: A block this long may be the words of a clause; only its beginning is asked for a question.
_BEGINNING = 420


@dataclass(frozen=True, slots=True)
class Informal:
    """How much the paper speaks for each informal kind; below 2 nothing is certain."""

    notes: float
    wiki: float
    faq: float

    @property
    def most(self) -> float:
        return max(self.notes, self.wiki, self.faq)

    def kind(self) -> DocumentKind:
        """The kind that is spoken for most, OTHER where none clearly is. Pairs of questions and answers are an FAQ anywhere."""
        if self.faq >= 2 and self.faq >= self.notes:
            return DocumentKind.FAQ
        if self.most < 2:
            return DocumentKind.OTHER
        return DocumentKind.NOTES if self.notes >= self.wiki else DocumentKind.WIKI


def informal_points(named: str, path: str, text: str, blocks: Sequence[Block]) -> Informal:
    """``named``: the words of the title and first headings; ``text``: the document's own words."""
    head, folders = text[:_HEAD], path.rpartition("/")[0]
    return Informal(
        2.0 * bool(_NOTES_TITLE.search(named))
        + 0.5 * bool(re.search(r"(?i)notes|minutes|meetings|chats?", folders))
        + _talk_points(head, text),
        2.0 * bool(_WIKI_TITLE.search(named)) + 0.5 * bool(re.search(r"(?i)wiki|kb|knowledge", folders)) + _page_points(head, text),
        2.0 * bool(_FAQ_TITLE.search(named)) + _question_points(text, blocks),
    )


def _talk_points(head: str, text: str) -> float:
    points = 2.5 * bool(_PRESENT.search(head)) + min(1.0, 0.5 * len(_OUTCOME.findall(text)))
    chat = len(_CHAT_LINE.findall(text))
    lines = text.count("\n") + 1
    return points + (3.5 if chat >= 4 and chat / lines > 0.15 else 0.0)


def _page_points(head: str, text: str) -> float:
    markup = len(_MARKUP.findall(text))
    return 2.0 * bool(_EDITED.search(head)) + (2.0 if markup >= 4 else 1.0 if markup >= 2 else 0.0)


def _question_points(text: str, blocks: Sequence[Block]) -> float:
    """3 where a good part of the paragraphs ask something and what follows answers."""
    begins = [text_of[:_BEGINNING] for b in blocks if b.kind in _BODY and (text_of := b.span.of(text))] if blocks else []
    if not begins:
        return 0.0
    asked = sum(1 for begin in begins if "?" in begin and _QUESTION.match(begin)) + len(_Q_MARK.findall(text)) // 2
    share = asked / len(begins)
    return 3.0 if asked >= 4 and share > 0.25 else 2.0 if asked >= 3 and share > 0.18 else 1.0 if asked >= 3 and share > 0.1 else 0.0
