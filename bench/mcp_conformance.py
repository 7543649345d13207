"""The official conformance suite of MCP against a running service: every server scenario is run, or has its reason for not being.

``python -m bench.mcp_conformance [--data-dir DIR] [--suite COMMAND]``. Without a data folder the demo is read first. Needs Node 20; the
suite is fetched by npx unless ``--suite`` names it. Ends with 1 where a scenario fails, or where the suite has one that is not listed here.
"""

from __future__ import annotations

import argparse
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

SUITE = "npx --yes @modelcontextprotocol/conformance@0.1.16"
#: What any server can be asked.
OURS = ("server-initialize", "ping", "tools-list", "resources-list", "dns-rebinding-protection")
#: What looks for things of the suite's own example server is asked of bench.mcp_example_server, which stands behind this service's door.
CARRIED = (
    *("logging-set-level", "completion-complete", "json-schema-2020-12", "tools-call-simple-text", "tools-call-image", "tools-call-audio"),
    *("tools-call-embedded-resource", "tools-call-mixed-content", "tools-call-error", "resources-read-text", "resources-read-binary"),
    *("resources-templates-read", "resources-subscribe", "resources-unsubscribe", "prompts-list", "prompts-get-simple"),
    *("prompts-get-with-args", "prompts-get-embedded-resource", "prompts-get-with-image"),
)
_WITHIN = "{} within a call, for which the answer must be a stream; this service answers each request with one JSON body (decision 26)"
_SESSION = "streams within a session; this service keeps none (decision 26)"
#: What cannot apply, with what it wants; no tool of this service does so.
CANNOT: Mapping[str, str] = {
    "tools-call-with-logging": _WITHIN.format("log messages"),
    "tools-call-with-progress": _WITHIN.format("progress"),
    "tools-call-sampling": _WITHIN.format("a question to the client's model"),
    "tools-call-elicitation": _WITHIN.format("a question to the client's user"),
    "elicitation-sep1034-defaults": _WITHIN.format("a question to the client's user"),
    "elicitation-sep1330-enums": _WITHIN.format("a question to the client's user"),
    "server-sse-polling": _SESSION,
    "server-sse-multiple-streams": _SESSION,
}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data-dir", type=Path, help="a folder that is filled already")
    arguments.add_argument("--suite", default=SUITE, help="the command that runs the suite")
    given = arguments.parse_args()
    suite = shlex.split(given.suite)
    known = re.findall(r"^  - (\S+)", _said(suite, "list", "--server"), re.MULTILINE)
    with tempfile.TemporaryDirectory() as scratch:
        data = given.data_dir or Path(scratch) / "data"
        if given.data_dir is None:
            subprocess.run(_groundrule(data, "demo"), check=True, stdout=subprocess.DEVNULL)
        passed = dict(_run(suite, lambda port: _groundrule(_demo_of(data), "serve", "--no-auth", "--port", port), OURS))
    passed |= _run(suite, lambda port: [sys.executable, "-m", "bench.mcp_example_server", port], CARRIED)
    return told(known, passed)


def _run(suite: Sequence[str], command: Callable[[str], Sequence[str]], scenarios: Sequence[str]) -> dict[str, bool]:
    """Which of them pass; what the suite says about each goes to standard output as it comes."""
    with served(command) as url:
        return {
            name: subprocess.run([*suite, "server", "--url", f"{url}/mcp", "--scenario", name], check=False).returncode == 0
            for name in scenarios
        }


def told(known: Sequence[str], passed: Mapping[str, bool]) -> int:
    """Prints a table; 1 where something failed or is new."""
    for name in known:
        where = "" if name in OURS else ", the suite's own example behind this service's door"
        verdict = f"{'passed' if passed[name] else 'FAILED'}{where}" if name in passed else CANNOT.get(name, "NEW")
        print(f"| {name} | {'' if name in passed else 'cannot apply: ' * (name in CANNOT)}{verdict} |")
    new = [name for name in known if name not in passed and name not in CANNOT]
    print(f"{sum(passed.values())} of {len(passed)} passed, {len(set(known) & set(CANNOT))} cannot apply, {len(new)} new")
    return int(bool(new) or not all(passed.values()))


def _said(suite: Sequence[str], *arguments: str) -> str:
    return subprocess.run([*suite, *arguments], check=True, capture_output=True, text=True).stdout


def _groundrule(data: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "cli.main", "--data-dir", str(data), *arguments]


def _demo_of(data: Path) -> Path:
    """The demo keeps to a folder of its own within the data folder."""
    return data / "demo" if (data / "demo").is_dir() else data


@contextmanager
def served(command: Callable[[str], Sequence[str]]) -> Iterator[str]:
    """The address of the service that the command serves at a port, once ready; raises RuntimeError where it is not within two minutes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(command(str(port)), stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while not _ready(url):
            if time.monotonic() > until or server.poll() is not None:
                raise RuntimeError("the service did not become ready")
            time.sleep(0.5)
        yield url
    finally:
        server.terminate()
        server.wait(30)


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310 # our own address
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(main())
