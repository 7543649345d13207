"""Reads files in worker processes that have limits and may die: what hangs, crashes or grows is refused, and the rest goes on."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import selectors
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from domain.document import Document
from domain.errors import BadInput, DamagedSource, Defect, LimitExceeded, UnsupportedFormat
from domain.source import Source
from ingest.limits import MAX_BYTES, MAX_REPLY, MEGABYTE, WORKER_MEMORY, WORKER_SECONDS
from ingest.wire import from_json

Outcome = tuple[Source, tuple[Document, ...] | BadInput]
_ERRORS: dict[str, type[BadInput]] = {e.__name__: e for e in (DamagedSource, LimitExceeded, UnsupportedFormat)}
#: Wall-clock seconds beyond the CPU limit, for a machine that is busy with other things.
_GRACE = 5.0
#: What a worker may see of the environment: no keys, no passwords, no proxies.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT", "VIRTUAL_ENV")
_CHUNK = 1 << 16
#: The first line of an answer holds two sentences at most.
_MAX_LINE = 1 << 16
#: -P: the folder that it starts in is no place to import from.
_COMMAND = (sys.executable, "-P", "-m", "ingest.worker")
#: -24 is SIGXCPU, with which the kernel ends what takes too much time; -9 is SIGKILL, from the kernel short of memory or from a person;
#: -6 is SIGABRT, with which a library in C gives up where it is refused memory.
_OUT_OF_TIME, _KILLED, _GAVE_UP = -24, -9, -6


@dataclass(slots=True)
class _Worker:
    """``files``: how many it has read, for it is replaced before its memory is in shreds."""

    process: subprocess.Popen[bytes]
    files: int = 0


class ReaderPool:
    """Use as a context manager; ``read`` may be called from several threads.

    Workers start when they are first needed, and end with this process however that ends. ``seconds``: wall-clock time that one file may
    take.
    """

    #: A worker that has read so many files is replaced by a fresh one.
    MAX_FILES = 2_000

    def __init__(self, workers: int = 2, *, seconds: float = WORKER_SECONDS) -> None:
        self._count = max(1, workers)
        self._seconds = seconds
        self._free: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(self._count):
            self._free.put(None)
        self._all: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        # The kernel ends a worker with the very thread that started it, so that one thread starts them all and lives as long as the pool.
        self._starter = ThreadPoolExecutor(1)

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends all workers; files that are being read are refused."""
        with self._lock:
            self._closed.set()
            processes, self._all = list(self._all), set()
        for process in processes:
            _end(process)
        self._starter.shutdown(wait=False)

    def read(self, source: Source, data: bytes) -> tuple[Document, ...]:
        """What ``ingest.read.read_source`` gives; raises DamagedSource, LimitExceeded or UnsupportedFormat."""
        if len(data) > MAX_BYTES:
            raise LimitExceeded(f"{source.path} is larger than {MAX_BYTES // MEGABYTE} MB")
        try:
            return self._once(source, data)
        except _Lost as lost:
            if not lost.died or self._closed.is_set():
                raise lost.reason from None
        try:
            # Somebody killed it, or files before had worn it out: the file is refused only where a fresh worker dies of it as well.
            return self._once(source, data)
        except _Lost as lost:
            raise lost.reason from None

    def isolation(self) -> str:
        """Which walls stand around a worker here, as ``ingest.confine`` names them; raises DamagedSource where none can be started."""
        worker = self._free.get()
        try:
            if worker is None or worker.process.poll() is not None:
                worker = self._replaced(worker)
            line, _ = _exchanged(worker.process, b'{"path": null, "size": 0}\n', time.monotonic() + self._seconds)
            return _parsed(line)[1]
        except _Lost as lost:
            raise lost.reason from None
        finally:
            self._free.put(worker)

    def _once(self, source: Source, data: bytes) -> tuple[Document, ...]:
        worker = self._free.get()
        try:
            if worker is None or worker.process.poll() is not None or worker.files >= self.MAX_FILES:
                worker = self._replaced(worker)
            worker.files += 1
            documents = _asked(worker.process, source, data, self._seconds + _GRACE)
        except _Lost:
            if worker is not None:
                self._dropped(worker.process)
            worker = None
            raise
        finally:
            self._free.put(worker)
        return documents

    def imap(self, items: Iterable[tuple[Source, bytes]]) -> Iterator[Outcome]:
        """Reads many sources side by side and yields each with its documents or its refusal, in the order given.

        ``items`` is drawn from as workers get free, so the bytes of a few files are held at a time and not those of all.
        """
        waiting: deque[tuple[Source, int, Future[tuple[Document, ...]]]] = deque()
        with ThreadPoolExecutor(self._count) as threads:
            for source, data in items:
                waiting.append((source, len(data), threads.submit(self.read, source, data)))
                while len(waiting) >= 4 * self._count or waiting and (waiting[0][2].done() or sum(w[1] for w in waiting) > 2 * MAX_BYTES):
                    yield _outcome(*waiting.popleft())
            while waiting:
                yield _outcome(*waiting.popleft())

    def _replaced(self, worker: _Worker | None) -> _Worker:
        if worker is not None:
            self._dropped(worker.process)
        if self._closed.is_set():
            raise _Lost(DamagedSource("the reader was closed before it was read"))
        process = self._starter.submit(_started).result()
        with self._lock:
            self._all.add(process)
        if self._closed.is_set():
            self._dropped(process)
        return _Worker(process)

    def _dropped(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._all.discard(process)
        _end(process)


class _Lost(Exception):
    """A worker that cannot be used any more, and how its file is refused. ``died``: it ended by itself and before its time."""

    def __init__(self, reason: BadInput, *, died: bool = False) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.died = died


def isolation() -> str:
    """Which walls stand around the processes that read files on this machine: "landlock, namespace, seccomp, python" at best."""
    with ReaderPool(1) as pool:
        return pool.isolation()


def _outcome(source: Source, _size: int, future: Future[tuple[Document, ...]]) -> Outcome:
    try:
        return source, future.result()
    except BadInput as error:
        return source, error


def _started() -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    path = os.pathsep.join(str(Path(p).absolute()) for p in sys.path if p)
    environment |= {"PYTHONPATH": path, "DO_NOT_TRACK": "1", "UNSTRUCTURED_DISABLE_NOTICE": "1"}
    # One thread of linear algebra: numpy's pool would take its address space from the file's.
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    return subprocess.Popen(
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd="/",
        umask=0o077,
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        # What is left in a buffer would be written to a process that is dead.
        with contextlib.suppress(BrokenPipeError):
            if pipe is not None:
                pipe.close()


def _asked(process: subprocess.Popen[bytes], source: Source, data: bytes, seconds: float) -> tuple[Document, ...]:
    """One request and its answer; raises what the file is refused with, and _Lost where the worker is to be replaced."""
    until = time.monotonic() + seconds
    head = json.dumps({"path": source.path, "kind_hint": source.kind_hint, "media_type": source.media_type, "size": len(data)}).encode()
    line, rest = _exchanged(process, head + b"\n" + data, until)
    kind, message, size = _parsed(line)
    body = _rest(process, rest, size, until)
    if kind:
        raise _ERRORS.get(kind, DamagedSource)(message)
    try:
        documents = from_json(body)
    except Defect as error:
        raise _Lost(DamagedSource(f"its parser answered something that cannot be: {error}")) from None
    if any(d.source_id != source.id or d.path != source.path for d in documents):
        raise _Lost(DamagedSource("its parser answered for another file"))
    return documents


def _parsed(line: bytes) -> tuple[str, str, int]:
    """(error class or "", its message, bytes that follow); raises _Lost for anything else."""
    try:
        answer = json.loads(line)
        size = answer["size"]
        if isinstance(size, int) and 0 <= size <= MAX_REPLY:
            return str(answer["error"]), str(answer["message"]), size
    except (ValueError, TypeError, KeyError):
        pass
    raise _Lost(DamagedSource("its parser answered something that cannot be read"))


def _exchanged(process: subprocess.Popen[bytes], request: bytes, until: float) -> tuple[bytes, bytes]:
    """Writes the request and reads up to the end of the answer's first line: (line, what came after it)."""
    if process.stdin is None or process.stdout is None:
        raise _Lost(DamagedSource("the reader process has no pipes"))
    view, sent, got = memoryview(request), 0, bytearray()
    into, out = process.stdin.fileno(), process.stdout.fileno()
    os.set_blocking(into, False)
    with selectors.DefaultSelector() as selector:
        selector.register(out, selectors.EVENT_READ)
        selector.register(into, selectors.EVENT_WRITE)
        while b"\n" not in got:
            for key, _ in _ready(selector, until):
                if key.fd == into:
                    sent += _written(into, view[sent : sent + _CHUNK])
                    if sent == len(view):
                        selector.unregister(into)
                else:
                    got += _some(process, out)
            if b"\n" not in got[:_MAX_LINE] and len(got) > _MAX_LINE:
                raise _Lost(DamagedSource("its parser answered something that cannot be read"))
    line, _, rest = bytes(got).partition(b"\n")
    return line, rest


def _written(into: int, piece: memoryview) -> int:
    try:
        return os.write(into, piece)
    except BlockingIOError:
        return 0
    except BrokenPipeError:
        raise _Lost(DamagedSource("its parser crashed"), died=True) from None


def _rest(process: subprocess.Popen[bytes], got: bytes, size: int, until: float) -> bytes:
    if process.stdout is None:
        raise _Lost(DamagedSource("the reader process has no pipes"))
    out = process.stdout.fileno()
    pieces, length = [got], len(got)
    with selectors.DefaultSelector() as selector:
        selector.register(out, selectors.EVENT_READ)
        while length < size:
            _ready(selector, until)
            pieces.append(_some(process, out))
            length += len(pieces[-1])
    return b"".join(pieces)


def _ready(selector: selectors.BaseSelector, until: float) -> list[tuple[selectors.SelectorKey, int]]:
    events = selector.select(max(0.0, until - time.monotonic()))
    if not events and time.monotonic() >= until:
        raise _Lost(LimitExceeded(f"reading it takes longer than {WORKER_SECONDS} seconds"))
    return events


def _some(process: subprocess.Popen[bytes], out: int) -> bytes:
    piece = os.read(out, 1 << 20)
    if piece:
        return piece
    code = process.wait()
    if code == _OUT_OF_TIME:
        raise _Lost(LimitExceeded(f"reading it takes longer than {WORKER_SECONDS} seconds"))
    if code == _KILLED:
        limits = f"{WORKER_MEMORY // MEGABYTE:,} MB of memory or {WORKER_SECONDS} seconds"
        raise _Lost(LimitExceeded(f"reading it takes more than it may ({limits}): its reader was ended"), died=True)
    if code == _GAVE_UP:
        raise _Lost(LimitExceeded(f"its parser gave up, most likely at {WORKER_MEMORY // MEGABYTE:,} MB of memory"))
    raise _Lost(DamagedSource(f"its parser crashed (exit code {code})"), died=True)
