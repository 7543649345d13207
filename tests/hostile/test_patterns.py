"""Every regular expression of ingest against long text made to slow it down: each ends soon, on any text (T10)."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import random
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import ingest

LENGTH = 100_000
SECONDS = 0.1
#: Processor time, in seconds, that a match which was given up counts as.
ENOUGH = 0.5
ALL = os.environ.get("GROUNDRULE_TEST_PATTERNS", "") not in ("", "0")
#: How a pattern is used somewhere in its module; those used by import are tried as if searched.
_USES = ("search", "match", "fullmatch", "sub", "subn", "finditer", "findall", "split")
_PIECES = (
    "a", " ", "\t", "1", "A", "(", ")", "[", "<", "{", "-", "=", ".", "_", ">", "*", "#", "|", ",", ";", ":", "@", '"', "'",
    "\u201c", "/", "\\", "&", "$", "%", "+", "~", "\n", "\u00a0", "\r\n", "a ", " a", "a.", "1.", "1.1.", "a,", "A ", "Aa ",
    "a\n", "a@", "a-", "(a) ", "[a](", "<a ", "</", "/*", "*/", "> ", "| a ", "1 ", "1,", "1 January ", "EUR 1", "a: ",
    "x" * 75 + ": ", "On a", "From: ", "wrote:", "=?a?q?", "a;b:c;", "i.", "iv.", "\n\n", " \n", "\n ", "- ", "-- ", "__", "**",
    "``", "the ", "The ", 'the "', '("', "shall ", "Article 1 ", "Section 1.1 ", "\\'", "{}", "a{b:c}", "url(", "::", "..", "#a ",
    "@media ", ",,", '""', "a\t", "\u2022 ", "https://", "www.a.", "a@b.", "<a@b> ", "<!--", "-->", "<?xml ", "1/1/", "2024-01-",
    "12:30 ", "no. ", "&amp;",
)  # fmt: skip


def modules() -> list[ModuleType]:
    return [importlib.import_module(f"ingest.{found.name}") for found in pkgutil.iter_modules(ingest.__path__)]


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes], tuple[str, ...]]]:
    """(where it is, the pattern, how it is used); each where it was made."""
    seen: set[int] = set()
    sources = {module.__name__: Path(module.__file__ or "").read_text() for module in modules()}
    for module in modules():
        source = sources[module.__name__]
        for name, value in vars(module).items():
            for n, pattern in enumerate(held(value)):
                if id(pattern) in seen or re.search(rf"import .*\b{name}\b", source):
                    continue
                seen.add(id(pattern))
                where = source if name.startswith("_") else "\n".join(sources.values())
                uses = {use for use in _USES if re.search(rf"\b{name}\.{use}\(", where)} or {"search"}
                yield f"{module.__name__}.{name}{f'[{n}]' if pattern is not value else ''}", pattern, tuple(sorted(uses))


def held(value: object) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    """Patterns in a value, and in the tables that a value may be."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from held(one)
    elif isinstance(value, list | tuple | frozenset):
        for one in value:
            yield from held(one)


def texts(pattern: re.Pattern[str] | re.Pattern[bytes]) -> Iterator[str]:
    """Long strings of one piece, of two, and of the pattern's own words; each ends in what does not match."""
    raw = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    own = [w for w in re.findall(r"[A-Za-z][A-Za-z ]{2,20}", raw) if not re.fullmatch(r"[nrtdwsb ]+", w)][:4]
    chance = random.Random(raw.encode("utf-8", "surrogatepass"))
    pieces = [*_PIECES, *own, *(w + " " for w in own)]
    if not ALL:
        pieces = ["a", " ", "1", "A ", *own[:1]]
    pairs = [chance.choice(pieces) + chance.choice(pieces) for _ in range(90 if ALL else 1)]
    for piece in [*pieces, *pairs]:
        yield (piece * (LENGTH // len(piece) + 1))[: LENGTH - 1] + "\x00"
        if ALL:
            yield chance.choice(pieces) + piece * ((LENGTH - 20) // len(piece)) + "!"


#: What the matching process does: whether both are bytes, a pattern, its flags, its use and a text come in, the processor's seconds go out.
_MATCHER = """
import json, re, sys, time
for line in sys.stdin:
    raw, pattern, flags, use, text = json.loads(line)
    if raw:
        pattern, text = pattern.encode("latin-1"), text.encode()
    found = re.compile(pattern, flags)
    given = ("" if isinstance(text, str) else b"", text) if use in ("sub", "subn") else (text,)
    began = time.thread_time()
    result = getattr(found, use)(*given)
    for _ in result if use == "finditer" else ():
        pass
    print(time.thread_time() - began, flush=True)
"""
_running: list[subprocess.Popen[bytes]] = []


def _matcher() -> subprocess.Popen[bytes]:
    """A process of its own, so that a match that does not end can be ended from outside."""
    if not _running:
        _running.append(subprocess.Popen([sys.executable, "-I", "-c", _MATCHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE))
    return _running[0]


def _end_matcher() -> None:
    while _running:
        with _running.pop() as process:
            process.kill()


@pytest.fixture(scope="module", autouse=True)
def _no_process_stays() -> Iterator[None]:
    yield
    _end_matcher()


def seconds(pattern: re.Pattern[str] | re.Pattern[bytes], use: str, text: str) -> float:
    """How much processor time it takes; ENOUGH where it has not ended in four times that by the clock."""
    raw = isinstance(pattern.pattern, bytes)
    shown = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    process = _matcher()
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps([raw, shown, pattern.flags, use, text]).encode() + b"\n")
    process.stdin.flush()
    if not select.select([process.stdout], [], [], 4 * ENOUGH)[0]:
        _end_matcher()
        return ENOUGH
    return float(process.stdout.readline())


def is_slow(pattern: re.Pattern[str] | re.Pattern[bytes], use: str, text: str) -> bool:
    """Three times over, for the machine may have been busy."""
    return all(seconds(pattern, use, text) > SECONDS for _ in range(3))


@pytest.mark.slow
@pytest.mark.timeout(1_500 if ALL else 250)
def test_every_pattern_ends_soon_on_any_text() -> None:
    slow: list[str] = []
    tried = 0
    for where, pattern, uses in patterns():
        tried += 1
        if found := next((f"{where}.{use} on {t[:24]!r}..." for t in texts(pattern) for use in uses if is_slow(pattern, use, t)), ""):
            slow.append(found)
    assert tried > 50
    assert not slow, "\n".join(slow)


def test_the_clock_would_have_noticed() -> None:
    assert seconds(re.compile(r"(a+)+$"), "search", "a" * 40 + "!") == ENOUGH
