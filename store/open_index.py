"""Chooses the index by its address: a folder, or a Qdrant server."""

from __future__ import annotations

from pathlib import Path

from domain.ports import Index


def open_index(url_or_path: str | Path, *, collection: str = "groundrule", api_key: str | None = None) -> Index:
    """``http://`` and ``https://`` are a Qdrant server, anything else is a folder, which is made where it is missing.

    Raises:
        Busy: another process has the folder open.
        Unavailable: the server does not answer, or the folder cannot be used.
    """
    if str(url_or_path).startswith(("http://", "https://")):
        from store.server_index import ServerIndex

        return ServerIndex(str(url_or_path), collection, api_key=api_key)
    from store.edge_index import EdgeIndex

    return EdgeIndex(url_or_path)
