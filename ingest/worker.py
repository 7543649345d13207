"""The process that reads files which may be hostile: ``python -m ingest.worker`` confined (``ingest.confine``), with JSON on its pipes.

A request is one JSON line (path, kind_hint, media_type, size) and the file's bytes; an answer is one JSON line (size, error, message)
and as many bytes of documents. A request without a path asks which walls stand around the worker; they are the answer's message.
"""

from __future__ import annotations

import gc
import json
import os
import resource
from typing import Any, BinaryIO

from domain.errors import BadInput, Defect, LimitExceeded
from domain.source import source_of
from ingest.confine import confine
from ingest.limits import MAX_REPLY, MEGABYTE, WORKER_MEMORY, WORKER_SECONDS
from ingest.read import read_source
from ingest.wire import to_json


def main() -> None:
    """Answers requests until the parent closes the pipe."""
    requests, answers = _pipes()
    walls = confine()
    # Parsers make millions of small objects and hardly a cycle; looking for cycles at every 700th costs a third of the time.
    gc.set_threshold(100_000, 20, 50)
    while line := requests.readline():
        wanted = json.loads(line)
        data = requests.read(wanted["size"])
        _allow_seconds(WORKER_SECONDS)
        kind, message, body = ("", ", ".join(walls), b"") if wanted["path"] is None else _read(wanted, data)
        answers.write(json.dumps({"error": kind, "message": message[:2000], "size": len(body)}).encode() + b"\n")
        answers.write(body)
        answers.flush()


def _read(wanted: dict[str, Any], data: bytes) -> tuple[str, str, bytes]:
    """(error class or "", its message, documents as JSON)."""
    try:
        body = to_json(read_source(source_of(data, wanted["path"], wanted["media_type"], wanted["kind_hint"]), data))
        if len(body) > MAX_REPLY:
            raise LimitExceeded(f"its documents are larger than {MAX_REPLY // MEGABYTE} MB together; split it")
        return "", "", body
    except BadInput as error:
        return type(error).__name__, str(error), b""
    except MemoryError:
        return "LimitExceeded", f"reading it takes more than {WORKER_MEMORY // MEGABYTE:,} MB of memory", b""
    except RecursionError:
        return "LimitExceeded", "its structure is nested too deeply", b""
    except Defect as error:
        return "DamagedSource", f"it was read to something that cannot be: {error}", b""
    except Exception as error:  # the worker's door: a parser's surprise refuses one file and nothing else
        return "DamagedSource", f"its parser failed with {type(error).__name__}: {error}", b""


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent, moved away from standard input and output, where a library's print would end up in an answer."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return requests, answers


def _allow_seconds(seconds: int) -> None:
    """Moves the limit of CPU time to so many seconds from now; past it the kernel ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


if __name__ == "__main__":
    main()
