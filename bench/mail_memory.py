"""Ingests thousands of mails, the corpora's over and over under new ids, and says what memory the process takes at the end.

``python -m bench.mail_memory CORPORA [--counts 1000 5000]``. Each count runs in a process of its own, from an empty store.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_ID = re.compile(rb"(?im)^((?:message-id|in-reply-to|references):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)")


def main() -> None:
    """Prints one JSON line a count, and the ratio of the largest to the smallest."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("corpora", type=Path)
    arguments.add_argument("--counts", type=int, nargs="+", default=[1000, 5000])
    arguments.add_argument("--own", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.own:
        print(json.dumps(_run(given.own)))
        return
    peaks = []
    for count in given.counts:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "mail"
            written(given.corpora, folder, count)
            command = [sys.executable, "-m", "bench.mail_memory", "--own", str(folder), str(given.corpora)]
            domains = {d for p in given.corpora.rglob("tasks.json") for d in json.loads(p.read_text())["domains"]}
            around = {**os.environ, "GROUNDRULE_ORG_DOMAINS": ",".join(sorted(domains))}
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=around)
            row = json.loads(done.stdout.strip().splitlines()[-1])
        print(json.dumps({"mails": count, **row}), flush=True)
        peaks.append(row["end_mb"])
    print(f"memory at {given.counts[-1]:,} mails is {peaks[-1] / peaks[0]:.2f} of that at {given.counts[0]:,}")


def written(corpora: Path, folder: Path, count: int) -> None:
    """``count`` messages in folders of 500; each copy of a message has ids of its own, so that threads stay whole and apart."""
    mails = sorted(p for p in corpora.rglob("*.eml"))
    if not mails:
        raise SystemExit(f"no .eml files under {corpora}")
    for n in range(count):
        source, turn = mails[n % len(mails)], n // len(mails)
        data = _ID.sub(lambda m, turn=turn: m[1].replace(b"@", b".%d@" % turn), source.read_bytes())
        place = folder / f"{n // 500:03d}" / f"{n:06d}.eml"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def _run(folder: Path) -> dict[str, float]:
    from domain.access import LOCAL
    from service.ingest_files import ingest
    from service.settings import Settings
    from service.wiring import open_app

    begun = time.perf_counter()
    steps: dict[int, float] = {}

    def note(progress: object) -> None:
        done = getattr(progress, "done", 0)
        if done and done % 500 == 0 and done not in steps:
            steps[done] = _resident()
            print(f"{done} {steps[done]:.0f} MB {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as place:
        app = open_app(Settings(data_dir=Path(place)))
        summary = ingest(app, LOCAL, [folder], progress=note)
        end = _resident()
        app.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"end_mb": end, "peak_mb": peak, "seconds": time.perf_counter() - begun, "records": sum(summary.records.values())}


def _resident() -> float:
    """Megabytes of this process that are in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
