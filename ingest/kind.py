"""Which kind of paper a document is, told by its own words first and by the names around it second; and whom a contract binds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.document import Block, BlockKind, DocumentKind, Message

_HINTS = {k.value: k for k in DocumentKind}
#: The first page or so says what a paper is.
_HEAD = 3_000

_CONTRACT_TITLE = re.compile(
    r"(?i)\b(?:agreement|contract|subcontract|terms (?:and conditions|of (?:supply|sale|business|service|trade|use|carriage))"
    r"|(?:supplier|supply|purchase|sales|trading|trade|general) (?:terms|conditions)|statement of work|\bsow\b|order form|lease"
    r"|licen[cs]e|deed"
    r"|memorandum of understanding|covenant|warranty|schedule to|master services|framework)\b"
)
_AMENDMENT_TITLE = re.compile(
    r"(?i)\b(?:amendment|addendum|side letter|variation|deed of variation|change order|supplement(?:al agreement)?)\b"
)
_POLICY_TITLE = re.compile(
    r"(?i)\b(?:polic(?:y|ies)|procedures?|manual|handbook|standard|regulations?|directive|code of (?:conduct|practice|ethics)|rules"
    r"|guidelines?"
    r"|charter|work instruction|sop|standard operating|instruction)\b"
)
_RULE_BOOK = re.compile(r"(?i)\b(?:polic(?:y|ies)|procedures?|handbook|manual|code of (?:conduct|practice|ethics)|regulations)\b")
_INFORMAL_TITLE = re.compile(
    r"(?i)\b(?:notes?|minutes|meeting|faq|wiki|chat|transcript|agenda|newsletter|sheet|list|log|onboarding|cheat ?sheet|summary"
    r"|export|draft|diary|journal|interview|"
    r"new starters?|crib|how[- ]to|tips|blog|readme|changelog|report|presentation|questions|clipboard|page)\b"
)
_BETWEEN = re.compile(r"(?i)\b(?:(?:by and )?between|made (?:this|as of|on)|entered into)\b")
_DEFINED = re.compile(
    r"(?i)\(\s*(?:(?:hereinafter|hereafter|together|each|collectively)[^()]{0,60})?(?:the\s+)?"
    r"[\"“'‘](?:the\s+)?[A-Z][^\"”'’()]{1,50}[\"”'’][^()]{0,40}\)"
)
_PARTY_WORDS = re.compile(
    r"(?i)\b(?:the parties|either party|each party|neither party|this (?:agreement|contract|deed|subcontract|schedule)"
    r"|hereto|hereby|hereunder|whereas|in witness whereof|recitals)\b"
)
_SIGNED = re.compile(r"(?i)\b(?:signed (?:for|by|on behalf)|in witness whereof|for and on behalf of|authori[sz]ed signatory|signature)\b")
_CHANGES = re.compile(
    r"(?i)\b(?:is (?:hereby )?(?:amended|replaced|deleted|restated|inserted)|are (?:hereby )?(?:amended|replaced|deleted)|(?:amends"
    r"|varies|amend|replaces) (?:the|clause|section)|"
    r"remains? (?:unchanged|in full force|in force)|all other (?:terms|provisions|clauses))\b"
)
_NORM = re.compile(
    r"(?i)\b(?:shall|must|may not|may only|is required|are required|is prohibited|are prohibited|is not allowed|not permitted"
    r"|no later than|at least|at most)\b"
)
_GOVERNED = re.compile(
    r"(?i)\b(?:this (?:policy|procedure|manual|handbook|standard|directive|instruction|regulation|rule ?book)\b"
    r"|this (?:document|chapter|rule) (?:applies|covers|sets|governs|describes|replaces|binds)"
    r"|(?:policy|document|process|procedure|manual|handbook) owner|approved by|(?:owner|responsible|custodian)\s*:|owned by"
    r"|(?:version|revision|issue|edition)\s*:?\s*(?:\d|[A-Z]\b)|review(?:ed)? (?:every|each|date|annually|yearly)"
    r"|in force (?:from|since)|valid (?:for|from)|scope|purpose|rule ?book\b)"
)
_AGREEMENT = re.compile(r"(?i)\b(?:agreement|(?:sub)?contract)\b")
_CODE = re.compile(r"^\W*[A-Z]{2,4}[- ]?\d{1,4}\b")
_CHATTY = re.compile(
    r"(?i)\b(?:i|i'm|i'll|i've|we're|you'll|don't|didn't|lol|thanks|apologies|present:|attendees|excused|asked|says|said"
    r"|agreed:|action(?:s|ed)?:|next meeting)\b"
)
_FOLDERS = (
    (re.compile(r"(?i)(?:^|/)(?:polic(?:y|ies)|procedures?|handbooks?|standards?|manuals?|rules)/"), DocumentKind.POLICY),
    (re.compile(r"(?i)(?:^|/)(?:contracts?|agreements?|legal)/"), DocumentKind.CONTRACT),
    (re.compile(r"(?i)(?:^|/)(?:notes?|misc|wiki|minutes|chats?|meetings|drafts?)/"), DocumentKind.OTHER),
)
_PREAMBLE_END = re.compile(r"\b(?:WHEREAS|RECITALS|Recitals|BACKGROUND|Background|WITNESSETH|NOW,? THEREFORE|IT IS AGREED)\b|\n\d+\.?\s")
_NO_ROLE = re.compile(
    r"(?i)\W*(?:(?:hereinafter|hereafter|together|each|collectively|the|this|as)\W+){0,4}"
    r"(?:agreement|contract|effective|amendment|commencement|part(?:y|ies)|deed|lease|schedule)\b"
)
_FORMS = (
    "Ltd Limited Inc Incorporated LLC L.L.C LLP PLC plc GmbH AG A/S ApS AS AB Oy S.r.l Srl S.p.A SpA S.A SA B.V BV N.V NV Pty Corp "
    "Corporation Company Co KG SE Pte LP L.P University Foundation Hospital Trust Council Holding Holdings Bank"
)
_CORPORATE = "(?:" + "|".join(re.escape(f) for form in _FORMS.split() for f in dict.fromkeys((form, form.upper()))) + ")"


def kind_of(*, hint: str, path: str, title: str, text: str, blocks: Sequence[Block], message: Message | None) -> DocumentKind:
    """The hint where one was given; mail is mail; else what the content speaks for most, and OTHER where nothing speaks clearly."""
    if message is not None:
        return DocumentKind.EMAIL
    if hint in _HINTS:
        return _HINTS[hint]
    own = "\n".join(b.span.of(text) for b in blocks if b.kind not in (BlockKind.FURNITURE, BlockKind.HIDDEN))
    headings = [b.span.of(text) for b in blocks if b.kind in (BlockKind.TITLE, BlockKind.HEADING)]
    name = path.rsplit("/", 1)[-1]
    named = " ".join([title, *headings[:2], re.sub(r"[-_.]+", " ", name)])
    numbered = sum(1 for b in blocks if b.number is not None)
    contract = _contract_points(named, own, numbered) + _folder_points(path, DocumentKind.CONTRACT)
    policy = _policy_points(named, own, numbered) + _folder_points(path, DocumentKind.POLICY)
    other = _other_points(named, own) + _folder_points(path, DocumentKind.OTHER)
    if contract >= 3 and contract > other and contract >= policy:
        return DocumentKind.AMENDMENT if _is_amendment(named, own) else DocumentKind.CONTRACT
    return DocumentKind.POLICY if policy >= 3 and policy > other else DocumentKind.OTHER


def _folder_points(path: str, kind: DocumentKind) -> float:
    return 1.0 if any(pattern.search(path) and k is kind for pattern, k in _FOLDERS) else 0.0


def _contract_points(named: str, text: str, numbered: int) -> float:
    head = text[:_HEAD]
    strong = bool(_AGREEMENT.search(named)) and not _POLICY_TITLE.search(named)
    points = (3.0 if strong else 2.0 * bool(_CONTRACT_TITLE.search(named))) + 2.0 * bool(_AMENDMENT_TITLE.search(named))
    parties = len(_DEFINED.findall(head))
    points += 2.0 * (bool(_BETWEEN.search(head)) and parties >= 2) + 0.5 * bool(_BETWEEN.search(head))
    points += min(2.0, 0.4 * len(_PARTY_WORDS.findall(text)))
    points += 1.0 * bool(_SIGNED.search(text[-_HEAD:]))
    return points + (0.5 if numbered >= 5 else 0.0)


def _policy_points(named: str, text: str, numbered: int) -> float:
    head = text[:_HEAD]
    strong = bool(_RULE_BOOK.search(named)) and not _INFORMAL_TITLE.search(named)
    points = (3.0 if strong else 2.0 * bool(_POLICY_TITLE.search(named))) + 1.0 * bool(_CODE.search(named))
    points += min(2.0, 1.0 * len(_GOVERNED.findall(head)))
    norms = len(_NORM.findall(text))
    dense = norms >= 5 and norms / max(1, len(text)) > 1 / 700
    return points + (1.5 if dense else 0.0) + (1.0 if numbered >= 6 else 0.0)


def _other_points(named: str, text: str) -> float:
    words = max(1, len(text.split()))
    chatty = len(_CHATTY.findall(text)) / words
    return 2.5 * bool(_INFORMAL_TITLE.search(named)) + (2.0 if chatty > 0.008 else 1.0 if chatty > 0.004 else 0.0)


def _is_amendment(named: str, text: str) -> bool:
    return bool(_AMENDMENT_TITLE.search(named)) and bool(_CHANGES.search(text) or len(text) < 4 * _HEAD)


def parties_of(text: str) -> tuple[str, ...]:
    """Names of the organisations between whom a contract is made, as printed: 'Meridor Line A/S (... "the Carrier")' gives the name."""
    head = text[:_HEAD]
    roles = [m for m in _DEFINED.finditer(head) if not _NO_ROLE.match(m[0])]
    starts = [m.end() for m in _BETWEEN.finditer(head) if roles and m.end() < roles[0].start()]
    if not starts:
        return ()
    # A cover page says "between" as well; the words just before the first defined name are those that count.
    at = starts[-1]
    end = at + len(_PREAMBLE_END.split(head[at:])[0])
    names: dict[str, None] = {}
    for role in roles:
        if role.start() > end:
            break
        if name := _party_name(head[at : role.start()]):
            names[name] = None
        at = role.end()
    return tuple(names)[:6]


def _party_name(before: str) -> str | None:
    """The organisation named in the words between one party's defined name and the next."""
    words = r"[A-Z][\w&.'’/-]*(?:[ ,]+(?:&|of|and|the|[A-Z][\w&.'’/-]*))*?"
    corporate = re.search(rf"{words},?\s+{_CORPORATE}\b\.?(?:[ ]+{_CORPORATE}\b\.?)*", before)
    # Without such a suffix only what the words begin with can be the name: a person, an authority, a brand.
    plain = re.match(r"(?:[\s,;:.()\d]|and\b|AND\b|BETWEEN\b)*([A-Z][\w&.'’/-]*(?: (?:&|of|and|the|[A-Z][\w&.'’/-]*))+)", before)
    found = corporate or plain
    name = re.sub(r"^(?:AND|And|and|Between|BETWEEN|The parties)[\s:]+", "", found[0].strip(" ,")) if found else ""
    return name if 2 < len(name) <= 120 and name.upper() not in ("AND", "BETWEEN", "WHEREAS") else None
