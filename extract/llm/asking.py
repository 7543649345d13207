"""Asks the model about one window, tries again where that may help, and stops where the budget, the endpoint or patience is at an end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from extract.llm.budget import Breaker, Budget, tokens_in
from extract.llm.cache import Cache, key_of
from extract.llm.candidates import Candidate
from extract.llm.client import Answer, Client, Failure
from extract.llm.placing import verdicts
from extract.llm.prompt import corrected, messages, version
from extract.llm.reply import parsed
from extract.llm.verdict import Verdict

#: After the first call, so many more are made for a window.
RETRIES = 2
#: Seconds before the first retry where the endpoint does not say; the next wait is twice as long.
BACKOFF = 1.0
#: An endpoint that asks for a longer wait, in seconds, is not asked again in this run.
LONGEST_WAIT = 120.0
#: Tokens that a reply may have: for the frame, and for each sentence asked about.
FRAME, EACH = 400, 300


@dataclass(slots=True)
class Tally:
    """What one run of the stage came to.

    ``windows``: those with a sentence in question; of them ``cached`` were known, ``asked`` were answered, ``unusable`` were answered in no
    usable form after all retries, and ``left`` keep the network's own answer since the budget or the endpoint was at an end: ``stopped``
    says which. ``calls`` and ``tokens`` are what was spent. ``dropped``: items and fields of replies that could not be placed, by reason.
    """

    windows: int = 0
    cached: int = 0
    asked: int = 0
    unusable: int = 0
    left: int = 0
    calls: int = 0
    tokens: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    stopped: str = ""


@dataclass(slots=True)
class _Try:
    """Where the asking about one window stands."""

    talk: list[dict[str, str]]
    most: int
    usable: tuple[Verdict, ...] | None = None
    wrong: str = ""


class Asker:
    """For one event loop. ``sleep`` is asyncio's but for tests."""

    def __init__(
        self, model: str, client: Client, budget: Budget, cache: Cache, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._client, self._budget, self._cache, self._sleep = client, budget, cache, sleep
        self._version = version(model)
        self._breaker = Breaker()
        self._not_before = 0.0
        self.tally = Tally()

    async def ask(self, candidate: Candidate) -> tuple[Verdict, ...] | None:
        """The verdicts on a window's sentences, of which there may be none; None where it was left."""
        self.tally.windows += 1
        talk = messages(candidate)
        key = key_of(self._version, talk[1]["content"])
        known = self._cache.get(key)
        if known is not None:
            self.tally.cached += 1
            return _fitting(candidate, known)
        at = _Try(talk, FRAME + EACH * len(candidate.asked))
        found = await self._asked(candidate, at)
        self.tally.calls, self.tally.tokens = self._budget.calls, self._budget.tokens
        if found is None:
            self.tally.left += 1
            self.tally.stopped = self._breaker.opened or ("the budget is spent" if self._budget.spent else at.wrong)
            return None
        self._cache.put(key, found)
        return found

    async def _asked(self, candidate: Candidate, at: _Try) -> tuple[Verdict, ...] | None:
        reply: Answer | Failure | None = None
        for attempt in range(RETRIES + 1):
            if attempt and isinstance(reply, Failure):
                await self._sleep(BACKOFF * 2 ** (attempt - 1) if reply.wait is None else 0)
            reply = await self._called(at)
            if reply is None:
                return None
            if isinstance(reply, Answer) and self._used(candidate, reply, at):
                self._breaker.worked()
                self.tally.asked += 1
                return at.usable
            if isinstance(reply, Failure) and self._given_up(reply, last=attempt == RETRIES):
                at.wrong = reply.reason
                return None
        # The model was asked and has no answer in this form: that is final, asking it again would cost the same.
        self._breaker.failed("the model does not answer in the form asked for")
        self.tally.unusable += 1
        return ()

    async def _called(self, at: _Try) -> Answer | Failure | None:
        """None where nothing more may be asked in this run."""
        loop = asyncio.get_running_loop()
        while not self._breaker.opened and (wait := self._not_before - loop.time()) > 0:
            await self._sleep(wait)
        cost = tokens_in("".join(message["content"] for message in at.talk)) + at.most
        if self._breaker.opened or not self._budget.reserve(cost):
            return None
        used = 0
        try:
            reply = await self._client.complete(at.talk, at.most)
            used = _cost(reply, cost)
        finally:
            self._budget.settle(cost, used)
        return reply

    def _given_up(self, failure: Failure, *, last: bool) -> bool:
        """Whether this window is left; a wait that the endpoint asks for holds for all windows."""
        if failure.wait is not None:
            if failure.wait > LONGEST_WAIT:
                self._breaker.failed(f"the endpoint asks for a wait of {failure.wait:.0f} seconds", for_good=True)
            self._not_before = max(self._not_before, asyncio.get_running_loop().time() + failure.wait)
        if failure.wait is None or last:
            self._breaker.failed(failure.reason, for_good=failure.for_good)
        return last or failure.for_good or bool(self._breaker.opened)

    def _used(self, candidate: Candidate, answer: Answer, at: _Try) -> bool:
        """Whether something came of the answer; else the next call tells the model why not."""
        reply = parsed(answer.text) if answer.whole else "it was cut off at the limit of tokens; be shorter"
        if isinstance(reply, str):
            at.wrong = reply
        else:
            found, dropped = verdicts(candidate, reply)
            self.tally.dropped = dict(Counter(self.tally.dropped) + dropped)
            if found or not reply.items:
                at.usable = found
                return True
            at.wrong = "no item could be placed: " + "; ".join(_ADVICE[reason] for reason in sorted(dropped) if reason in _ADVICE)
        at.talk = [*at.talk[:2], *corrected(answer.text, at.wrong)]
        return False


_ADVICE = {
    "sentences": "sentence numbers that are not in the window",
    "quote": "quotes that do not stand letter by letter in the sentences named, or have fewer than three words",
    "value": "values that are not in the sentences quoted",
    "contradiction": "a sentence that is called a norm and a decoy at once",
}


def _cost(reply: Answer | Failure, expected: int) -> int:
    if isinstance(reply, Failure):
        return expected if reply.may_have_cost else 0
    return expected if reply.tokens is None else reply.tokens


def _fitting(candidate: Candidate, known: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """Those that can be of this window, should somebody have changed the file: a place outside a sentence is never believed."""
    fits = []
    for verdict in known:
        if 1 <= verdict.sentence <= len(candidate.asked):
            start, end = verdict.handler or (0, 1)
            if 0 <= start < end <= len(candidate.asked[verdict.sentence - 1].citation.quote):
                fits.append(verdict)
    return tuple(fits)
