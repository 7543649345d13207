"""A file that was handed in at the door and waits to be read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class UploadState(StrEnum):
    WAITING = "waiting"
    READ = "read"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Upload:
    """``id``: of the same bytes at the same path the same. ``reason``: why it was refused. ``at``: when it came to its state, in UTC.

    ``kind_hint``: what whoever handed it in says it is (auto, policy, contract, email, other). ``number``: the order in which they came.
    """

    id: str
    path: str
    sha256: str
    size: int
    kind_hint: str
    state: UploadState
    actor: str
    at: str
    reason: str | None = None
    number: int = 0


class Uploads(Protocol):
    """What was handed in, kept until it is read or refused; then the source has the bytes, and the state stays."""

    def add_upload(self, workspace: str, upload: Upload, data: bytes) -> Upload:
        """As kept: one of the same id that waits already is left as it is, one that is done waits again."""

    def upload(self, workspace: str, upload_id: str) -> Upload:
        """Raises NotFound."""

    def waiting_uploads(self, *, limit: int = 100) -> list[tuple[str, Upload]]:
        """Of all workspaces, each with its name, in the order in which they came."""

    def upload_bytes(self, workspace: str, upload_id: str) -> bytes:
        """Those of one that waits; raises NotFound."""

    def end_upload(self, workspace: str, upload_id: str, *, state: UploadState, reason: str | None, at: str) -> None:
        """Its bytes go; does nothing where it is not waiting."""
