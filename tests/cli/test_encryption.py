"""`encrypt` at the PC: refused without its passphrase, at work with it, plain again, out of a backup elsewhere."""

import base64
import ctypes
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import apsw
import click
import pyrage
import pytest
from msgspec.structs import replace

from app import compose
from app.cli import encryption, unlocking, windows_account
from app.cli.proving import nightly_proof
from app.core import clock
from app.platform.backups.continuous import CopyKeeper
from app.platform.backups.service import Backups
from app.platform.files.service import SCAN, keep_file
from schema import cipher
from schema.cipher import KEY_FILE, UNFINISHED_FILE
from schema.encrypting import change_files
from sync.database_key import encrypt_new_folder, read_wrapped, unlock, write_wrapped
from sync.scheduler import newest_fault
from tests.cli.calling import Called, run
from tests.cli.test_backup import office as plain_office
from tests.platform.files.pictures import jpeg
from tests.proof.program import SECONDS, World
from tests.services.ktp.desk import SECRETARY

PASSPHRASE = "jambu terbang sore hari"
OTHER = "empat kata yang lain"
HERE = ("encrypt", "backup", "restore")
"""Commands that run in this very process."""


class Desk:
    """A PC: programs that start with a file that holds a passphrase, or without one."""

    def __init__(self, folder: Path) -> None:
        self.data, self.file = folder / "data", folder / "kata-sandi"
        self.world = World(folder / "world")
        self.write(PASSPHRASE)

    def write(self, passphrase: str) -> None:
        self.file.write_text(passphrase + "\n", encoding="utf-8")
        self.world.extra["LOKET_PASSPHRASE_FILE"] = str(self.file)

    def call(self, *words: str, typed: str = "", data: Path | None = None) -> str:
        words = (*words, "--data", str(data or self.data))
        if words[0] not in HERE:
            return self.world.call(*words, typed=typed)
        done = self.run(*words, typed=typed)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def run(self, *words: str, typed: str = "", terminal: bool = False) -> Called:
        """A command in this process, which knows no key before it and none after it."""
        cipher._keys.clear()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.world.extra.items():
                patch.setenv(name, value)
            done = run(*words, typed=typed, terminal=terminal)
        cipher._keys.clear()
        return done

    def refused(self, *words: str) -> str:
        words = (*words, "--data", str(self.data))
        if words[0] in HERE:
            done = self.run(*words)
            assert done.returncode == 1
            return done.stderr
        program = self.world.begin(*words, stdin=subprocess.DEVNULL)
        assert program.wait(SECONDS) == 1
        return self.world.last_log()


@pytest.fixture
def desk(office_file: Path, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    made.data.mkdir()
    shutil.copy(office_file, made.data / "kantor.sqlite3")
    yield made
    cipher._keys.clear()


def test_an_office_is_encrypted_works_and_is_plain_again(desk: Desk) -> None:
    said = desk.call("encrypt")
    assert "terkunci: kantor.sqlite3" in said
    assert "Belum ada kunci pemulihan" in said
    desk.call("verify")
    with desk.world.serving("office", desk.data, "--no-kiosk"):
        pass
    desk.write("kata sandi yang salah")
    assert "Kata sandi basis data salah" in desk.refused("office")
    del desk.world.extra["LOKET_PASSPHRASE_FILE"]
    assert "tidak ada yang dapat mengetik kata sandinya" in desk.refused("verify")
    desk.world.extra["CREDENTIALS_DIRECTORY"] = str(desk.data.parent)
    (desk.data.parent / "loket-kata-sandi").write_text(PASSPHRASE, encoding="utf-8")
    desk.call("encrypt", "--new-passphrase", typed=OTHER + "\n")
    assert "salah" in desk.refused("verify")
    desk.write(OTHER)
    assert "tidak terkunci lagi: kantor.sqlite3" in desk.call("encrypt", "--plain")
    assert not (desk.data / KEY_FILE).exists()
    desk.world.extra.clear()
    desk.call("verify")


def test_a_backup_opens_elsewhere_and_its_recovery_key_opens_the_folder(desk: Desk, tmp_path: Path) -> None:
    desk.call("encrypt")
    made = json.loads(desk.call("backup", "--json"))
    desk.call("backup", "--confirm", typed=made["recovery_key"][-6:] + "\n")
    assert read_wrapped(desk.data).recipient.startswith("age1")
    desk.write(made["recovery_key"])
    desk.call("verify")
    key = tmp_path / "kunci.txt"
    key.write_text(made["recovery_key"], encoding="utf-8")
    desk.call("restore", made["path"], "--key-file", str(key), data=tmp_path / "polos")
    assert apsw.Connection(str(tmp_path / "polos" / "kantor.sqlite3")).execute("SELECT 1 FROM identity").get

    desk.write(OTHER)
    assert "disiapkan terkunci" in desk.call("encrypt", data=tmp_path / "lain")
    desk.call("restore", made["path"], "--key-file", str(key), data=tmp_path / "lain")
    desk.call("restore", made["path"], "--key-file", str(key), "--replace", data=tmp_path / "lain")
    desk.call("migrate", data=tmp_path / "lain")
    desk.call("verify", data=tmp_path / "lain")
    files = [path for path in (tmp_path / "lain").glob("*.sqlite3*") if path.stat().st_size]
    assert {path.name.partition("-")[0] for path in files} == {"kantor.sqlite3", "kantor.sqlite3.lama"}
    assert not any(path.read_bytes()[:15] == b"SQLite format 3" for path in files)


def test_the_copy_of_each_minute_is_sealed_and_comes_back_encrypted(desk: Desk, tmp_path: Path) -> None:
    desk.call("encrypt")
    made = json.loads(desk.call("backup", "--json"))
    desk.call("backup", "--confirm", typed=made["recovery_key"][-6:] + "\n")
    (tmp_path / "stick").mkdir()
    unlock(desk.data, PASSPHRASE)
    with closing(compose.open_side("office", desk.data)) as db:
        journal = compose.journal("office", db)
        keeper = CopyKeeper(Backups(journal, "office", desk.data))
        keeper.choose(SECRETARY, str(tmp_path / "stick"), clock.now())
        assert keeper.tick(clock.now())
        keep_file(journal, SECRETARY, data=jpeg(), rule=SCAN, subject="case/1", name="pindaian.jpg", now=clock.now())
        assert keeper.tick(clock.now())
    place = tmp_path / "stick" / "cadangan-loket"
    assert all(path.read_bytes().startswith(b"age-encryption.org") for path in place.iterdir())
    key = tmp_path / "kunci.txt"
    key.write_text(made["recovery_key"], encoding="utf-8")
    other, sealed = tmp_path / "lain", str(next(place.glob("*.loket-cadangan")))
    desk.call("encrypt", data=other)
    assert "lanjutan di sampingnya: data sampai" in desk.call("restore", sealed, "--key-file", str(key), data=other)
    assert not any(path.read_bytes()[:15] == b"SQLite format 3" for path in other.glob("*.sqlite3*"))
    with closing(compose.open_side("office", other)) as db:
        unlock(other, PASSPHRASE)
        assert db.one("SELECT length(content) FROM file_content") == (len(jpeg()),)
    only = desk.call("restore", sealed, "--key-file", str(key), "--backup-only", data=tmp_path / "tanpa")
    assert "lanjutan" not in only
    assert apsw.Connection(str(tmp_path / "tanpa" / "kantor.sqlite3")).execute("SELECT 1 FROM file_content").get is None


def test_what_was_cut_short_or_lies_open_is_not_started(desk: Desk, office_file: Path) -> None:
    desk.call("encrypt")
    (desk.data / UNFINISHED_FILE).touch()
    assert "terputus di tengah jalan" in desk.refused("office")
    desk.call("encrypt")
    desk.call("verify")
    for left in desk.data.glob("kantor.sqlite3*"):
        left.unlink()
    shutil.copy(office_file, desk.data / "kantor.sqlite3")
    assert "kantor.sqlite3 tidak terkunci" in desk.refused("office")
    assert "terkunci: kantor.sqlite3" in desk.call("encrypt")
    desk.call("verify")


def test_a_passphrase_that_is_too_short_changes_nothing(desk: Desk) -> None:
    desk.write("pendek")
    before = (desk.data / "kantor.sqlite3").read_bytes()
    assert "paling sedikit 12 huruf" in desk.refused("encrypt")
    assert (desk.data / "kantor.sqlite3").read_bytes() == before
    assert not (desk.data / KEY_FILE).exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--plain", "--new-passphrase"), 2, "Pilih satu saja"),
        (("--plain",), 1, "tidak terkunci. Tidak ada yang diubah"),
        (("--new-passphrase",), 1, "tidak terkunci. Tidak ada yang diubah"),
        (("--no-account",), 1, "tidak terkunci. Tidak ada yang diubah"),
        (("--account",), 1, "tidak terkunci" if os.name == "nt" else "--account hanya ada di Windows"),
    ],
)
def test_a_plain_folder_has_nothing_to_change(desk: Desk, words: tuple[str, ...], code: int, said: str) -> None:
    done = desk.run("encrypt", *words, "--data", str(desk.data))
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert not (desk.data / KEY_FILE).exists()


def test_a_damaged_database_is_named_before_anything_is_locked(desk: Desk) -> None:
    (desk.data / "kantor.sqlite3").write_bytes(b"\xff" * 8192)
    assert "kantor.sqlite3 rusak" in desk.refused("encrypt")


def test_an_account_is_forgotten_and_a_second_call_finds_nothing_to_change(desk: Desk) -> None:
    desk.call("encrypt")
    write_wrapped(desk.data, replace(read_wrapped(desk.data), account="AAAA"))
    assert "meminta kata sandi setiap kali" in desk.call("encrypt", "--no-account")
    assert read_wrapped(desk.data).account == ""
    assert "tidak ada yang perlu diubah" in desk.call("encrypt")


def test_three_tries_at_a_terminal_open_the_folder_or_leave_it_locked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The passphrase is asked for without being shown, three times and no more."""
    desk.call("encrypt")
    desk.world.extra.clear()
    said = list[str]()
    monkeypatch.setattr(unlocking, "typed_secret", lambda question: said.append(question) or next(tries))
    for wrong, code in ((0, 0), (2, 0), (3, 1)):
        said.clear()
        tries = iter(["kata yang salah"] * wrong + [PASSPHRASE])
        done = desk.run("encrypt", "--data", str(desk.data), terminal=True)
        assert (done.returncode, done.stderr.count("Kata sandi basis data salah")) == (code, wrong)
        assert said == ["Kata sandi basis data"] * min(3, wrong + 1)
    missing = desk.data.parent / "tidak-ada"
    desk.world.extra["LOKET_PASSPHRASE_FILE"] = str(missing)
    assert f"Dokumen kata sandi {missing} tidak dapat dibaca" in desk.refused("encrypt")


def test_what_a_parent_hands_over_opens_the_folder_of_a_child(tmp_path: Path) -> None:
    encrypt_new_folder(tmp_path, PASSPHRASE)
    line, key = unlocking.hand_over(tmp_path), cipher.held_key(tmp_path)
    cipher._keys.clear()
    assert unlocking.hand_over(tmp_path) == b""
    unlocking.take_over(tmp_path, b"\n")
    assert cipher.held_key(tmp_path) is None
    unlocking.take_over(tmp_path, line)
    assert cipher.held_key(tmp_path) == key
    cipher._keys.clear()
    with pytest.raises(cipher.LockedFolderError):
        unlocking.take_over(tmp_path, b"00" * 32 + b"\n")
    unlocking.take_over(tmp_path / "polos", line)
    assert cipher.held_key(tmp_path / "polos") is None


def test_the_nightly_proof_is_handed_the_key_and_its_command_line_names_none(
    tmp_path: Path, office_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No passphrase is to be had any more: the child opens the folder with what its parent says."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(office_file, data / "kantor.sqlite3")
    encrypt_new_folder(data, PASSPHRASE)
    key = cipher.held_key(data)
    assert key is not None
    change_files(data, key)
    calls: list[list[str]] = []
    popen = subprocess.Popen

    def noting(call: list[str], **settings: object) -> object:
        calls.append(call)
        return popen(call, **settings)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", noting)
    db = compose.open_side("office", data)
    proof = nightly_proof(compose.journal("office", db), data)
    proof.prove("whole", threading.Event())
    [call] = calls
    assert key.hex() not in " ".join(call)
    assert key.hex() not in json.dumps(dict(os.environ))
    kept = db.one("SELECT count(*) FROM proof")
    assert kept is not None
    assert kept[0] >= 1
    assert newest_fault(db) == ""
    db.close()


def test_a_windows_account_holds_the_key_as_it_was_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """DPAPI itself is on Windows alone: what stands for it elsewhere turns the bytes around."""
    if os.name != "nt":
        monkeypatch.setattr(windows_account, "_run", lambda _name, given: given[::-1])
    encrypt_new_folder(tmp_path, PASSPHRASE)
    key = cipher.held_key(tmp_path)
    assert key is not None
    assert windows_account.unprotect(windows_account.protect(key)) == key
    assert re.fullmatch(r"[0-9a-f]{64}\n", unlocking.hand_over(tmp_path).decode())


class Windows:
    """DPAPI as it is called: it turns the bytes around, or refuses; what it gave is freed once."""

    def __init__(self, good: bool) -> None:
        self.good, self.freed, self.kept = good, list[int | None](), b""
        self.crypt32 = SimpleNamespace(CryptProtectData=self.turn, CryptUnprotectData=self.turn)
        self.kernel32 = SimpleNamespace(LocalFree=lambda place: self.freed.append(place.value))

    def turn(self, source: Any, *given: Any) -> bool:
        *_, prompt, answer = given
        assert prompt == windows_account.NO_PROMPT
        self.kept = ctypes.create_string_buffer(ctypes.string_at(source._obj.data, source._obj.size)[::-1], 32)
        answer._obj.size, answer._obj.data = source._obj.size, ctypes.addressof(self.kept)
        return self.good


def test_dpapi_gets_every_byte_and_what_it_gave_is_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    key = bytes(range(32))
    windows = Windows(good=True)
    monkeypatch.setattr(ctypes, "windll", windows, raising=False)
    protected = windows_account.protect(key)
    assert base64.b64decode(protected) == key[::-1]
    assert windows_account.unprotect(protected) == key
    assert len(windows.freed) == 2
    assert None not in windows.freed
    monkeypatch.setattr(ctypes, "windll", Windows(good=False), raising=False)
    with pytest.raises(cipher.LockedFolderError, match="akun Windows lain"):
        windows_account.unprotect(protected)


def test_an_account_of_windows_opens_the_folder_and_another_one_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encrypt_new_folder(tmp_path, PASSPHRASE)
    key = cipher.held_key(tmp_path)
    assert key is not None
    with pytest.raises(click.ClickException, match="Windows"):
        encryption.trust_account(tmp_path)
    assert read_wrapped(tmp_path).account == ""
    on_windows = SimpleNamespace(name="nt", environ={})
    monkeypatch.setattr(encryption, "os", on_windows)
    monkeypatch.setattr(encryption, "protect", bytes.hex)
    assert encryption.trust_account(tmp_path) == [encryption.KEPT_BY_ACCOUNT]
    assert read_wrapped(tmp_path).account == key.hex()
    cipher._keys.clear()
    assert not unlocking.open_without_asking(tmp_path), "an account is of Windows alone"
    monkeypatch.setattr(unlocking, "os", on_windows)
    monkeypatch.setattr(unlocking, "unprotect", bytes.fromhex)
    assert unlocking.open_without_asking(tmp_path)
    assert cipher.held_key(tmp_path) == key
    cipher._keys.clear()
    monkeypatch.setattr(unlocking, "unprotect", lambda _kept: bytes(32))
    assert not unlocking.open_without_asking(tmp_path)
    assert cipher.held_key(tmp_path) is None


def test_where_nobody_can_type_it_is_said_and_an_open_folder_is_not_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[str]()
    encrypt_new_folder(tmp_path, PASSPHRASE)
    monkeypatch.setattr(unlocking, "can_ask", lambda: False)
    monkeypatch.setattr(unlocking, "typed_secret", lambda question: asked.append(question) or PASSPHRASE)
    unlocking.unlock_folder(tmp_path)
    cipher._keys.clear()
    with pytest.raises(click.ClickException) as told:
        unlocking.unlock_folder(tmp_path)
    assert (told.value.message, asked) == (unlocking.NOBODY.format(folder=tmp_path), [])
    monkeypatch.setattr(unlocking, "can_ask", lambda: True)
    unlocking.unlock_folder(tmp_path)
    unlocking.unlock_folder(tmp_path)
    assert asked == [unlocking.QUESTION]


def test_locking_says_whether_a_recovery_key_opens_it_too(tmp_path: Path) -> None:
    """One is in force as soon as its group was confirmed; before that the folder has the passphrase alone."""
    plain_office(tmp_path)

    def lock() -> str:
        done = run("encrypt", "--data", str(tmp_path), typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]

    assert lock() == encryption.NO_RECOVERY
    assert read_wrapped(tmp_path).recipient == ""
    made = json.loads(run("backup", "--data", str(tmp_path), "--json").stdout)
    confirmed = run("backup", "--confirm", "--data", str(tmp_path), typed=made["recovery_key"][-6:] + "\n")
    assert confirmed.returncode == 0, confirmed.stderr
    assert run("encrypt", "--plain", "--data", str(tmp_path)).returncode == 0
    assert lock() == encryption.WITH_RECOVERY
    secret = made["recovery_key"]
    assert read_wrapped(tmp_path).recipient == str(pyrage.x25519.Identity.from_str(secret).to_public())
