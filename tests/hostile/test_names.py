"""Names of attachments and members that want to be paths, commands or headers: they are shown, cleaned, and nothing is written (T7)."""

from __future__ import annotations

import base64
import io
import os
import random
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.document import Document
from domain.errors import BadInput
from domain.source import source_of
from ingest.canonical import clean, one_line
from ingest.formats import media_type_of
from ingest.read import read_source

SEEN = "The gate is locked at ten."
_ROOTS = (
    "",
    "../",
    "../../../",
    "/",
    "//",
    "C:\\",
    "\\\\host\\share\\",
    "~/",
    "./",
    "..\\..\\",
    "%2e%2e/",
    "..%c0%af",
    "....//",
    "file:///",
    "/dev/",
    "/proc/self/",
)
_MIDDLES = (
    "tmp/",
    "etc/cron.d/",
    "Windows\\System32\\",
    "\u202e",
    "a\nb",
    "a\r\nX-Evil: 1",
    "a\tb",
    "\u200b",
    "$(touch x)",
    "`id`",
    ";rm -rf x;",
    "|cat",
    "'\"",
    "\x1b[31m",
    "\u2028",
    "名前",
    "é" * 40,
    "n" * 3_000,
    "<script>alert(1)</script>",
    "{0.__class__}",
    "%s%n",
    "=cmd|x",
    "-rf",
    " ",
    ".",
    "..",
    "\ud83d\ude00",
    "con",
    "nul:",
    "a:b:$DATA",
    "\x7f",
)
_ENDS = (".txt", ".txt.", ".txt ", ".md", ".txt\x00.exe", ".html", ".txt/", ".TXT", "", ".eml")
_CHANGES = (
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.rmdir",
    "subprocess.Popen",
    "os.system",
    "os.exec",
)
#: Where Python writes when it is only compiling itself.
_OWN = ("__pycache__", ".pytest_cache", "/dev/null")


def names(count: int) -> list[str]:
    chance = random.Random(7)
    every = [root + middle + end for root in _ROOTS for middle in _MIDDLES for end in _ENDS]
    return chance.sample([name.replace("\ud83d\ude00", "\U0001f600") for name in every], count)


def archive(members: list[str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for n, name in enumerate(members):
            info = zipfile.ZipInfo("x")
            info.filename = name or f"{n}"
            if n % 7 == 3:
                # A symbolic link to what its content names.
                info.external_attr = 0o120777 << 16
            made.writestr(info, "/etc/passwd" if n % 7 == 3 else f"{SEEN} It is member {n}.")
    return out.getvalue()


def message(attachments: list[str]) -> bytes:
    head = "From: dana@quay.example\r\nTo: yard@quay.example\r\nSubject: Crates\r\nMessage-ID: <n@quay.example>\r\nMIME-Version: 1.0\r\n"
    parts = [f"Content-Type: text/plain\r\n\r\n{SEEN}"]
    for n, name in enumerate(attachments):
        coded = base64.b64encode(name.encode()).decode()
        percent = "".join(f"%{b:02X}" for b in name.encode())
        shown = (f'filename="=?utf-8?b?{coded}?="', f"filename*=utf-8''{percent}", f'filename="{clean(name)[:200]}"')[n % 3]
        parts.append(f"Content-Type: text/plain\r\nContent-Disposition: attachment; {shown}\r\n\r\n{SEEN} It is attachment {n}.")
    return (
        head + "Content-Type: multipart/mixed; boundary=bb\r\n\r\n" + "".join(f"--bb\r\n{p}\r\n" for p in parts) + "--bb--\r\n"
    ).encode()


class Writes:
    """Every attempt of this process to write, make, rename or remove a file while ``on``; Python itself reports them."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        sys.addaudithook(self._event)

    def _event(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.on:
            return
        if event == "open":
            path, mode, flags = arguments
            writing = (
                isinstance(mode, str)
                and any(m in mode for m in "wax+")
                or isinstance(flags, int)
                and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            )
            if writing and isinstance(path, str | bytes) and not any(own in os.fsdecode(path) for own in _OWN):
                self.seen.append(f"open {os.fsdecode(path)}")
        elif event in _CHANGES and not any(own in str(arguments) for own in _OWN):
            self.seen.append(f"{event} {arguments}")


@pytest.fixture(scope="module")
def writes() -> Iterator[Writes]:
    watch = Writes()
    yield watch
    watch.on = False


def read(data: bytes, name: str) -> tuple[Document, ...]:
    try:
        return read_source(source_of(data, name, media_type_of(data, name)), data)
    except BadInput:
        return ()


def test_a_name_from_outside_is_shown_and_nothing_is_written(writes: Writes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tried = names(500)
    # Once before, so that what is imported is imported.
    read(message(tried[:3]), "first.eml"), read(archive(tried[:3]), "first.zip")
    documents: list[Document] = []
    writes.on = True
    try:
        for at in range(0, 500, 25):
            documents += read(message(tried[at : at + 25]), f"{at}.eml") + read(archive(tried[at : at + 25]), f"{at}.zip")
    finally:
        writes.on = False
    assert writes.seen == [] and list(tmp_path.iterdir()) == []
    carried = [d for d in documents if d.member]
    assert len(carried) >= 500
    for document in carried:
        assert document.member == one_line(document.member) and len(document.member) <= 1_000, repr(document.member[:200])
        assert document.path.endswith((".eml", ".zip")) and ".." not in document.path
        assert "root:" not in document.text
    for document in documents:
        assert all(note == one_line(note) for note in document.notes)


def test_the_watch_would_have_noticed(writes: Writes, tmp_path: Path) -> None:
    writes.on = True
    (tmp_path / "x").write_text("y")
    writes.on = False
    assert writes.seen == [f"open {tmp_path / 'x'}"]
    writes.seen.clear()
