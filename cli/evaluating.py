"""The command that scores what is found in gold folders, and serves as a gate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import exits, progress
from cli.console import say, write_json
from cli.exporting import write_whole
from cli.session import Session
from cli.values import listed
from domain.errors import InvalidQuestion

if TYPE_CHECKING:
    from service.evaluation.gate import Bars, Baseline
    from service.evaluation.judge import Evaluation

_BAR = "NAME=VALUE,..."


def evaluate(  # noqa: PLR0913, PLR0917 - one parameter for each option of the command
    ctx: typer.Context,
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER...", exists=True, file_okay=False, help="Folders with files/, gold.json and tasks.json.")
    ],
    org_domain: Annotated[
        list[str] | None, typer.Option(metavar="DOMAIN", help="Own mail domain, in place of those of tasks.json; may be repeated.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="OUT", dir_okay=False, help="Write all of it for programs; - is stdout.")
    ] = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", metavar="REPORT", dir_okay=False, help="Write one page with figures, pictures and misses.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", exists=True, dir_okay=False, help="An earlier --json to compare with.")
    ] = None,
    fail_under: Annotated[list[str] | None, typer.Option(metavar=_BAR, help="Exit 1 where a figure is below its bar.")] = None,
    fail_over: Annotated[
        list[str] | None, typer.Option(metavar=_BAR, help="The same for figures that must stay small, as decoys_taken.")
    ] = None,
    max_drop: Annotated[
        float | None, typer.Option(metavar="VALUE", help="Exit 1 where a figure is worse than the baseline's by more.")
    ] = None,
    misses: Annotated[bool, typer.Option("--misses", help="List every miss with its quote.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Processes that read; as many as cores by default.")] = None,
) -> int:
    """Score records and answers against a gold folder, in a data folder that is thrown away; fail where a figure fell."""
    from service.evaluation.gate import bars_of, load_baseline, other_gold

    # What can be wrong with the call is told before minutes of reading.
    bars = bars_of(fail_under or [], fail_over or [], max_drop)
    if max_drop is not None and baseline is None:
        raise InvalidQuestion("--max-drop needs a --baseline to compare with")
    for file in (json_file, html_file):
        if file is not None and str(file) != "-" and not file.absolute().parent.is_dir():
            raise InvalidQuestion(f"cannot write {file}: there is no folder {file.absolute().parent}")
    before = load_baseline(baseline) if baseline else None
    done = _evaluated(ctx.ensure_object(Session), folders, listed(org_domain or []) or frozenset(), workers)
    if before and (warning := other_gold(before, done)):
        say(warning)
    return _told(done, bars, before, _Outputs(json_file, html_file, misses))


def _evaluated(session: Session, folders: Sequence[Path], org_domains: frozenset[str], workers: int | None) -> list[Evaluation]:
    """Each folder in turn; all of the gold is read, and refused, before any file is."""
    from service.evaluation.gold import load_gold
    from service.evaluation.judge import evaluate as judged

    settings = session.settings()
    names = [folder.resolve().name for folder in folders]
    golds = [load_gold(folder, name if names.count(name) == 1 else str(folder)) for folder, name in zip(folders, names, strict=True)]
    domains = frozenset(domain.lower().lstrip("@") for domain in org_domains)
    done = []
    for gold in golds:
        if not (domains or gold.domains or settings.org_domains):
            say(f"{gold.name}: no mail domain of your own is set (--org-domain): nobody's mail counts as an employee's")
        with progress.shown() as report:
            done.append(judged(gold, settings, org_domains=domains, workers=workers, progress=report))
        for note in done[-1].notes:
            say(f"{gold.name}: {note}")
        for refusal in done[-1].refused:
            say(f"{gold.name}: refused {refusal.path}: {refusal.reason}")
    return done


class _Outputs:
    """Where the results go besides stdout."""

    def __init__(self, json_file: Path | None, html_file: Path | None, misses: bool) -> None:
        self.json_file, self.html_file, self.misses = json_file, html_file, misses

    @property
    def json_on_stdout(self) -> bool:
        return str(self.json_file) == "-"


def _told(done: Sequence[Evaluation], bars: Bars, before: Baseline | None, outputs: _Outputs) -> int:
    """Writes and prints the results; the exit code."""
    from cli.evaluation_view import show_evaluations, show_misses
    from service.evaluation.figures import evaluations_json, figures_of, mean_figures
    from service.evaluation.gate import fallen
    from service.evaluation.report import report_html

    gated = bool(bars.under or bars.over or bars.drop is not None)
    lines = fallen(mean_figures([figures_of(one) for one in done]), bars, before)
    if outputs.html_file is not None:
        text = report_html(done, version=_version(), baseline=before, fallen=lines if gated else None)
        write_whole(outputs.html_file, [text])
    content = evaluations_json(done, _version())
    if outputs.json_on_stdout:
        write_json(content)
    elif outputs.json_file is not None:
        write_whole(outputs.json_file, [json.dumps(content, ensure_ascii=False, indent=1) + "\n"])
    if not outputs.json_on_stdout:
        show_evaluations(done, before)
        if outputs.misses:
            show_misses(done)
    for line in lines:
        say(line)
    if lines:
        return exits.FELL
    if gated:
        say("the gate is passed")
    return exits.PARTLY if any(one.refused for one in done) else exits.DONE


def _version() -> str:
    try:
        return version("groundrule")
    except PackageNotFoundError:
        return "not installed"
