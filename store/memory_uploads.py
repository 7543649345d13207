"""Files that wait to be read, in memory: a part of the ledger's twin."""

from __future__ import annotations

from dataclasses import replace

from domain.errors import NotFound
from domain.upload import Upload, UploadState
from store.memory_room import Room


def store(room: Room, upload: Upload, data: bytes, number: int) -> Upload:
    kept = room.uploads.get(upload.id)
    if kept is not None and kept[0].state is UploadState.WAITING:
        return kept[0]
    made = replace(upload, number=number)
    room.uploads[upload.id] = made, data
    room.note((upload.actor, upload.at), "upload.accepted", upload.id)
    return made


def one(room: Room, upload_id: str) -> Upload:
    if upload_id not in room.uploads:
        raise NotFound(f"there is no upload {upload_id}")
    return room.uploads[upload_id][0]


def data(room: Room, upload_id: str) -> bytes:
    found = room.uploads.get(upload_id)
    if found is None or found[1] is None:
        raise NotFound(f"no upload {upload_id} waits")
    return found[1]


def end(room: Room, upload_id: str, state: UploadState, reason: str | None, at: str) -> None:
    found = room.uploads.get(upload_id)
    if found is not None and found[0].state is UploadState.WAITING:
        room.uploads[upload_id] = replace(found[0], state=state, reason=reason, at=at), None
        room.note(("operator", at), f"upload.{state.value}", upload_id)
