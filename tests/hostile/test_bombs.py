"""Files that are small outside and endless inside: each ends, soon and within memory, and nothing beside it suffers (T6)."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import BadInput
from domain.source import Source, source_of
from ingest.formats import media_type_of
from ingest.limits import WORKER_SECONDS
from ingest.sandbox import ReaderPool
from ingest.wire import to_json
from tests.hostile.bombs_office import OFFICE
from tests.hostile.bombs_plain import PLAIN
from tests.ingest.files import mail, word

BOMBS = OFFICE | PLAIN
#: Those that end soon, from every format; all of them with GROUNDRULE_TEST_BOMBS=60.
QUICK = (
    "zip_deep zip_overlapping zip_lying_small zip_3000_members docx_nested_tables docx_text_boxes docx_billion_laughs docx_quadratic "
    "docx_very_nested_tables xlsx_far_cell xlsx_billion_laughs pptx_groups odt_repeated_cells odt_blanks pdf_lying_count pdf_tree_loop "
    "pdf_xref_loop pdf_form_loop pdf_giant_image html_formatting xhtml_billion_laughs mail_hundred_thousand_addresses mail_5000_parts "
    "mail_depth mail_in_mail mail_comments rtf_binary msg_loop"
).split()
ALL = os.environ.get("GROUNDRULE_TEST_BOMBS", "") not in ("", "0")
MAX_RESIDENT = 1_500_000_000
GOOD = (("good.docx", word()), ("good.eml", mail("The gate is locked at ten.")), ("good.txt", b"The gate is locked at ten."))


def read(pool: ReaderPool, path: str, data: bytes) -> bytes | BadInput:
    try:
        source = source_of(data, path, media_type_of(data, path))
        return to_json(pool.read(source, data))
    except BadInput as error:
        return error


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(1) as opened:
        yield opened


@pytest.fixture(scope="module")
def alone() -> dict[str, bytes | BadInput]:
    """The good files, read where no bomb ever was."""
    with ReaderPool(1) as clean:
        return {path: read(clean, path, data) for path, data in GOOD}


def peak(pool: ReaderPool) -> int:
    """Peak resident bytes of the workers that are alive; one that the limits ended never had more address space than allowed."""
    sizes = [0]
    for process in list(pool._all):
        lines = Path(f"/proc/{process.pid}/status")
        if lines.exists():
            sizes += [int(line.split()[1]) * 1024 for line in lines.read_text().splitlines() if line.startswith("VmHWM")]
    return max(sizes)


def test_there_are_enough_bombs() -> None:
    assert len(BOMBS) >= 60 and len(QUICK) >= 20 and set(QUICK) <= set(BOMBS)


@pytest.mark.timeout(200)
@pytest.mark.parametrize("name", sorted(BOMBS) if ALL else QUICK)
def test_a_bomb_ends_in_time_and_memory_and_leaves_its_neighbours_alone(
    name: str, pool: ReaderPool, alone: dict[str, bytes | BadInput]
) -> None:
    path, make = BOMBS[name]
    data = make()
    began = time.monotonic()
    outcome = read(pool, path, data)
    seconds = time.monotonic() - began
    if os.environ.get("GROUNDRULE_BOMB_LOG"):
        with Path(os.environ["GROUNDRULE_BOMB_LOG"]).open("a") as log:
            said = f"read {len(outcome)}" if isinstance(outcome, bytes) else f"{type(outcome).__name__}: {outcome}"
            log.write(f"{name}\t{len(data) >> 10} KB\t{seconds:.1f} s\t{peak(pool) >> 20} MB\t{said[:150]}\n")
    assert isinstance(outcome, bytes) or len(str(outcome)) > 10
    assert seconds < WORKER_SECONDS + 10 and peak(pool) < MAX_RESIDENT
    for neighbour, good in GOOD:
        assert read(pool, neighbour, good) == alone[neighbour]


def test_bombs_read_side_by_side_with_good_files_change_none_of_them(alone: dict[str, bytes | BadInput]) -> None:
    names = random.Random(5).sample(QUICK, 6)
    files = [(f"{name}/{BOMBS[name][0]}", BOMBS[name][1]()) for name in names]
    mixed = [file for n, bomb in enumerate(files) for file in (bomb, GOOD[n % 3])]

    def items() -> Iterator[tuple[Source, bytes]]:
        for path, data in mixed:
            try:
                yield source_of(data, path, media_type_of(data, path)), data
            except BadInput:
                continue

    with ReaderPool(2) as both:
        ended = {source.path: outcome for source, outcome in both.imap(items())}
    for path, _ in GOOD:
        outcome = ended[path]
        assert not isinstance(outcome, BadInput) and to_json(outcome) == alone[path]
