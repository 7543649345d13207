"""Writes what a sentence says so that it can be read alone: what it leans on stands before it, in square brackets.

The brackets are an editor's, as in any quotation: nothing inside them is the sentence's own, everything outside them is.
"""

from __future__ import annotations

import re

from domain.document import Document
from domain.record import EvidenceRole
from domain.statement import Statement
from domain.words import content_words
from extract.draft import Draft, Papers

#: Fewer words that carry meaning than this say little without what was said before.
FEW = 5
ASKED, ABOUT = 160, 80  # characters shown of what was asked, and of a subject or heading
#: A sentence that begins so, or says so anywhere, speaks of something that was named before.
_OPENS = re.compile(
    r"^\W*(?:(?:and|but|so|also|then|though|anyway|still|well|yes|no|ok(?:ay)?|fine|sure|agreed)\b\W*)*"
    r"(?:he|she|they|it|its|his|her|their|this|that|these|those|there|such|both|neither|either|same|ditto|likewise|here)\b",
    re.I,
)
_LEANS = re.compile(
    r"\b(?:as\s+(?:usual|ever|always|before|agreed|discussed|last\s+\w+)|same\s+(?:as|for|goes|here|again)|like\s+(?:always|last|before)|the\s+usual|"
    r"(?:do|did|does|doing)\s+(?:it|that|so|this)|for\s+(?:him|her|them|that|this|it)|with\s+(?:him|her|them|that|this|it))\b",
    re.I,
)
_SPEAKER = re.compile(r"\b(?:I|we|me|us|my|our|mine|ours)\b")
_REPLY = re.compile(r"^(?:\s*(?:re|fw|fwd|aw|wg|sv|tr|antw)\s*(?:\[\d+\])?\s*:)+\s*", re.I)


def standing_alone(draft: Draft, papers: Papers) -> str:
    """The lead's sentence, after who speaks, on what, and what was asked, each only where the sentence leans on it."""
    lead = draft.lead
    around = [*_context(lead, papers.of(lead)), *_question(draft)]
    return f"[{'; '.join(around)}] {lead.text}" if around else lead.text


def _context(lead: Statement, document: Document) -> list[str]:
    leans = bool(_OPENS.search(lead.text) or _LEANS.search(lead.text) or len(content_words(lead.text)) < FEW)
    message, place = document.message, lead.citation.place
    if message is None:
        return [f"under {about}"] if leans and (about := _plain(place.heading_path[-1] if place.heading_path else "", ABOUT)) else []
    speaker = _plain(message.sender_name or message.sender, ABOUT) if _SPEAKER.search(lead.text) else ""
    about = _plain(_REPLY.sub("", message.subject), ABOUT) if leans or speaker else ""
    if content_words(about) <= content_words(lead.text):
        about = ""
    return [part for part in (speaker, f"on {about}" if about else "") if part]


def _question(draft: Draft) -> list[str]:
    """What the lead grants, where it was asked for in another sentence."""
    asked = next((s for s, role in draft.carriers if role is EvidenceRole.REQUESTS and s.id != draft.lead.id), None)
    return [f"asked: “{_plain(asked.text, ASKED)}”"] if asked is not None else []


def _plain(text: str, most: int) -> str:
    """One line without brackets, cut at a word."""
    line = " ".join(text.replace("[", "(").replace("]", ")").split())
    return line if len(line) <= most else line[: most - 1].rpartition(" ")[0] + "…"
