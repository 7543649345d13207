"""A local endpoint that answers as a test wants: well, wrongly, late, with too much, or with nothing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Told:
    """What the stub sends. ``late``: seconds before it; ``drip``: seconds between the body's bytes; ``cut``: bytes promised, not sent."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0.0
    late: float = 0.0
    cut: int = 0


@dataclass
class Stub:
    """``script``: (request, its number from 0) -> answer. ``requests``: the bodies received; ``headers``: theirs, in small letters."""

    script: Callable[[dict[str, Any], int], Told]
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    ended: threading.Event = field(default_factory=threading.Event)


def completion(content: str, *, tokens: int | None = 100, finish: str = "stop") -> Told:
    usage = {} if tokens is None else {"usage": {"total_tokens": tokens}}
    message = {"role": "assistant", "content": content}
    return Told(body=json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": finish}], **usage}).encode())


def items(*made: Mapping[str, object], tokens: int | None = 100) -> Told:
    return completion(json.dumps({"items": list(made)}), tokens=tokens)


def item(quote: str, *sentences: int, kind: str = "rule", **others: object) -> dict[str, object]:
    """One item as the schema wants it."""
    return {
        "reason": "it says so",
        "sentences": list(sentences) or [1],
        "quote": quote,
        "kind": kind,
        "speech_act": "states",
        "modality": "obligation",
        "recurrence": "standing",
        "statement": "A plain sentence.",
        "handler": None,
        "values": [],
    } | others


def window_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON object that a request's user message holds."""
    content: str = request["messages"][1]["content"]
    assert content.startswith("<data>")
    assert content.endswith("</data>")
    window: dict[str, Any] = json.loads(content[6:-7])
    return window


def numbered(request: Mapping[str, Any]) -> dict[int, str]:
    return {line["n"]: line["text"] for line in window_of(request)["lines"] if "n" in line}


def agreeing(request: dict[str, Any], _: int) -> Told:
    """Takes every numbered sentence for a rule, quoting it whole."""
    return items(*(item(text, number) for number, text in numbered(request).items()))


@contextmanager
def serving(script: Callable[[dict[str, Any], int], Told]) -> Iterator[Stub]:
    stub = Stub(script)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stub))
    stub.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(stub: Stub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with stub.lock:
                number = len(stub.requests)
                stub.requests.append(request)
                stub.headers.append({name.lower(): value for name, value in self.headers.items()})
            told = stub.script(request, number) if self.path == "/v1/chat/completions" else Told(404)
            with suppress(OSError):  # the caller goes away where this takes too long
                self._tell(told)

        def _tell(self, told: Told) -> None:
            stub.ended.wait(told.late)
            self.send_response(told.status)
            for name, value in {"Content-Length": str(len(told.body) + told.cut), "Connection": "close", **told.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if not told.drip:
                self.wfile.write(told.body)
            for byte in told.body if told.drip else b"":
                self.wfile.write(bytes([byte]))
                time.sleep(told.drip)

        def log_message(self, *_: object) -> None:
            """Nothing on the tests' output."""

    return Handler
