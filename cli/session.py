"""What every command shares: the data folder it was told, and the App it opens there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from service.settings import Settings
    from service.wiring import App


@dataclass(frozen=True, slots=True)
class Session:
    """``data_dir``: as given on the command line; None: as the settings say."""

    data_dir: Path | None

    def settings(self) -> Settings:
        from service.settings import load_settings

        return load_settings(self.data_dir)


@contextmanager
def opened(ctx: typer.Context) -> Iterator[App]:
    """The data folder that the command works on, closed afterwards."""
    from service.wiring import open_app

    with open_app(ctx.find_object(Session).settings()) as app:  # type: ignore[union-attr] # main's callback always makes one
        yield app
