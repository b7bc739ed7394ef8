"""The `test` command: its tools, its workers and the exit code that it passes on."""

from pathlib import Path

import pytest

from app.cli import main, source_tree


def code_of(*arguments: str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(["test", *arguments])
    return ended.value.code


def test_tools_are_found_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert {"chromium", "age", "poppler-utils", "openssl", "caddy", "gammu-smsd"} <= set(source_tree.missing_tools())
    for program in ("chromium", "age", "pdftoppm", "openssl", "caddy", "gammu-smsd"):
        (tmp_path / program).touch(mode=0o755)
    assert set(source_tree.missing_tools()) <= {"postgresql"}


def test_what_cannot_be_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    source_tree.provide_tools(["chromium", "age"])
    assert "Belum ada: chromium age." in capsys.readouterr().err


def test_nothing_is_said_when_nothing_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    source_tree.provide_tools([])
    assert capsys.readouterr().err == ""


def test_the_quicker_browser_is_asked_for_once_and_no_test_needs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = list[tuple[str, ...]]()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(source_tree, "run_apt_get", lambda *words: asked.append(words))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    source_tree.provide_quicker_browser(tmp_path)
    assert asked == [], "without apt nothing is installed"
    (tmp_path / "apt-get").touch(mode=0o755)
    for _ in range(2):
        source_tree.provide_quicker_browser(tmp_path)
    assert [words[-1] for words in asked] == ["-qq", source_tree.SHELL], "a second run does not ask again"
    assert source_tree.SHELL not in source_tree.TOOLS


@pytest.mark.parametrize("own", [("-n", "4"), ("-n0",), ("--pdb",), ("--dist=no",)])
def test_the_caller_may_choose_the_workers(own: tuple[str, ...]) -> None:
    assert source_tree.worker_arguments(own) == []


def test_pytest_answers_with_its_own_code(capfd: pytest.CaptureFixture[str]) -> None:
    assert code_of("tests/rules/test_migrations.py", "-q", "-n0") == 0
    assert " passed in " in capfd.readouterr().out.splitlines()[-1]
    assert code_of("tests/no_such_file.py", "-q", "-n0") == 4
