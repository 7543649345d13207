"""Which kind of paper a document is, told by its own words and layout first and by the names around it second."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.document import Block, BlockKind, DocumentKind, Message
from ingest.informal import informal_points

_HINTS = {k.value: k for k in DocumentKind}
#: The first page or so says what a paper is.
_HEAD = 3_000
#: Where facts about the paper itself stand: owner, version, day of effect.
_LINES = 700
_TITLE = 120
#: Points that a paper's own words must give before its title counts: "About the travel policy" is none.
_SOMETHING = 0.5
#: What is said in so many characters tells the kind of any paper.
_ENOUGH = 12_000

_CONTRACT_TITLE = re.compile(
    r"(?i)\b(?:agreement|contract|subcontract|terms (?:and conditions|of (?:supply|sale|business|service|trade|use|carriage))"
    r"|(?:supplier|supply|purchase|sales|trading|trade|general) (?:terms|conditions)|statement of work|\bsow\b|order form|lease"
    r"|(?:work|task|service|call-?off|change) order|call-?off|licen[cs]e|deed"
    r"|memorandum of understanding|covenant|warranty|schedule to|master services|framework)\b"
)
_SOW_TITLE = re.compile(
    r"(?i)\b(?:statement of work|sow|(?:work|task|service|job) order|work (?:release|assignment)|order form"
    r"|call-?off(?: (?:order|contract))?"
    r"|leistungsschein|einzelauftrag)\b(?! agreement)"
)
_AMENDMENT_TITLE = re.compile(
    r"(?i)\b(?:amendment|addendum|side letter|variation|deed of variation|change order|endorsement (?:no|number|\d)|nachtrag|avenant"
    r"|supplement(?:al agreement)?)\b"
)
_POLICY_TITLE = re.compile(
    r"(?i)\b(?:polic(?:y|ies)|procedures?|manual|handbook|standards?|regulations?|directive|code of (?:conduct|practice|ethics)|rules"
    r"|guidelines?|standing orders?|by-?laws"
    r"|charter|work instruction|sop|standard operating|instruction)\b"
)
_RULE_BOOK = re.compile(
    r"(?i)\b(?:polic(?:y|ies)|procedures?|handbook|manual|code of (?:conduct|practice|ethics)|regulations|standing orders|by-?laws)\b"
)
_INFORMAL_TITLE = re.compile(
    r"(?i)\b(?:notes?|minutes|meeting|faq|wiki|chat|transcript|agenda|newsletter|sheet|list|log|onboarding|cheat ?sheet|summary"
    r"|export|diary|journal|interview|"
    r"new starters?|crib|how[- ]to|tips|blog|readme|changelog|report|presentation|questions|clipboard|page)\b"
)
_BETWEEN = re.compile(r"(?i)\b(?:(?:by and )?between|made (?:this|as of|on)|entered into)\b")
_DEFINED = re.compile(
    r"(?i)\(\s*(?:(?:hereinafter|hereafter|together|each|collectively)[^()]{0,60})?(?:the\s+)?"
    r"[\"“'‘](?:the\s+)?[A-Z][^\"”'’()]{1,50}[\"”'’][^()]{0,40}\)"
)
_PARTY_WORDS = re.compile(
    r"\b(?:the parties|either party|each party|neither party|party [ab]\b|this (?:agreement|contract|deed|subcontract|schedule)"
    r"|hereto|hereby|hereunder|whereas|in witness whereof|recitals)\b"
)
_ITSELF = re.compile(r"\b(?:this|the) (?:\w+ ){0,4}[\"“(‘']{0,2}(?:agreement|contract)\b|\(?[\"“](?:agreement|contract)[\"”]|\bhereto\b")
_SIGNED = re.compile(r"(?i)\b(?:signed (?:for|by|on behalf)|in witness whereof|for and on behalf of|authori[sz]ed signatory|signature)\b")
_CHANGES = re.compile(
    r"(?i)\b(?:is (?:hereby )?(?:amended|replaced|deleted|restated|inserted|added)|are (?:hereby )?(?:amended|replaced|deleted)|(?:amends"
    r"|varies|amend|replaces) (?:the|clause|section)|"
    r"remains? (?:unchanged|in full force|in force)|all other (?:terms|provisions|clauses))\b"
)
#: A paper that says in its first lines which contract it changes.
_AMENDS = re.compile(
    r"(?i)\b(?:amendment|addendum|variation|supplement|nachtrag)\b[^.\n]{0,60}?\bto\b[^.\n]{0,60}?\b(?:agreement|contract)"
    r"|attaching to and forming part of"
)
_UNDER = re.compile(
    r"(?i)\b(?:under|pursuant to|governed by|subject to|forms? part of|issued under)\b[^.\n]{0,80}?\b(?:agreement|contract"
    r"|terms)\b"
)
_NORM = re.compile(
    r"\b(?:shall|must|may not|may only|is required|are required|is prohibited|are prohibited|is not allowed|not permitted"
    r"|no later than|at least|at most|no \w+(?: \w+)? (?:may|can|shall))\b"
)
_GOVERNED = re.compile(
    r"\b(?:this (?:policy|procedure|manual|handbook|standard|directive|instruction|regulation|rule ?book)\b"
    r"|this (?:document|chapter|rule) (?:applies|covers|sets|governs|describes|replaces|binds)"
    r"|(?:policy|document|process|procedure|manual|handbook) owner|approved by|issued by|(?:owner|responsible"
    r"|custodian)(?: of this \w+)?\s*:|owned by"
    r"|(?:version|revision|issue|edition)\s*:?\s*(?:\d|[a-z]\b)|(?:second|third|fourth|fifth|sixth) (?:version|edition|issue)"
    r"|review(?:ed)? (?:every|each|date|annually|yearly)"
    r"|in force (?:from|since)|valid (?:for|from)|scope|purpose|rule ?book\b)"
)
#: A line about the paper that says from when it holds; talk and pages of a wiki have none.
_HOLDS_FROM = re.compile(
    r"(?im)^(?:[^\n.]{0,60}[,;|\t] ?)?\W{0,3}(?:effective(?: date| from| as of)?|in force(?: from| since)?|valid from"
    r"|takes effect on|gültig ab)\W{1,3}[^\n]{0,12}\d"
)
_AGREEMENT = re.compile(r"(?i)\b(?:agreement|(?:sub)?contract)\b")
_CODE = re.compile(r"^\W*[A-Z]{2,4}[- ]?\d{1,4}\b")
_CODED = re.compile(r"\b[A-Z]{2,4}-\d{1,4}\b")
_CHATTY = re.compile(
    r"\b(?:i|i'm|i'll|i've|we're|you'll|don't|didn't|lol|thanks|apologies|present:|attendees|excused|asked|says|said"
    r"|agreed:|action(?:s|ed)?:|next meeting)\b"
)
_FOLDERS = (
    (re.compile(r"(?i)(?:^|/)(?:polic(?:y|ies)|procedures?|handbooks?|standards?|manuals?|rules)/"), DocumentKind.POLICY),
    (re.compile(r"(?i)(?:^|/)(?:contracts?|agreements?|legal)/"), DocumentKind.CONTRACT),
    (re.compile(r"(?i)(?:^|/)(?:notes?|misc|wiki|minutes|chats?|meetings|drafts?)/"), DocumentKind.OTHER),
)
_UNSAID = frozenset({BlockKind.FURNITURE, BlockKind.HIDDEN, BlockKind.DELETED, BlockKind.COMMENT})


@dataclass(frozen=True, slots=True)
class _Paper:
    """What the points are given for. ``title``: title and first headings; ``name``: the words of the file's name; ``text``: its own words.

    ``low``: the same in lower case. ``holds``: it says in its first lines from when it is in force.
    """

    title: str
    name: str
    path: str
    text: str
    low: str
    numbered: int
    holds: bool

    @property
    def head(self) -> str:
        return self.text[:_HEAD]


def kind_of(*, hint: str, path: str, title: str, text: str, blocks: Sequence[Block], message: Message | None) -> DocumentKind:
    """The hint where one was given; mail is mail; else what the content speaks for most. In doubt it is informal: no rumour becomes law.

    A hint of "contract" leaves open whether it is an amendment or an order under a contract.
    """
    if message is not None:
        return DocumentKind.EMAIL
    paper = _paper(path, title, text, blocks)
    wanted = _HINTS.get(hint)
    if wanted is DocumentKind.CONTRACT:
        return _which_contract(paper)
    if wanted is not None and wanted is not DocumentKind.OTHER:
        return wanted
    informal = informal_points(f"{paper.title} {paper.name}", path, text, blocks)
    if wanted is DocumentKind.OTHER:
        return informal.kind()
    contract = _contract_points(paper) + _folder_points(path, DocumentKind.CONTRACT)
    policy = _policy_points(paper) + _folder_points(path, DocumentKind.POLICY)
    against = max(_informal_points(paper) + _folder_points(path, DocumentKind.OTHER), informal.most)
    if contract >= 3 and contract > against and contract >= policy:
        return _which_contract(paper)
    return DocumentKind.POLICY if policy >= 3 and policy > against else informal.kind()


def _paper(path: str, title: str, text: str, blocks: Sequence[Block]) -> _Paper:
    own = "\n".join(b.span.of(text) for b in blocks if b.kind not in _UNSAID)
    headings = [b.span.of(text) for b in blocks if b.kind in (BlockKind.TITLE, BlockKind.HEADING)]
    first = next((b.span.of(text) for b in blocks if b.kind not in _UNSAID), "")
    if len(first) <= _TITLE and first not in headings[:2]:
        # A paper without a heading names itself on its first line.
        headings.insert(0, first)
    name = re.sub(r"[-_.]+", " ", path.rsplit("/", 1)[-1])
    # A title that is only the file's name again says no more than the name.
    titles = [t for t in (title, *headings[:2]) if re.sub(r"[-_.]+", " ", t) != name]
    numbered = sum(1 for b in blocks if b.number is not None and b.kind not in _UNSAID)
    said = own if len(own) < _ENOUGH else own[: _ENOUGH - _HEAD] + own[-_HEAD:]
    return _Paper(" ".join(titles), name, path, said, said.lower(), numbered, bool(_HOLDS_FROM.search(text[:_LINES])))


def _folder_points(path: str, kind: DocumentKind) -> float:
    return 1.0 if any(pattern.search(path) and k is kind for pattern, k in _FOLDERS) else 0.0


def _contract_points(paper: _Paper) -> float:
    """Points of a contract; 0 where nothing but names speak for it."""
    head, named = paper.head, f"{paper.title} {paper.name}"
    parties = len(_DEFINED.findall(head))
    mentions = len(_ITSELF.findall(paper.low))
    between = bool(_BETWEEN.search(head))
    body = 2.0 * (between and parties >= 2) + 0.5 * between + min(2.0, 0.4 * len(_PARTY_WORDS.findall(paper.low)))
    body += 2.5 if mentions >= 6 and mentions / len(paper.text) > 1 / 2_500 else 0.0
    body += 1.0 * bool(_SIGNED.search(paper.text[-_HEAD:])) + 1.0 * bool(_AMENDS.search(head[:_LINES])) + 1.5 * paper.holds
    body += 1.5 * bool(_SOW_TITLE.search(named) and (_UNDER.search(head) or parties >= 2)) + 0.5 * (paper.numbered >= 5)
    strong = bool(_AGREEMENT.search(paper.title)) and not _POLICY_TITLE.search(named)
    titled = 3.0 if strong else 2.0 * bool(_CONTRACT_TITLE.search(named))
    return body + titled + 2.0 * bool(_AMENDMENT_TITLE.search(named)) if body >= _SOMETHING else 0.0


def _policy_points(paper: _Paper) -> float:
    """Points of a policy; 0 where nothing but names speak for it."""
    named = f"{paper.title} {paper.name}"
    norms = len(_NORM.findall(paper.low))
    dense = norms >= 5 and norms / max(1, len(paper.text)) > 1 / 700
    body = min(2.0, 1.0 * len(_GOVERNED.findall(paper.low[:_HEAD]))) + 1.5 * paper.holds + 1.5 * dense + 1.0 * (paper.numbered >= 6)
    strong = bool(_RULE_BOOK.search(named)) and not _INFORMAL_TITLE.search(named)
    titled = (3.0 if strong else 2.0 * bool(_POLICY_TITLE.search(named))) + 1.0 * bool(_CODE.search(paper.title))
    titled = titled or 1.5 * bool(_RULE_BOOK.search(paper.head[:250]))
    # A numbered norm under a title with a code ("HP-2") is a policy, however short.
    ruled = norms >= 2 or bool(norms and paper.numbered and _CODED.search(paper.title))
    return body + titled if body >= _SOMETHING or ruled else 0.0


def _informal_points(paper: _Paper) -> float:
    words = max(1, len(paper.text.split()))
    chatty = len(_CHATTY.findall(paper.low)) / words
    named = f"{paper.title} {paper.name}"
    return 2.5 * bool(_INFORMAL_TITLE.search(named)) + (2.0 if chatty > 0.008 else 1.0 if chatty > 0.004 else 0.0)


def _which_contract(paper: _Paper) -> DocumentKind:
    named = f"{paper.title} {paper.name}"
    changes = bool(_CHANGES.search(paper.text) or len(paper.text) < 4 * _HEAD)
    if changes and (_AMENDMENT_TITLE.search(named) or _AMENDS.search(paper.head[:_LINES])):
        return DocumentKind.AMENDMENT
    return DocumentKind.SOW if _SOW_TITLE.search(named) else DocumentKind.CONTRACT
