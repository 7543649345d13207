"""How the command line speaks: data on stdout, everything else on stderr, colour and movement on terminals only."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

#: Wider lines are hard to read; what is piped into a file has this width too, so that it is the same everywhere.
WIDTH = 100

#: Characters that turn the direction of text, so that a quote could show other words than it holds.
_TURNING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F}
#: What a document may not do to a terminal: the C0 and C1 control characters, which start escape sequences.
_MUTED = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0), *_TURNING} - {0x09, 0x0A, 0x0D}, "")


def say(text: str) -> None:
    """One line on stderr."""
    print(f"groundrule: {clean(text)}", file=sys.stderr, flush=True)


def clean(text: str) -> str:
    """One line without characters that act on a terminal; document text goes through here before it is shown."""
    return " ".join(text.translate(_MUTED).split())


def write_json(content: object) -> None:
    """One line on stdout, in the bytes of the HTTP door."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n")


def stdout() -> Console:
    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    return console


def stderr() -> Console:
    from rich.console import Console

    return Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
