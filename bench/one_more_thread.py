"""How long one more thread of mails takes beside many documents, in a process that stays, as the server does.

``python -m bench.one_more_thread FOLDER... [--data-dir DIR] [--rounds N]``. The folders are read as one organisation first, which takes a
while; a data folder that holds them already is brought up to date only. A folder may be a company with ``files`` and ``tasks.json``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

from domain.access import LOCAL
from service.ingest_files import ingest
from service.settings import Settings
from service.wiring import App, open_app

#: What is asked and answered, in turn; each round names somebody else.
WISHES = (
    (
        "May the {who} consignment leave the yard before the certificate is here? Their crane is only free until four.",
        "Let it go, only this one.",
    ),
    ("{who} have sent it without our order number again.", "They never have one, book it against the frame contract as always."),
    ("{who} ask whether sixty days are still all right for them.", "Sixty for {who}, as it has been since spring, nobody else."),
    (
        "Can the {who} men go in without the induction, it is the same crew as last month?",
        "If it is the same crew, yes, but they sign the sheet.",
    ),
)
NAMES = (
    "Quandry Lathe",
    "Orrisvale",
    "Peltmoor",
    "Brackwine",
    "Jessamy Tools",
    "Ulverdale",
    "Corranfell",
    "Tindlewick",
    "Sorbrook",
    "Yarnholt",
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folders", type=Path, nargs="+")
    arguments.add_argument("--data-dir", type=Path)
    arguments.add_argument("--rounds", type=int, default=5)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        domains = _domains(given.folders)
        with open_app(Settings(data_dir=given.data_dir or work / "data", org_domains=domains)) as app:
            _fill(app, given.folders, work / "all")
            times = [_added(app, work / f"thread-{number}", number, min(domains)) for number in range(given.rounds)]
    print(f"one more thread: {min(times):.2f} to {max(times):.2f} s, median {sorted(times)[len(times) // 2]:.2f} s")


def _domains(folders: Sequence[Path]) -> frozenset[str]:
    found = {"bench.example"}
    for folder in folders:
        if (folder / "tasks.json").exists():
            found |= set(json.loads((folder / "tasks.json").read_text())["domains"])
    return frozenset(found)


def _fill(app: App, folders: Sequence[Path], everything: Path) -> None:
    """One folder of all, since a document's path begins there and two companies may both have a ``mail/1.eml``."""
    for folder in folders:
        shutil.copytree(folder / "files" if (folder / "files").is_dir() else folder, everything / folder.name)
    started = time.monotonic()
    ingest(app, LOCAL, [everything])
    app.library(LOCAL)
    held = app.snapshot(LOCAL)
    print(f"{len(held.documents)} documents, {len(held.records)} records, {time.monotonic() - started:.0f} s", flush=True)


def _added(app: App, folder: Path, number: int, domain: str) -> float:
    """Seconds until a thread of two mails is read, its records are committed, and the next question would see them."""
    folder.mkdir()
    who, (wish, answer) = NAMES[number % len(NAMES)], WISHES[number % len(WISHES)]
    _mail(
        folder / f"ask-{number}.eml", f"ask-{number}@{domain}", f"ines.corvo@{domain}", f"tom.bell@{domain}", who, wish.format(who=who), ""
    )
    _mail(
        folder / f"ok-{number}.eml",
        f"ok-{number}@{domain}",
        f"tom.bell@{domain}",
        f"ines.corvo@{domain}",
        f"Re: {who}",
        answer.format(who=who),
        f"ask-{number}@{domain}",
    )
    started = time.monotonic()
    summary = ingest(app, LOCAL, [folder])
    app.library(LOCAL)
    taken = time.monotonic() - started
    print(f"  thread {number}: {taken:.2f} s, revision {summary.revision}, {sum(summary.records.values())} records", flush=True)
    return taken


def _mail(path: Path, message_id: str, sender: str, to: str, subject: str, body: str, answers: str) -> None:
    message = EmailMessage()
    message["Message-ID"], message["From"], message["To"], message["Subject"] = f"<{message_id}>", sender, to, subject
    message["Date"] = "Mon, 02 Feb 2026 09:00:00 +0000" if not answers else "Mon, 02 Feb 2026 10:00:00 +0000"
    if answers:
        message["In-Reply-To"] = f"<{answers}>"
    message.set_content(body)
    path.write_bytes(message.as_bytes())


if __name__ == "__main__":
    main()
