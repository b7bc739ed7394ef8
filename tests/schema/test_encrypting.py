"""A data folder is encrypted where it lies: whole at every moment, and nothing plain is left of it."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path

import apsw
import pytest

from schema import cipher, encrypting
from schema.cipher import KEY_FILE, UNFINISHED_FILE, LockedFolderError, changing_folder, connect
from schema.covered_copy import CoveredCopy, PlainCopy, copy_beside, copy_database
from schema.database import open_office
from schema.encrypting import DamagedFileError, decrypt_files, encrypt_files
from tests.rules.source import ROOT
from tests.world.nightly import by_day

PLANTED = "3508990101800002"
KEY = secrets.token_bytes(32)
NAMES = ("kantor.sqlite3", "acuan-penduduk.sqlite3", "kantor.sqlite3.lama-20260302-083000", "sebelum-1/kantor.sqlite3")


@pytest.fixture(autouse=True)
def no_key_of_another_test() -> Iterator[None]:
    yield
    cipher._keys.clear()


def database(path: Path, rows: int = 200) -> None:
    """A plain database with a person in it."""
    path.parent.mkdir(exist_ok=True)
    with closing(apsw.Connection(str(path))) as made, made:
        made.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, nik TEXT); CREATE TABLE draft (words TEXT)")
        made.executemany("INSERT INTO person (nik) VALUES (?)", [(PLANTED,)] * rows)
        made.execute("INSERT INTO draft VALUES ('konsep yang ditinggalkan')")


def crashed(path: Path) -> None:
    """The same, with a person that stands in the write-ahead log only."""
    database(path)
    other = path.with_name("lain")
    shutil.copy(path, other)
    with closing(apsw.Connection(str(other))) as running:
        running.execute("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0")
        running.execute("INSERT INTO person (nik) VALUES (?)", (PLANTED,))
        for ending in ("", "-wal"):
            shutil.copy(f"{other}{ending}", f"{path}{ending}")
    other.unlink()


def fill(folder: Path) -> None:
    for name in NAMES[1:]:
        database(folder / name)
    crashed(folder / NAMES[0])


def plain_bytes(folder: Path) -> list[str]:
    """The files in which somebody without the key reads the number."""
    return [path.name for path in folder.rglob("*") if path.is_file() and PLANTED.encode() in path.read_bytes()]


def people(folder: Path) -> list[int]:
    counts = []
    for name in NAMES:
        with closing(connect(folder / name)) as opened:
            counts.append(opened.execute("SELECT count(*) FROM person WHERE nik = ?", (PLANTED,)).get)
    return counts


def encrypt(folder: Path) -> list[str]:
    return encrypt_files(folder, KEY, partial((folder / KEY_FILE).write_text, "{}", encoding="utf-8"))


def test_every_database_of_a_folder_is_encrypted_and_plain_again(tmp_path: Path) -> None:
    fill(tmp_path)
    assert sorted(encrypt(tmp_path)) == sorted(Path(name).name for name in NAMES)
    assert (plain_bytes(tmp_path), people(tmp_path)) == ([], [201, 200, 200, 200])
    if os.name == "posix":
        assert {(tmp_path / name).stat().st_mode & 0o777 for name in NAMES} == {0o600}, "nobody else reads them"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([KEY_FILE, "sebelum-1", *NAMES[:3]])
    with pytest.raises(apsw.NotADBError):
        apsw.Connection(str(tmp_path / NAMES[0])).execute("SELECT * FROM person")
    assert encrypt(tmp_path) == []
    decrypt_files(tmp_path)
    assert people(tmp_path) == [201, 200, 200, 200]
    assert len(plain_bytes(tmp_path)) == 4
    assert apsw.Connection(str(tmp_path / NAMES[0])).execute("SELECT count(*) FROM person").get == 201


def test_what_lay_plain_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads the disk below the file system finds zeros where the file and its log were."""
    fill(tmp_path)
    seen: dict[str, bytes] = {}
    unlink = Path.unlink

    def note(path: Path, missing_ok: bool = False) -> None:
        if path.name.endswith(encrypting.OLD):
            seen[path.name] = path.read_bytes()
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", note)
    encrypt(tmp_path)
    assert {"kantor.sqlite3.dibuang", "kantor.sqlite3-wal.dibuang"} <= set(seen)
    assert not any(content.strip(b"\0") for content in seen.values())


KILLED = 9
CHILD = """
import os, sys
from functools import partial
from itertools import count
from pathlib import Path
from schema.encrypting import encrypt_files

folder, key, left = Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), int(sys.argv[3])

def watch(frame, event, _argument):
    global left
    if not frame.f_code.co_filename.endswith("encrypting.py"):
        return None
    if event == "line":
        left -= 1
        if not left:
            os._exit(9)
    return watch

sys.settrace(watch)
encrypt_files(folder, key, partial((folder / "kunci-basis-data.json").write_text, "{}", encoding="utf-8"))
"""
"""Encrypts a folder and ends without a word before the n-th line of the module: light, for it begins many times."""


def killed_before(folder: Path, line: int) -> bool:
    """Whether it was killed; else it came to its end."""
    call = [sys.executable, "-c", CHILD, str(folder), KEY.hex(), str(line)]
    code = subprocess.run(call, cwd=ROOT, stdin=subprocess.DEVNULL, timeout=60).returncode
    assert code in (0, KILLED)
    return code == KILLED


def test_wherever_it_is_killed_every_database_is_whole_and_the_next_run_ends_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    for line in count(1, by_day(13, 1)):
        folder.mkdir()
        fill(folder)
        killed = killed_before(folder, line)
        cipher.hold_key(folder, KEY)
        with changing_folder(folder):
            assert people(folder) == [201, 200, 200, 200]
        if (folder / KEY_FILE).exists() and plain_bytes(folder):
            assert (folder / UNFINISHED_FILE).exists()
        encrypt(folder)
        assert (plain_bytes(folder), people(folder)) == ([], [201, 200, 200, 200])
        assert not [path for path in folder.rglob("*") if path.name.endswith((".baru", ".dibuang"))]
        if not killed:
            break
        shutil.rmtree(folder)
    assert line > 100


def test_a_folder_that_cannot_be_encrypted_stays_plain(tmp_path: Path) -> None:
    database(tmp_path / "acuan-penduduk.sqlite3")
    content = bytearray((tmp_path / "acuan-penduduk.sqlite3").read_bytes())
    content[4096:4200] = os.urandom(104)
    (tmp_path / "acuan-penduduk.sqlite3").write_bytes(content)
    with pytest.raises(DamagedFileError) as refused:
        encrypt(tmp_path)
    assert refused.value.name == "acuan-penduduk.sqlite3"
    assert [path.name for path in tmp_path.iterdir()] == ["acuan-penduduk.sqlite3"]
    assert (tmp_path / "acuan-penduduk.sqlite3").read_bytes() == content


# -- who opens what --------------------------------------------------------------------------------------------


def test_nothing_opens_without_the_key_and_a_plain_file_is_refused(tmp_path: Path) -> None:
    database(tmp_path / "kantor.sqlite3")
    encrypt(tmp_path)
    cipher.forget_key(tmp_path)
    for work in (lambda: connect(tmp_path / "kantor.sqlite3"), lambda: connect(tmp_path / "kerja" / "a" / "s.sqlite3")):
        with pytest.raises(LockedFolderError, match="terkunci"):
            work()
    cipher.hold_key(tmp_path, KEY)
    database(tmp_path / "lain.sqlite3")
    with pytest.raises(LockedFolderError, match=r"lain\.sqlite3 tidak terkunci"):
        open_office(tmp_path / "lain.sqlite3").one("SELECT 1")


def test_a_driver_without_ciphers_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(apsw, "mc_version")
    with pytest.raises(LockedFolderError, match="paket yang terpasang"):
        cipher.hold_key(tmp_path, KEY)


def test_no_message_carries_a_key(tmp_path: Path) -> None:
    database(tmp_path / "a.sqlite3")
    with closing(connect(tmp_path / "a.sqlite3")) as source, pytest.raises(apsw.Error) as refused:
        cipher.vacuum_into(source, tmp_path / "tidak-ada" / "b.sqlite3", KEY)
    assert KEY.hex() not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_copy_on_its_way_is_the_plain_database_and_covered_on_the_disk(tmp_path: Path, encrypted: bool) -> None:
    """More rows than SQLite keeps in memory, a copy read from the first to the last byte, and written again."""
    database(tmp_path / "kantor.sqlite3", rows=20_000)
    plain_bytes_of_it = apsw.Connection(str(tmp_path / "kantor.sqlite3")).serialize("main")
    if encrypted:
        encrypt(tmp_path)
    db = open_office(tmp_path / "kantor.sqlite3")
    with copy_beside(tmp_path / "salinan.sqlite3") as copy, copy_beside(tmp_path / "dibuka.sqlite3") as opened:
        assert type(copy) is (CoveredCopy if encrypted else PlainCopy)
        copy_database(db, copy, ["draft", "tidak-ada"])
        with copy.reader() as file, opened.writer() as target:
            content = b"".join(iter(partial(file.read, 50_001), b""))
            target.write(content)
        assert content[:16] == cipher.PLAIN_HEAD
        assert content.count(PLANTED.encode()) == plain_bytes_of_it.count(PLANTED.encode())
        assert b"konsep" not in content
        again = opened.as_database()
        assert again.one("PRAGMA integrity_check") == ("ok",)
        assert again.one("SELECT count(*) FROM person") == (20_000,)
        again.close()
        assert bool(plain_bytes(tmp_path)) is not encrypted
        opened.become(tmp_path / "pulih.sqlite3")
    with closing(connect(tmp_path / "pulih.sqlite3")) as restored:
        assert restored.execute("SELECT count(*) FROM person").get == 20_000
    db.close()
    assert sorted(path.name for path in tmp_path.glob("*.sqlite3*")) == ["kantor.sqlite3", "pulih.sqlite3"]
