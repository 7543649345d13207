"""The command line of what is fitted on companies that the classifier did not learn from."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from training.dataset import ROOT, rendered


def held_out_folders(purpose: str | None) -> list[Path]:
    """The rendered companies that the command line names with --hold-out; it is refused where the classifier learned from one of them."""
    parser = argparse.ArgumentParser(description=purpose, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hold-out", nargs="+", required=True, metavar="SLUG")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "groundrule-training")
    options = parser.parse_args()
    card = json.loads((ROOT.parent / "extract" / "weights" / "statements.json").read_text())
    if learned := set(options.hold_out) & set(card["companies"]):
        parser.error(f"the classifier learned from {', '.join(sorted(learned))}")
    return [rendered(ROOT / "companies" / name, options.work) for name in options.hold_out]
