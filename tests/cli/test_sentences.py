"""What a command says of what an administrator can mend, and how it hears a secret."""

import io
import sys

import apsw
import click
import pytest

from app.cli import typed_secrets
from app.cli.sentences import OTHER_SCHEMA, error_sentence
from app.core.problems import Problem
from schema.cipher import LockedFolderError
from schema.migrations import MigrationError
from sync.problems import SyncError
from tests.cli.calling import Typed


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Problem.of("invalid", {"on": "Isi tanggal.", "to": "Isi jam."}), "Isi tanggal. Isi jam."),
        (Problem.of("busy"), Problem.of("busy").sentence),
        (caused(Problem.of("busy"), FileNotFoundError(2, "No such file", "/tidak/ada")), Problem.of("busy").sentence),
        (SyncError("barred"), SyncError("barred").sentence),
        (LockedFolderError("Folder terkunci."), LockedFolderError("Folder terkunci.").sentence),
        (MigrationError("Basis data lebih baru."), "Basis data lebih baru."),
        (apsw.SQLError("no such table: letter"), OTHER_SCHEMA),
        (apsw.SQLError("no such column: letter.x"), OTHER_SCHEMA),
        (caused(RuntimeError("outer"), apsw.SQLError("no such table: x")), OTHER_SCHEMA),
        (
            FileNotFoundError(2, "No such file", "/tidak/ada"),
            "/tidak/ada tidak dapat dipakai. Periksa tempat, nama, dan izinnya, lalu ulangi.",
        ),
        (OSError("a socket of nobody"), None),
        (apsw.SQLError("near x: syntax error, no such table"), None),
        (ValueError("a fault of the program"), None),
    ],
)
def test_what_can_be_mended_has_its_sentence_and_a_fault_of_the_program_none(
    error: Exception, sentence: str | None
) -> None:
    assert error_sentence(error) == sentence


def test_a_full_disk_is_told_with_its_place_and_what_to_do() -> None:
    full = OSError(28, "No space left on device", "/media/stik/a")
    [sentence, place] = (error_sentence(full) or "").splitlines()
    assert "penuh" in sentence
    assert place == "Tempatnya: /media/stik/a"


def test_the_steps_after_a_damaged_database_are_numbered() -> None:
    [_, *steps] = (error_sentence(apsw.CorruptError("database disk image is malformed")) or "").splitlines()
    assert len(steps) > 1
    assert [step[:5] for step in steps] == [f"  {n}. " for n in range(1, len(steps) + 1)]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """What was asked at the terminal, and whether it was hidden; the answers are `one`, `two`."""
    said, answers = list[tuple[str, bool]](), iter(["one", "two", "same", "same"])

    def prompt(question: str, *, hide_input: bool) -> str:
        said.append((question, hide_input))
        return next(answers)

    monkeypatch.setattr(click, "prompt", prompt)
    return said


def test_a_secret_is_typed_twice_without_being_shown(
    asked: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Typed("", terminal=True))
    monkeypatch.setattr(typed_secrets, "is_console", lambda _number: True)
    with pytest.raises(click.ClickException, match="tidak sama"):
        typed_secrets.typed_twice("Baru")
    assert typed_secrets.typed_twice("Baru") == "same"
    assert asked == [("Baru", True), ("Sekali lagi", True)] * 2


@pytest.mark.parametrize(("whole", "heard"), [(False, "one line"), (True, "one line\r\nmore\n")])
def test_a_pipe_is_heard_once_a_line_or_the_whole(
    whole: bool, heard: str, asked: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("one line\r\nmore\n", newline=""))
    assert typed_secrets.typed_secret("Baru", whole=whole) == heard
    assert asked == []


def test_a_new_secret_from_a_pipe_needs_one_line(
    asked: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("baru\nlain\n"))
    assert (typed_secrets.typed_twice("Baru"), asked) == ("baru", [])


def test_what_need_not_be_hidden_is_shown(asked: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Typed("", terminal=True))
    monkeypatch.setattr(typed_secrets, "is_console", lambda _number: True)
    assert typed_secrets.typed_secret("Kelompok", hide=False, whole=True) == "one"
    assert asked == [("Kelompok", False)]
