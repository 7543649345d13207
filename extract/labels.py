"""The questions that the classifier answers of a sentence, in the order of its outputs; each answer is a probability of its own."""

from __future__ import annotations

from enum import IntEnum


class Label(IntEnum):
    RULE = 0
    EXCEPTION = 1
    HANDOFF = 2
    DECOY = 3
    OBLIGATION = 4
    PROHIBITION = 5
    PERMISSION = 6
    ONE_OFF = 7
    SUPPOSED = 8  # hypotheticals, wishes, jokes, marketing
    PAST = 9  # how it used to be, or is elsewhere
    ASKED = 10
    REFUSED = 11
    OUTSIDER = 12
