"""Makes an answer fit a budget of tokens: the least useful parts go first, and the answer says which."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

#: Characters of JSON that count as one token: English words and ids in the tokenisers of the day.
CHARACTERS = 4

Answer = dict[str, Any]


def trimmed(answer: Answer, budget: int | None) -> Answer:
    """``answer``: as of service.present.answer_json, which stays as it is. ``budget``: about how many tokens; None for any number.

    The verdict, why, whom to ask, missing facts, conflicts and the deciding record with its first quote never go, so that a small budget is
    overrun rather than an answer cut to what misleads.
    """
    if budget is None or size(answer) <= budget:
        return answer
    cut = copy.deepcopy(answer)
    for part in _parts(cut):
        cut["trimmed"] = [*dict.fromkeys([*cut["trimmed"], part])]
        if size(cut) <= budget:
            break
    return cut


def size(answer: Answer) -> int:
    return len(json.dumps(answer, ensure_ascii=False, separators=(",", ":"))) // CHARACTERS


def _parts(cut: Answer) -> Iterator[str]:
    """Takes one thing away at a time, the least useful first, and says what kind of thing it was."""
    governing = cut["governing"]
    while cut["passages"]:
        cut["passages"].pop()
        yield "passages"
    for item in reversed(governing):
        check = item["record"]["documentation_check"]
        if check and check["nearest"]:
            check["nearest"] = []
            yield "nearest formal passages"
    for item in reversed(governing):
        while len(item["record"]["evidence"]) > 1:
            item["record"]["evidence"].pop()
            yield "evidence after the first quote"
    while len(governing) > 1:
        governing.pop()
        yield "records that do not decide"
