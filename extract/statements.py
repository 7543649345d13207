"""Reads one document into statements, and gives its passages their vectors: one pass of the network for both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.document import EVIDENCE_BLOCKS, BlockKind, Document, MessageKind
from domain.errors import InvalidQuestion
from domain.ids import content_id
from domain.passage import Passage
from domain.quantities import main_currency, values_in
from domain.statement import Citation, Likelihood, Modality, ScopeItem, SpeechAct, Statement
from extract.admit import worded_as_norm
from extract.authority import comment_author
from extract.labels import Label
from extract.mentions import mentions_of
from extract.minilm import MiniLm, own_tensors, rounded
from extract.names import names_in
from extract.parts import action_of, conditions_of, handler_of, handoff_of, modality_of, only_forbids, subject_of
from extract.periods import period_of
from extract.second_look import reconsidered
from extract.syntax import Sentence, Syntax
from extract.topics import Topics
from extract.windows import ALONE, Talk, cut

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

#: Below this, what the network believes of a sentence is not worth keeping even as a candidate.
CANDIDATE = 0.15
#: From this on a sentence may well become a record.
LIKELY = 0.4
#: An answer that lets something happen, as the first words of a message or sentence.
GRANT = re.compile(
    r"^\W*(?:(?:yes|ok(?:ay)?|sure|fine|agreed|approved|granted|done|alright|all\s+right|very\s+well|good|right)\b[\s,.:;!-]*){1,3}|"
    r"\bgo\s+ahead\b|\bfine\s+(?:by|with)\s+(?:me|us)\b|"
    r"\bdo\s+(?:it|so|that)\b|\bplease\s+(?:do|proceed)\b|\b(?:i|we)\s+(?:agree|approve|accept|allow|am\s+fine|are\s+fine)\b|"
    r"\byou\s+(?:may|can|have\s+my)\b|\bno\s+(?:objection|problem)s?\b|\blet\s+(?:him|her|them|it)\b",
    re.I,
)
REFUSAL = re.compile(
    r"^\W*(?:no|nope|sorry|unfortunately|afraid\s+not|not\s+this)\b|"
    r"\b(?:can(?:no|['’])t|won['’]t|will\s+not|not\s+(?:possible|going\s+to))\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Extraction:
    """``vectors`` goes with the passages given, one for one; a passage without sentences has an empty one."""

    vectors: tuple[tuple[float, ...], ...]
    statements: tuple[Statement, ...]


class Extractor:
    """Holds the models. ``own_domains``: the organisation's mail domains, lower case. ``second_look``: off for fitting it."""

    def __init__(
        self, *, own_domains: frozenset[str], model: MiniLm | None = None, syntax: Syntax | None = None, second_look: bool = True
    ) -> None:
        # The networks compile outside Python's lock while spaCy loads.
        with ThreadPoolExecutor(1) as loading:
            network = loading.submit(lambda: model or MiniLm(own_tensors("statements")))
            self._syntax = syntax or Syntax()
            self.model = network.result()
            self._topics = Topics(self.model)
        self._own_domains = own_domains
        self._second_look = second_look

    def extract(self, document: Document, passages: Sequence[Passage], talk: Talk = ALONE) -> Extraction:
        """Same document in the same conversation, same result, whatever else is read before or beside it."""
        insider = _inside(document, self._own_domains)
        sentences = self._syntax.sentences([p for p in passages if p.kind in EVIDENCE_BLOCKS])
        cuts = cut(document, sentences, self.model, insider=insider, talk=talk)
        vectors: list[tuple[float, ...]] = [()] * len(sentences)
        statements = []
        for piece, pooled in zip(cuts, self.model.network.run([c.window for c in cuts]), strict=True):
            for row, at in enumerate(piece.sentences):
                vectors[at] = rounded(pooled.vectors[row])
                answers = _sigmoid(pooled.logits[row])
                if _worth_keeping(answers, sentences[at].text, document):
                    said = _statement(document, sentences[at], answers, insider=insider)
                    statements.append(replace(reconsidered(said) if self._second_look else said, vector=vectors[at]))
        return Extraction(passage_vectors(passages, sentences, vectors), tuple(self._with_topics(statements, document)))

    def stated(self, document: Document, norm: Passage) -> Statement:
        """What a passage says, taken as one statement, whatever the classifier believes of it: for what a person worded as a norm.

        Raises InvalidQuestion where there is no word in it.
        """
        sentences = self._syntax.sentences([norm])
        if not sentences:
            raise InvalidQuestion("statement: there is no sentence in it; word the norm so that it can be read alone")
        longest = max(sentences, key=lambda sentence: len(sentence.text))
        whole = replace(longest, span=norm.span, text=norm.text)
        [piece] = cut(document, [whole], self.model, insider=True)
        [pooled] = self.model.network.run([piece.window])
        said = _statement(document, whole, _sigmoid(pooled.logits[0]), insider=True)
        return self._topics.given([replace(said, vector=rounded(pooled.vectors[0]))], document)[0]

    def _with_topics(self, statements: Sequence[Statement], document: Document) -> list[Statement]:
        """Those that can become records get a topic; the others are never laid beside anything."""
        likely = [s for s in statements if _likely(s)]
        given = {s.id: s for s in self._topics.given(likely, document)}
        return [given.get(s.id, s) for s in statements]


def _likely(statement: Statement) -> bool:
    belief = statement.likelihood
    return max(belief.rule, belief.exception, belief.handoff) >= LIKELY or worded_as_norm(statement.citation.quote, statement.carrier)


def _inside(document: Document, own_domains: frozenset[str]) -> bool:
    """Whether one of the organisation's own people is known to write: a message shown only by a copy proves nobody."""
    message = document.message
    if message is None:
        return True
    return message.domain in own_domains and not message.distrust and message.kind is not MessageKind.QUOTED


def _sigmoid(logits: Floats) -> list[float]:
    import numpy as np

    return [round(float(p), 4) for p in 1.0 / (1.0 + np.exp(-logits.astype(np.float64)))]


def _worth_keeping(answers: Sequence[float], text: str, document: Document) -> bool:
    if max(answers[Label.RULE], answers[Label.EXCEPTION], answers[Label.HANDOFF]) >= CANDIDATE:
        return True
    if document.message is None:
        return worded_as_norm(text, document.kind.value)
    # A bare "ok, go ahead" is no norm by itself, yet it may grant what an earlier message asked for.
    return len(text) < 200 and bool(GRANT.search(text) or REFUSAL.search(text))


def passage_vectors(
    passages: Sequence[Passage], sentences: Sequence[Sentence], vectors: Sequence[tuple[float, ...]]
) -> tuple[tuple[float, ...], ...]:
    """The mean of a passage's sentences, weighted by their length, at unit length."""
    import numpy as np

    sums: dict[str, Floats] = {}
    for sentence, vector in zip(sentences, vectors, strict=True):
        weighted = np.asarray(vector, np.float32) * len(sentence.text)
        sums[sentence.passage.id] = sums.get(sentence.passage.id, np.zeros_like(weighted)) + weighted
    unit = {key: rounded(total / max(float(np.linalg.norm(total)), 1e-9)) for key, total in sums.items()}
    return tuple(unit.get(passage.id, ()) for passage in passages)


def _speech_act(answers: Sequence[float], text: str, *, mail: bool) -> SpeechAct:
    if text.rstrip().rstrip("\"'”’)").endswith("?") or answers[Label.ASKED] >= 0.5:
        return SpeechAct.ASKS
    for label, act in ((Label.PAST, SpeechAct.REPORTS_PAST), (Label.SUPPOSED, SpeechAct.SUPPOSES), (Label.REFUSED, SpeechAct.REFUSES)):
        if answers[label] >= 0.5:
            return act
    if mail and GRANT.search(text):
        return SpeechAct.GRANTS
    if mail and len(text) < 120 and REFUSAL.search(text) and answers[Label.RULE] < 0.5 and answers[Label.EXCEPTION] < 0.5:
        return SpeechAct.REFUSES
    return SpeechAct.STATES


def _modality(answers: Sequence[float], text: str) -> Modality:
    scored = {modality: answers[Label[modality.name]] for modality in Modality}
    best = max(scored, key=lambda m: (scored[m], m.name))
    if best is Modality.PERMISSION and only_forbids(text):
        return Modality.PROHIBITION  # what is worded in nothing but negatives gives nobody leave, and the mistake would be a costly one
    return best if scored[best] >= 0.3 else modality_of(text)


def _statement(document: Document, sentence: Sentence, answers: Sequence[float], *, insider: bool) -> Statement:
    message = document.message
    written = message.sent_at if message else document.effective or document.issued
    values = values_in(sentence.text, near=written if message else None, currency=main_currency(document.text))
    start, end = period_of(sentence.text, written_on=written)
    place = sentence.passage.place
    remark = sentence.passage.kind is BlockKind.COMMENT
    return Statement(
        id=content_id("stm", document.id, sentence.span.start, sentence.span.end),
        citation=Citation(document.id, document.path, sentence.span, sentence.text, place),
        carrier=document.kind.value,
        speech_act=_speech_act(answers, sentence.text, mail=message is not None),
        likelihood=Likelihood(*(answers[label] for label in (Label.RULE, Label.EXCEPTION, Label.HANDOFF, Label.DECOY))),
        modality=_modality(answers, sentence.text),
        subject=subject_of(sentence.tree),
        action=action_of(sentence.tree),
        text=_standing_alone(sentence),
        one_off=answers[Label.ONE_OFF],
        ended=answers[Label.PAST],
        insider=insider and not remark,
        author=comment_author(document, sentence.span) if remark else message.sender if message else document.title,
        scope=tuple(ScopeItem("other", name) for name in names_in(sentence.text)),
        conditions=conditions_of(sentence.text, values),
        values=values,
        handler=handler_of(sentence.text),
        handoff=handoff_of(sentence.tree, sentence.text),
        valid_from=start,
        valid_to=end,
        mentions=mentions_of(sentence.tree, sentence.passage.lead_in),
    )


def _standing_alone(sentence: Sentence) -> str:
    """The sentence with the lead-in that it completes, as one line."""
    lead = sentence.passage.lead_in
    text = f"{lead} {sentence.text}" if lead and sentence.span.start == sentence.passage.span.start else sentence.text
    return " ".join(text.split())
