"""Asks the endpoint about one made-up sentence, to tell whether it is there and answers in the form that extraction needs."""

from __future__ import annotations

import asyncio
import time

from domain.document import Document, DocumentKind
from domain.errors import Unavailable
from domain.passage import Place
from domain.span import Span
from domain.statement import Citation, Likelihood, Modality, SpeechAct, Statement
from extract.llm.candidates import Candidate, Line
from extract.llm.client import Answer, Client, Endpoint, Failure
from extract.llm.prompt import messages
from extract.llm.reply import parsed
from extract.windows import ALONE

SENTENCE = "Visitors must sign the book at the gate before 18:00."
MOST_TOKENS = 600


def probe(endpoint: Endpoint) -> str:
    """One line on how it answers; raises Unavailable with the reason where it does not."""
    started = time.monotonic()
    answer = asyncio.run(_asked(endpoint))
    if isinstance(answer, Failure):
        raise Unavailable(f"{answer.reason}; check url, model and api_key of the setting llm")
    reply = parsed(answer.text)
    if isinstance(reply, str):
        raise Unavailable(f"{endpoint.model} answers, but not in the form asked for: {reply}")
    return f"{endpoint.model} answers in the form asked for, {time.monotonic() - started:.1f} s"


async def _asked(endpoint: Endpoint) -> Answer | Failure:
    client = Client(endpoint)
    try:
        return await client.complete(messages(_candidate()), MOST_TOKENS)
    finally:
        await client.aclose()


def _candidate() -> Candidate:
    document = Document("doc_probe", "src_probe", "gate.md", 0, DocumentKind.POLICY, "Gate", SENTENCE, ())
    citation = Citation(document.id, document.path, Span(0, len(SENTENCE)), SENTENCE, Place())
    unsure = Likelihood(0.5, 0.0, 0.0, 0.0)
    statement = Statement(
        "stm_probe", citation, document.kind.value, SpeechAct.STATES, unsure, Modality.OBLIGATION,
        "Visitors", "sign the book", SENTENCE, 0.0, 0.0, True, document.title,
    )  # fmt: skip
    return Candidate(document, "inside", ALONE, (Line(SENTENCE, 1),), (statement,))
