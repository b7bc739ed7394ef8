"""A body is destroyed only when the tables no longer rest on it; the chain stays proved, and nothing of it is left."""

import json
from pathlib import Path
from typing import Any

import apsw
import msgspec
import pytest
from click.testing import CliRunner, Result

from app.casework.desk import service
from app.cli.administration import UNKNOWN_OFFICER, destroy_
from app.platform.people import authenticator
from app.platform.people.authenticator import Asked
from app.platform.people.events import AuthenticatorDemanded
from app.platform.people.one_time_codes import code_of, step_at
from schema.database import SqliteDatabase
from sync.chains import Place
from sync.entries import JournalError
from sync.erasure import StillNeededError, destroy_bodies
from sync.verification import verify_side
from tests.platform.people import CHEAP, keep_pin
from tests.services.ktp.desk import Desk

WRONG = "Nama Salah Ketik"
REASON = "Permintaan warga, surat 12/2026"


@pytest.fixture
def place(desk: Desk) -> Place:
    """Place of a correction that was corrected again: no table rests on it any more."""
    case_id = desk.complete()
    for name in (WRONG, "Siti Rahma"):
        case = service.case_by_id(desk.journal.db, case_id)
        assert case is not None
        raw = json.loads(case.fields) | {"full_name": name}
        changed = service.correct_case(
            desk.journal, desk.who("budi"), case_id=case_id, raw=raw, reason="salah tulis", now=desk.now
        )
        assert changed == ["full_name"]
    first = next(entry for entry in desk.journal.about(f"case/{case_id}") if entry.kind == "case.corrected")
    return first.source, first.epoch, first.stream, first.n


def redacted(desk: Desk, place: Place, **changes: object) -> bytes:
    """The body with another name in the place of the wrong one."""
    [row] = list(
        desk.journal.db.run(
            "SELECT b.body FROM journal j JOIN journal_body b ON b.id = j.id"
            " WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n = ?",
            place,
        )
    )
    body = {key: value for key, value in msgspec.json.decode(row[0]).items() if key != "salt"}
    return msgspec.json.encode(body | {"name": "", "fields": {}, "keys": [], "blocks": []} | changes)


def destroy(desk: Desk, place: Place, body: bytes, tmp_path: Path) -> None:
    destroy_bodies(
        desk.journal,
        "office",
        {place: body},
        reason=REASON,
        actor="ratna",
        at=desk.now,
        scratch=tmp_path / "destroy.sqlite3",
    )


def faults(desk: Desk, tmp_path: Path) -> list[str]:
    for left in tmp_path.glob("verify.sqlite3*"):
        left.unlink()
    return verify_side(desk.journal, "office", tmp_path / "verify.sqlite3").faults


def on_disk(desk: Desk) -> bytes:
    """Every byte of the office's database."""
    db = desk.journal.db
    assert isinstance(db, SqliteDatabase)
    db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(str(db.database))
    return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*")).upper()


def test_what_no_table_rests_on_goes_and_the_chain_is_still_proved(desk: Desk, place: Place, tmp_path: Path) -> None:
    assert WRONG.upper().encode() in on_disk(desk)
    destroy(desk, place, redacted(desk, place), tmp_path)
    assert faults(desk, tmp_path) == []
    entry = desk.journal.about("body")[-1]
    assert (entry.kind, entry.actor, entry.body.reason) == ("body.destroyed", "ratna", REASON)
    assert WRONG.upper().encode() not in on_disk(desk)


def test_what_a_table_rests_on_stays(desk: Desk, place: Place, tmp_path: Path) -> None:
    last = (*place[:3], desk.journal.tail(*place[:3]).n)
    before = list(desk.journal.db.run("SELECT count(*), max(id) FROM journal"))
    with pytest.raises(StillNeededError, match="case_file"):
        destroy(desk, last, redacted(desk, last), tmp_path)
    assert list(desk.journal.db.run("SELECT count(*), max(id) FROM journal")) == before
    assert list(desk.journal.db.run("SELECT count(*) FROM journal_redaction")) == [(0,)]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"stream": "dukcapil"}, "not ours alone"),
        ({"source": "350898"}, "not ours alone"),
        ({"n": 9999}, "has no body"),
        ({"n": 1}, "cannot be read"),
    ],
)
def test_only_a_personal_body_of_our_own_is_destroyed(
    desk: Desk, place: Place, tmp_path: Path, wrong: dict[str, Any], why: str
) -> None:
    parts = dict(zip(("source", "epoch", "stream", "n"), place, strict=True)) | wrong
    body = redacted(desk, place)
    with pytest.raises(JournalError, match=why):
        destroy(desk, tuple(parts.values()), body, tmp_path)


def test_a_body_without_a_person_stays(desk: Desk, place: Place, tmp_path: Path) -> None:
    [(n,)] = list(desk.journal.db.run("SELECT min(n) FROM journal WHERE kind = 'roles.set'"))
    plain = (*place[:3], n)
    row = desk.journal.db.one(
        "SELECT b.body FROM journal j JOIN journal_body b ON b.id = j.id WHERE j.source = ?"
        " AND j.epoch = ? AND j.stream = ? AND j.n = ?",
        plain,
    )
    assert row is not None
    with pytest.raises(JournalError, match="holds no personal data"):
        destroy(desk, plain, bytes(row[0]), tmp_path)


def test_a_redacted_body_must_read(desk: Desk, place: Place, tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be read"):
        destroy(desk, place, b'{"case_id":"x"}', tmp_path)


def test_a_body_is_destroyed_once(desk: Desk, place: Place, tmp_path: Path) -> None:
    body = redacted(desk, place)
    destroy(desk, place, body, tmp_path)
    (tmp_path / "destroy.sqlite3").unlink()
    with pytest.raises(JournalError, match="has no body"):
        destroy(desk, place, body, tmp_path)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            "UPDATE journal_redaction SET body = CAST('{}' AS BLOB)",
            "tidak sama dengan catatan pemusnahannya.",
        ),
        ("DELETE FROM journal_redaction", "tidak sama dengan catatan pemusnahannya."),
        (
            "INSERT INTO journal_body SELECT id, body FROM journal_redaction",
            "padahal tercatat sudah dimusnahkan.",
        ),
    ],
)
def test_a_redaction_is_what_the_entry_says(desk: Desk, place: Place, tmp_path: Path, change: str, fault: str) -> None:
    destroy(desk, place, redacted(desk, place), tmp_path)
    db = desk.journal.db
    assert isinstance(db, SqliteDatabase)
    path = str(db.database)
    db.close()
    tool = apsw.Connection(path)
    made = list(tool.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'redaction%'"))
    for name, _ in made:
        tool.execute(f"DROP TRIGGER {name}")
    tool.execute(change)
    for _, text in made:
        tool.execute(text)
    tool.close()
    assert any(sentence.endswith(fault) for sentence in faults(desk, tmp_path))


# -- the command -------------------------------------------------------------------------------------------------


def run(desk: Desk, place: Place, pin: str, *, reason: str = REASON, username: str = "ratna", code: str = "") -> Result:
    db = desk.journal.db
    assert isinstance(db, SqliteDatabase)
    call = ["/".join(str(part) for part in place[1:]), "--reason", reason, "--as", username]
    return CliRunner().invoke(destroy_, [*call, "--data", str(Path(str(db.database)).parent)], input=f"{pin}\n{code}\n")


@pytest.fixture
def with_pin(desk: Desk) -> Desk:
    for name in ("ratna", "sari"):
        keep_pin(desk.journal.db, desk.who(name).person_id, pin="482915", now=desk.now)
    return desk


def test_the_command_asks_for_the_pin_and_a_reason(with_pin: Desk, place: Place, tmp_path: Path) -> None:
    assert run(with_pin, place, "111222").exit_code == 1
    assert run(with_pin, place, "482915", reason=" ").exit_code == 1
    assert run(with_pin, place, "482915", username="sari").exit_code == 1
    unknown = run(with_pin, place, "482915", username="siapa" * 20)
    assert unknown.exit_code == 1
    assert f"Error: {UNKNOWN_OFFICER.format(name='siapa' * 12)}" in unknown.output
    assert WRONG.upper().encode() in on_disk(with_pin)
    done = run(with_pin, place, "482915")
    assert done.exit_code == 0, done.output
    assert WRONG.upper().encode() not in on_disk(with_pin)
    assert faults(with_pin, tmp_path) == []
    again = run(with_pin, place, "482915")
    assert "tidak dapat dimusnahkan di sini" in again.output


def test_the_command_refuses_what_is_used(with_pin: Desk, place: Place) -> None:
    last = (*place[:3], with_pin.journal.tail(*place[:3]).n)
    told = run(with_pin, last, "482915")
    assert told.exit_code == 1
    assert "masih dipakai tabel kantor" in told.output
    assert WRONG not in told.output


def test_the_command_asks_the_code_of_whoever_has_an_app(with_pin: Desk, place: Place) -> None:
    asked = Asked(with_pin.who("ratna"), with_pin.now)
    authenticator.offer_app(with_pin.journal.db, asked.actor, asked.now)
    key = authenticator.offered_key(with_pin.journal.db, asked.actor.person_id, asked.now)
    assert key is not None
    first = code_of(key, step_at(asked.now))
    spare = authenticator.install_app(with_pin.journal, asked, first, cost=CHEAP)
    for code in ("", "000000", first, "1-AAAAA-AAAAA"):
        refused = run(with_pin, place, "482915", code=code)
        assert refused.exit_code == 1, code
        assert "ode" in refused.output
    assert run(with_pin, place, "111222", code=spare[0]).exit_code == 1
    assert WRONG.upper().encode() in on_disk(with_pin)
    assert run(with_pin, place, "482915", code=spare[0]).exit_code == 0
    assert WRONG.upper().encode() not in on_disk(with_pin)


def test_nobody_destroys_before_he_has_the_app_that_is_demanded(with_pin: Desk, place: Place) -> None:
    body = AuthenticatorDemanded(["admin"])
    with with_pin.journal.transaction():
        with_pin.journal.record(body, subject="authenticator", actor="ratna", at=with_pin.now)
    refused = run(with_pin, place, "482915")
    assert refused.exit_code == 1
    assert "Kantor mewajibkan kode ponsel" in refused.output
    assert WRONG.upper().encode() in on_disk(with_pin)
