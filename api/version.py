"""The version of Groundrule that is running, as every door gives it."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """``0`` where it runs without being installed."""
    try:
        return metadata.version("groundrule")
    except metadata.PackageNotFoundError:
        return "0"
