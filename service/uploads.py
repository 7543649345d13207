"""Files handed in at the door: kept at once, read in the background, and each of them comes to an end that says why."""

from __future__ import annotations

import hashlib
import re
import tempfile
from pathlib import Path

from domain.access import Caller, Scope
from domain.errors import InvalidQuestion, LimitExceeded, NotFound
from domain.ids import content_id
from domain.upload import Upload, UploadState
from service.ingest_run import MAX_BYTES
from service.seen import may_read
from service.wiring import App, now

KINDS = ("auto", "policy", "contract", "email", "other")
#: So many are read in one run: their records are derived once.
TOGETHER = 50

_BAD = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def accept(app: App, caller: Caller, path: str, data: bytes, *, kind: str = "auto") -> Upload:
    """Keeps a file until it is read. ``path``: what its source will be called, with forward slashes; it is a name and never a place.

    Raises InvalidQuestion for a name or kind that makes no sense, or an empty file, and LimitExceeded.
    """
    caller.need(Scope.WRITE)
    name = "/".join(part for part in path.replace("\\", "/").split("/") if part not in ("", ".", ".."))
    if not name or len(name) > 500 or _BAD.search(name):
        raise InvalidQuestion("path: name the file, in at most 500 characters without control characters")
    if kind not in KINDS:
        raise InvalidQuestion(f"kind is one of {', '.join(KINDS)}")
    if not data:
        raise InvalidQuestion("file: it is empty")
    if len(data) > MAX_BYTES:
        raise LimitExceeded(f"{len(data)} bytes are more than the limit of {MAX_BYTES}")
    sha256 = hashlib.sha256(data).hexdigest()
    given = Upload(content_id("upl", sha256, name), name, sha256, len(data), kind, UploadState.WAITING, caller.name, now())
    return app.ledger.add_upload(caller.workspace, given, data)


def get_upload(app: App, caller: Caller, upload_id: str) -> Upload:
    """Raises NotFound."""
    caller.need(Scope.READ)
    upload = app.ledger.upload(caller.workspace, upload_id)
    if not may_read(app, caller, upload.path):
        raise NotFound(f"there is no upload {upload_id}")
    return upload


def documents_of(app: App, caller: Caller, upload: Upload) -> tuple[str, ...]:
    """Ids of the documents that were read from it, while its source is there."""
    caller.need(Scope.READ)
    for version in app.ledger.versions(caller.workspace, upload.path):
        if version.state.source.sha256 == upload.sha256:
            return version.documents
    return ()


def read_waiting(app: App) -> int:
    """Reads what waits, one workspace after the other; the number of uploads that came to an end."""
    done = 0
    while waiting := app.ledger.waiting_uploads(limit=TOGETHER):
        workspace = waiting[0][0]
        done += _read(app, workspace, _batch([upload for name, upload in waiting if name == workspace]))
    return done


def _batch(waiting: list[Upload]) -> list[Upload]:
    """The first of them and those after it that say the same of their kind and lie elsewhere; a second file at a path has its own turn."""
    found: dict[str, Upload] = {}
    for upload in waiting:
        if upload.kind_hint != waiting[0].kind_hint or upload.path in found:
            break
        found[upload.path] = upload
    return list(found.values())


def _read(app: App, workspace: str, batch: list[Upload]) -> int:
    """A file is deleted from the data folder whatever happens; where reading breaks off, what waits is read again at the next start."""
    from service.find_files import Found
    from service.ingest_files import ingest_found

    caller = Caller(workspace, batch[0].actor, frozenset({Scope.READ, Scope.WRITE}))
    with tempfile.TemporaryDirectory(prefix="uploads-", dir=app.settings.data_dir) as folder:
        found = []
        for upload in batch:
            file = Path(folder) / f"{upload.id}{_ending(upload.path)}"
            file.write_bytes(app.ledger.upload_bytes(workspace, upload.id))
            found.append(Found(file, upload.path))
        summary = ingest_found(app, caller, found, kind=batch[0].kind_hint)
    reasons = {refusal.path: refusal.reason for refusal in summary.refused}
    for upload in batch:
        state = UploadState.REFUSED if upload.path in reasons else UploadState.READ
        app.ledger.end_upload(workspace, upload.id, state=state, reason=reasons.get(upload.path), at=now())
    return len(batch)


def _ending(path: str) -> str:
    """A file's type is told by its bytes and, for text, by its name's ending."""
    found = re.search(r"\.[A-Za-z0-9]{1,8}$", path)
    return found[0] if found else ""
