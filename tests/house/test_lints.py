"""Each lint finds the accident it is named after, and leaves the right way of doing the same alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from scripts.lints import (
    code_from_data,
    impure_domain,
    junk_drawer,
    leaked_machine,
    shadowed_name,
    slow_start,
    swallowed_defect,
    undeclared_library,
    unexplained_module,
    unreadable_file,
    unreadable_function,
    wheel_contents,
)
from scripts.lints.__main__ import LINTS, main
from scripts.lints.tree import ROOT, File, Finding, imports, read

Lint = Callable[[Sequence[File]], Iterator[Finding]]


def found(lint: Lint, path: str, text: str) -> list[int]:
    """Lines of the findings in one file."""
    return [finding.line for finding in lint([File(path, text)])]


def test_a_file_of_more_than_400_code_lines_is_found_and_comments_do_not_count() -> None:
    code = "x = 1\n"
    prose = '"""A docstring\nof two lines."""\n\n# a comment\n'
    assert found(unreadable_file.check, "store/ledger.py", prose + code * 400) == []
    assert found(unreadable_file.check, "store/ledger.py", prose + code * 401) == [0]


def function(lines: int, name: str = "f") -> str:
    return f"def {name}():\n" + "    x = 1\n" * (lines - 1)


def test_a_function_of_more_than_80_code_lines_is_found() -> None:
    assert found(unreadable_function.check, "store/a.py", function(80)) == []
    assert found(unreadable_function.check, "store/a.py", function(81)) == [1]


def test_more_than_one_in_twenty_functions_above_40_lines_is_found() -> None:
    short = "".join(function(3, f"f{n}") for n in range(38))
    two_long = function(41, "a") + function(41, "b")
    assert found(unreadable_function.check, "store/a.py", short + two_long) == []
    assert len(found(unreadable_function.check, "store/a.py", short + two_long + function(41, "c"))) == 3


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from joblib import load",
        "import yaml; yaml.load(text)",
        "eval(text)",
        "exec(text)",
        "load(name, trust_remote_code=True)",
        "load(name, trust_remote_code=flag)",
        "run(line, shell=True)",
        "numpy.load(path, allow_pickle=True)",
    ],
)
def test_data_that_runs_is_found(line: str) -> None:
    assert found(code_from_data.check, "extract/a.py", line) == [1]


@pytest.mark.parametrize("line", ["import json", "yaml.safe_load(text)", "model.eval()", "run(words, shell=False)", "session.exec(query)"])
def test_data_that_is_only_read_is_fine(line: str) -> None:
    assert found(code_from_data.check, "extract/a.py", line) == []


@pytest.mark.parametrize("handler", ["except:", "except Exception:", "except BaseException as e:", "except (ValueError, Exception):"])
def test_a_broad_except_is_found_but_not_at_a_door(handler: str) -> None:
    text = f"try:\n    f()\n{handler}\n    pass\n"
    assert found(swallowed_defect.check, "store/ledger.py", text) == [3]
    for door in ("api/app.py", "api/routes/context.py", "cli/main.py", "ingest/worker.py"):
        assert found(swallowed_defect.check, door, text) == []


def test_a_named_except_is_fine() -> None:
    assert found(swallowed_defect.check, "store/ledger.py", "try:\n    f()\nexcept (OSError, ValueError):\n    pass\n") == []


@pytest.mark.parametrize(
    "path", ["store/utils.py", "store/common/rows.py", "api/helpers.py", "core/a.py", "domain/models.py", "cli/_utils.py"]
)
def test_a_module_that_takes_in_everything_is_found(path: str) -> None:
    assert found(junk_drawer.check, path, "") == [0]


def test_a_module_named_after_its_noun_is_fine() -> None:
    assert found(junk_drawer.check, "store/ledger.py", "") == []


def test_a_module_without_a_docstring_is_found_and_an_empty_one_is_fine() -> None:
    assert found(unexplained_module.check, "store/a.py", "x = 1\n") == [1]
    assert found(unexplained_module.check, "store/a.py", '"""What it is for."""\n') == []
    assert found(unexplained_module.check, "store/__init__.py", "") == []


@pytest.mark.parametrize(
    "where", ["/ro" + "ot/x", "'/wo" + "rk/main'", "/ho" + "me/dana/notes", "/tmp/ve" + "nv/bin", "(/Us" + "ers/dana/x)"]
)
def test_a_path_of_one_machine_is_found(where: str) -> None:
    assert found(leaked_machine.check, "docs/a.md", f"one\nsee {where}\n") == [2]


@pytest.mark.parametrize(
    "where", ["docs/work/plan.md", "https://example.org/work/", "../shared/bench", "/var/lib/groundrule", "~/.local/share"]
)
def test_a_path_of_any_machine_is_fine(where: str) -> None:
    assert found(leaked_machine.check, "docs/a.md", where) == []


@pytest.mark.parametrize("secret", ["AKIA" + "A" * 16, "ghp_" + "a" * 36, "-----BEGIN RSA PRIVATE" + " KEY-----", "sk-" + "a1" * 20])
def test_a_secret_is_found(secret: str) -> None:
    assert found(leaked_machine.check, "tests/a.py", f"KEY = {secret!r}") == [1]


def test_a_model_library_imported_at_module_level_is_found() -> None:
    assert found(slow_start.check, "extract/a.py", "import spacy\n") == [1]
    assert found(slow_start.check, "extract/a.py", "class A:\n    from torch.nn import Module\n") == [2]
    assert found(slow_start.check, "extract/a.py", "def f():\n    import spacy\n") == []
    assert found(slow_start.check, "extract/a.py", "if TYPE_CHECKING:\n    import spacy\n") == []
    assert found(slow_start.check, "training/a.py", "import torch\n") == []


def test_an_effect_at_import_is_found() -> None:
    assert found(slow_start.check, "store/a.py", "engine = create_engine('sqlite://')\n") == [1]
    assert found(slow_start.check, "store/a.py", "def f():\n    return create_engine('sqlite://')\n") == []


def test_a_name_that_another_distribution_has_too_is_found() -> None:
    assert [f.path for f in shadowed_name.foreign_owners({"store": ["groundrule", "shop"], "api": ["groundrule"]})] == ["store"]


def test_our_names_belong_to_us_alone_in_this_environment() -> None:
    assert list(shadowed_name.check([])) == []


def test_a_module_that_hides_one_of_the_standard_library_is_found() -> None:
    assert found(shadowed_name.check, "ingest/email.py", "") == [0]
    assert found(shadowed_name.check, "ingest/mail.py", "") == []
    assert found(shadowed_name.check, "docker/__init__.py", "") == [0]


def test_a_library_in_the_domain_is_found() -> None:
    assert found(impure_domain.check, "domain/a.py", "import json\nfrom domain.span import Span\nfrom pydantic import BaseModel\n") == [3]
    assert found(impure_domain.check, "store/a.py", "import sqlalchemy\n") == []


def test_an_import_of_what_is_not_declared_is_found() -> None:
    pyproject = File("pyproject.toml", '[project]\ndependencies = ["SQLAlchemy>=2", "fastapi[x]==1", "mail-parser-reply"]\n')
    text = "import os\nimport sqlalchemy\nimport starlette.requests\nimport mailparser_reply\nfrom domain.span import Span\nimport pandas\n"
    known = undeclared_library.declared(pyproject.text)
    owners = {"mailparser_reply": ["mail-parser-reply"], "pandas": ["pandas"]}
    assert [f.line for f in undeclared_library.undeclared([File("store/a.py", text)], known, owners)] == [6]


def test_a_file_that_the_wheel_lacks_or_has_too_much_is_found(tmp_path: Path) -> None:
    (tmp_path / "extract").mkdir()
    (tmp_path / "extract/cues.json").write_text("{}")
    (tmp_path / "demo/source").mkdir(parents=True)
    (tmp_path / "demo/source/a.md").write_text("")
    assert list(wheel_contents.check(tmp_path, {"extract/cues.json", "groundrule-1.dist-info/METADATA"})) == []
    assert [f.path for f in wheel_contents.check(tmp_path, {"tests/a.py"})] == ["extract/cues.json", "tests/a.py"]


def test_imports_inside_functions_and_for_types_are_lazy() -> None:
    tree = File("a.py", "import a\nif TYPE_CHECKING:\n    import b\nasync def f():\n    from c.d import e\nfrom . import g\n").tree
    assert [(i.module, i.lazy) for i in imports(tree)] == [("a", False), ("b", True), ("c.d", True)]


def test_hidden_folders_caches_and_binary_files_are_not_read(tmp_path: Path) -> None:
    for name in (".venv/a.py", "__pycache__/a.py", "api/a.py", "env/pyvenv.cfg", "env/b.py", ".ci/run"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "weights.safetensors").write_bytes(b"\xff\x00\x01")
    assert [file.path for file in read(tmp_path)] == [".ci/run", "api/a.py"]


def test_every_lint_is_in_the_table_and_says_which_accident_it_prevents() -> None:
    modules = {path.stem for path in (ROOT / "scripts/lints").glob("*.py")} - {"__init__", "__main__", "tree", "wheel_contents"}
    assert set(LINTS) == modules
    for name in modules:
        assert (ROOT / f"scripts/lints/{name}.py").read_text().startswith('"""Accident: ')


def test_an_unknown_lint_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no_such_lint"]) == 2
    assert "junk_drawer" in capsys.readouterr().err
