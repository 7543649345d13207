"""The official conformance suite of MCP against a running service: every server scenario is run or has its reason for not being.

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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

SUITE = "npx --yes @modelcontextprotocol/conformance@0.1.16"
#: What any server can be asked.
APPLY = ("server-initialize", "ping", "tools-list", "resources-list", "dns-rebinding-protection")

_TOOL = "calls {} of the suite's own example server"
_RESOURCE = "reads {} of the suite's own example server"
_CAPABILITY = "asks for {}, a capability that this service does not declare"
_SESSION = "tries streams within a session; this service keeps no sessions (decision 26) and answers each request with one JSON body"
#: Why a scenario cannot apply: the capability is optional and not offered, or the suite looks for things of its own example server.
CANNOT: Mapping[str, str] = {
    "logging-set-level": _CAPABILITY.format("logging"),
    "completion-complete": _CAPABILITY.format("completions"),
    "prompts-list": _CAPABILITY.format("prompts"),
    "prompts-get-simple": _CAPABILITY.format("prompts"),
    "prompts-get-with-args": _CAPABILITY.format("prompts"),
    "prompts-get-embedded-resource": _CAPABILITY.format("prompts"),
    "prompts-get-with-image": _CAPABILITY.format("prompts"),
    "resources-subscribe": _CAPABILITY.format("resource subscriptions"),
    "resources-unsubscribe": _CAPABILITY.format("resource subscriptions"),
    "tools-call-with-logging": _CAPABILITY.format("logging"),
    "tools-call-simple-text": _TOOL.format("test_simple_text"),
    "tools-call-image": _TOOL.format("test_image_content"),
    "tools-call-audio": _TOOL.format("test_audio_content"),
    "tools-call-embedded-resource": _TOOL.format("test_embedded_resource"),
    "tools-call-mixed-content": _TOOL.format("test_multiple_content_types"),
    "tools-call-error": _TOOL.format("test_error_handling"),
    "tools-call-with-progress": _TOOL.format("test_tool_with_progress"),
    "tools-call-sampling": _TOOL.format("test_sampling"),
    "tools-call-elicitation": _TOOL.format("test_elicitation"),
    "elicitation-sep1034-defaults": _TOOL.format("test_elicitation_sep1034_defaults"),
    "elicitation-sep1330-enums": _TOOL.format("test_elicitation_sep1330_enums"),
    "json-schema-2020-12": _TOOL.format("json_schema_2020_12_tool"),
    "resources-read-text": _RESOURCE.format("test://static-text"),
    "resources-read-binary": _RESOURCE.format("test://static-binary"),
    "resources-templates-read": _RESOURCE.format("test://template/123/data"),
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
        with served(_demo_of(data)) as url:
            ended = {name: subprocess.run([*suite, "server", "--url", f"{url}/mcp", "--scenario", name], check=False) for name in APPLY}
    return told(known, {name: run.returncode == 0 for name, run in ended.items()})


def told(known: Sequence[str], passed: Mapping[str, bool]) -> int:
    """Prints a table; 1 where something failed or is new."""
    for name in known:
        verdict = ("passed" if passed[name] else "FAILED") if name in passed else "cannot apply" if name in CANNOT else "NEW"
        print(f"| {name} | {verdict}{': ' + CANNOT[name] if name in CANNOT else ''} |")
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
def served(data: Path) -> Iterator[str]:
    """The address of a service without keys, once it is ready; raises RuntimeError where it is not within two minutes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(_groundrule(data, "serve", "--no-auth", "--port", str(port)), stderr=subprocess.DEVNULL)
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
