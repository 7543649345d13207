"""The image and the compose file are sane; no container engine is needed to see that."""

from __future__ import annotations

import re
from typing import Any

import yaml

from scripts.lints.tree import ROOT


def instructions() -> list[tuple[str, str]]:
    """(instruction, arguments) of the Dockerfile, continuation lines joined."""
    text = (ROOT / "docker/Dockerfile").read_text()
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(word.upper(), rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines())]


def arguments(word: str) -> list[str]:
    return [rest for name, rest in instructions() if name == word]


def compose() -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / "docker/compose.yaml").read_text())
    assert isinstance(loaded, dict)
    return loaded


def test_the_dockerfile_has_known_instructions_and_begins_with_its_base() -> None:
    known = {"ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "RUN", "USER", "VOLUME", "WORKDIR"}
    words = [word for word, _ in instructions()]
    assert set(words) <= known
    assert next(word for word in words if word != "ARG") == "FROM"
    assert arguments("FROM")[0].startswith("python:3.11-slim")


def test_the_image_does_not_run_as_root() -> None:
    words = [word for word, _ in instructions()]
    user = arguments("USER")[-1]
    assert user not in ("root", "0")
    assert words.index("USER") < words.index("CMD")
    assert not any(word in ("RUN", "COPY") for word in words[words.index("USER") :]), "nothing is installed after the user is set"


def test_the_image_installs_torch_for_cpu_before_the_rest() -> None:
    runs = arguments("RUN")
    torch = next(n for n, run in enumerate(runs) if "torch==2.13.0" in run)
    rest = next(n for n, run in enumerate(runs) if "requirements.lock" in run)
    assert torch < rest
    assert "TORCH_INDEX" in runs[torch]


def test_the_image_is_asked_how_it_is() -> None:
    assert "/healthz" in arguments("HEALTHCHECK")[0]


def test_what_the_image_copies_exists() -> None:
    for copied in arguments("COPY"):
        *sources, _ = [word for word in copied.split() if not word.startswith("--")]
        if "--from" not in copied:
            assert [source for source in sources if not (ROOT / source).exists() and source != "README.md"] == []


def test_compose_has_the_three_services_with_pinned_images_and_health_checks() -> None:
    services = compose()["services"]
    assert set(services) == {"api", "postgres", "qdrant"}
    assert services["postgres"]["image"].startswith("postgres:18")
    for name in ("postgres", "qdrant"):
        tag = services[name]["image"].partition(":")[2]
        assert tag and tag != "latest", f"{name} needs a version"
    for name, service in services.items():
        assert "healthcheck" in service or name == "api", f"{name} needs a health check (the api's is in its image)"
        assert "restart" in service


def test_compose_waits_for_what_the_api_needs() -> None:
    waits = compose()["services"]["api"]["depends_on"]
    assert {name: wait["condition"] for name, wait in waits.items()} == {"postgres": "service_healthy", "qdrant": "service_healthy"}


def test_compose_declares_every_volume_it_mounts() -> None:
    file = compose()
    mounted = {mount.partition(":")[0] for service in file["services"].values() for mount in service.get("volumes", [])}
    assert {name for name in mounted if not name.startswith((".", "/"))} == set(file["volumes"])


def test_compose_holds_no_password() -> None:
    text = (ROOT / "docker/compose.yaml").read_text()
    for line in text.splitlines():
        if re.search(r"PASSWORD|_URL:.*@", line):
            assert "${" in line, f"take it from the environment: {line.strip()}"


def test_compose_shows_only_the_api_and_only_to_this_machine() -> None:
    services = compose()["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["api"]
    assert all(str(port).startswith("127.0.0.1:") for port in services["api"]["ports"])
