"""Real contracts: the share of expert-marked clauses that a record's evidence overlaps, and the share of sampled records that are norms.

``python -m bench.cuad_norms CUAD_DIR [--pdf] [--misses] [--sample FILE]``. The contracts are a third of sixty from CUAD v1 (The Atticus
Project, CC BY 4.0), held out by a hash of the file's name: training may use the others. A clause is *overlapped* where one single piece of
evidence covers, in the same place of the same contract, at least five of its words (all of them where it has fewer); the same words
somewhere else in the contract do not count. *Half* is stricter: all evidence together covers half of its words.
A norm is a duty, ban, leave, limit, entitlement, deadline, price or condition that binds a party. Whether a sampled record is one was
judged by reading it in its clause; cuad_norms_judged.jsonl keeps each verdict by quote and path, the path without its ending. A record
of the sample without a verdict counts as unjudged, never as right.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.places import Words, same_places

if TYPE_CHECKING:
    from service.wiring import App

JUDGED = Path(__file__).with_name("cuad_norms_judged.jsonl")
#: CUAD's categories that name something instead of ruling it. The copy that is measured here comes without them.
NO_NORM = frozenset({"Document Name", "Parties", "Agreement Date", "Effective Date", "Expiration Date"})
#: So many of a clause's words in one piece of evidence overlap it.
FEW = 5
SAMPLED, SEED = 300, 4


@dataclass(frozen=True, slots=True)
class Clause:
    """What experts marked. ``covered``: the most words in one piece of evidence; ``together``: in all; ``words``: how many it has."""

    path: str
    category: str
    text: str
    words: int
    covered: int
    together: int

    @property
    def overlapped(self) -> bool:
        return self.covered >= min(FEW, self.words)

    @property
    def half(self) -> bool:
        return 2 * self.together >= self.words


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m bench.cuad_norms", description=__doc__)
    asked.add_argument("folder", type=Path, help="has txt/, pdf/ and spans.json")
    asked.add_argument("--pdf", action="store_true", help="read the contracts as filed, in PDF, and only those that are there in PDF")
    asked.add_argument("--misses", action="store_true", help="list the clauses that no record overlaps")
    asked.add_argument("--sample", type=Path, help="write the sampled records here, one JSON object a line")
    asked.add_argument("--only", type=int, help="the first so many contracts, to try something out")
    given = asked.parse_args()
    contracts = held_out(json.loads((given.folder / "spans.json").read_text()), pdf=given.pdf)[: given.only]
    with tempfile.TemporaryDirectory() as place:
        clauses, records = _measured(given.folder, contracts, Path(place), pdf=given.pdf)
    print(f"{len(contracts)} contracts held out:", *(f"  {Path(c['file']).stem}" for c in contracts), sep="\n")
    _print_clauses(clauses)
    if given.misses:
        for clause in clauses:
            if not clause.overlapped:
                print(f"missed: {clause.path} [{clause.category}] {' '.join(clause.text.split())}")
    sample = sampled(records)
    if given.sample:
        given.sample.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in sample))
    _print_sample(sample, len(records))


def held_out(contracts: list[dict[str, Any]], *, pdf: bool = False) -> list[dict[str, Any]]:
    """About a third, each by its own name alone; ``pdf``: those of them that have been filed as PDF."""
    third = [c for c in contracts if int(hashlib.sha256(Path(c["file"]).stem.encode()).hexdigest(), 16) % 3 == 0]
    return sorted((c for c in third if not pdf or c.get("pdf")), key=lambda c: str(c["file"]))


def _measured(folder: Path, contracts: list[dict[str, Any]], place: Path, *, pdf: bool) -> tuple[list[Clause], list[dict[str, Any]]]:
    """Ingested together, by the service itself, in a data folder that is thrown away."""
    from domain.access import LOCAL
    from service.ingest_files import ingest
    from service.settings import Settings
    from service.wiring import open_app

    papers = place / "papers"
    papers.mkdir()
    for contract in contracts:
        shutil.copy(folder / contract["pdf" if pdf else "file"], papers)
    with open_app(Settings(data_dir=place / "data", database_url=None, qdrant_url=None)) as app:
        summary = ingest(app, LOCAL, [papers], workers=1)
        if summary.refused:
            raise SystemExit(f"refused: {summary.refused[0]}")
        print(f"{sum(summary.records.values())} records in {summary.seconds:.0f} s")
        records = _records(app)
        clauses = [clause for contract in contracts for clause in _clauses(app, folder, contract, records, pdf=pdf)]
    return clauses, records


def _records(app: App) -> list[dict[str, Any]]:
    """As exported: what is served, whatever its confidence."""
    from domain.access import LOCAL
    from service.export import export_records

    return [json.loads(line) for line in export_records(app, LOCAL, as_of=None, form="jsonl", statuses=None)]


def _clauses(app: App, folder: Path, contract: dict[str, Any], records: list[dict[str, Any]], *, pdf: bool) -> list[Clause]:
    """The experts gave places in the contract's text; what was read of the paper is laid beside it word by word."""
    from domain.access import LOCAL

    name = Path(contract["pdf" if pdf else "file"]).name
    text = Words((folder / contract["file"]).read_text())
    evidence: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for record in records:
        for piece in record["evidence"]:
            if Path(piece["path"]).name == name:
                evidence[piece["document"]].append((piece["start"], piece["end"]))
    documents = app.snapshot(LOCAL).documents
    pieces: list[frozenset[int]] = []
    for document_id, spans in sorted(evidence.items()):
        read = Words(documents[document_id].text)
        beside = same_places(read, text)
        pieces += [frozenset(beside[n] for n in read.within(*span) if n in beside) for span in spans]
    clauses = []
    for span in contract["spans"]:
        marked = frozenset(text.within(span["start"], span["start"] + len(span["text"])))
        shared = [marked & piece for piece in pieces]
        together = len(frozenset().union(*shared))
        clauses.append(Clause(name, span["category"], span["text"], len(marked), max(map(len, shared), default=0), together))
    return clauses


def sampled(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By a hash of path and quote, so that a record which is still there is drawn again and keeps its verdict."""
    rows = []
    for record in records:
        first = record["evidence"][0]
        row = {"path": Path(first["path"]).name, "quote": first["quote"], "place": first["place"]}
        rows.append(row | {key: record[key] for key in ("kind", "statement", "confidence")})
    drawn = sorted(rows, key=lambda r: (hashlib.sha256(f"{SEED}\n{r['path']}\n{r['quote']}".encode()).hexdigest(), r["kind"]))
    return sorted(drawn[:SAMPLED], key=lambda r: (r["path"], r["place"], r["quote"]))


def _print_clauses(clauses: list[Clause]) -> None:
    groups: dict[str, list[Clause]] = defaultdict(list)
    for clause in clauses:
        groups[clause.category].append(clause)
    print(f"{'clauses':36} {'overlapped':>16} {'half':>6}")
    for category in sorted(groups):
        _print_share(category + (" (no norm)" if category in NO_NORM else ""), groups[category])
    norms = [clause for clause in clauses if clause.category not in NO_NORM]
    _print_share("all norms", norms)
    _print_share("all, each passage once", list({(c.path, c.text): c for c in norms}.values()))
    _print_share("all, and what is no norm", clauses)
    print(f"left out as no norms: {', '.join(f'{name} ({len(groups.get(name, ()))})' for name in sorted(NO_NORM))}")


def _print_share(name: str, clauses: list[Clause]) -> None:
    count, half = sum(c.overlapped for c in clauses), sum(c.half for c in clauses)
    total = max(1, len(clauses))
    print(f"{name:36} {count:4} of {len(clauses):4} {count / total:.2f} {half / total:6.2f}")


def _print_sample(sample: list[dict[str, Any]], total: int) -> None:
    rows = [json.loads(line) for line in JUDGED.read_text().splitlines()] if JUDGED.exists() else []
    judged = {(row["path"], row["quote"]): row["norm"] for row in rows}
    verdicts = [judged.get((row["path"].rpartition(".")[0], row["quote"])) for row in sample]
    yes, no = verdicts.count(True), verdicts.count(False)
    print(f"{len(sample)} of {total} records sampled: {yes} norms, {no} none, {verdicts.count(None)} unjudged")
    print(f"norms: {yes / max(1, len(sample)):.3f} of the sample, {yes / max(1, yes + no):.3f} of those judged")


if __name__ == "__main__":
    main()
