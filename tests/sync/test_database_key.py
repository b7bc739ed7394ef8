"""The key of a folder opens with the passphrase or with the recovery key of the safe, and with nothing else."""

import base64
import hashlib
import json
from pathlib import Path

import pyrage
import pytest
from nacl.secret import SecretBox

from schema import cipher
from schema.cipher import KEY_FILE, LockedFolderError
from sync.database_key import (
    COST,
    Wrapped,
    check_key,
    check_passphrase,
    encrypt_new_folder,
    keep_recovery,
    read_wrapped,
    unlock,
    unwrap_key,
    wrap_with_passphrase,
    write_wrapped,
)
from sync.restore import draw_key, to_groups

PASSPHRASE = "jambu terbang sore hari"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    encrypt_new_folder(tmp_path, PASSPHRASE)
    return tmp_path


def held(folder: Path) -> bytes:
    key = cipher.held_key(folder)
    assert key is not None
    return key


def test_the_file_holds_the_key_in_no_readable_form(folder: Path) -> None:
    key, content = held(folder), (folder / KEY_FILE).read_bytes()
    assert len(key) == 32
    assert key.hex().encode() not in content
    assert base64.b64encode(key) not in content
    assert (folder / KEY_FILE).stat().st_mode & 0o077 == 0


def test_the_passphrase_opens_it_as_the_file_says(folder: Path) -> None:
    """Reckoned here from the file alone: scrypt, then the box of libsodium."""
    said = json.loads((folder / KEY_FILE).read_text(encoding="utf-8"))
    n, r, p = said["cost"]
    assert (n, r, p) == COST
    assert 128 * 2**n * r == 64 * 1024 * 1024
    salt = bytes.fromhex(said["salt"])
    made = hashlib.scrypt(PASSPHRASE.encode(), salt=salt, n=2**n, r=r, p=p, maxmem=2**27, dklen=32)
    assert SecretBox(made).decrypt(base64.b64decode(said["passphrase"])) == held(folder)
    assert unwrap_key(read_wrapped(folder), f"  {PASSPHRASE}\n") == held(folder)


@pytest.mark.parametrize("typed", ["", PASSPHRASE.upper(), PASSPHRASE[:-1], "kunci lain sama sekali"])
def test_a_wrong_passphrase_is_told(folder: Path, typed: str) -> None:
    cipher.forget_key(folder)
    with pytest.raises(LockedFolderError, match="Kata sandi basis data salah"):
        unlock(folder, typed)
    assert cipher.held_key(folder) is None


def test_the_recovery_key_of_the_safe_opens_it_in_groups_too(folder: Path) -> None:
    key, (recipient, secret), (other, _) = held(folder), draw_key(), draw_key()
    with pytest.raises(LockedFolderError, match="Kunci pemulihan ini tidak membuka"):
        unwrap_key(read_wrapped(folder), secret)
    keep_recovery(folder, key, recipient)
    assert unwrap_key(read_wrapped(folder), to_groups(secret).lower()) == key
    sealed = json.loads((folder / KEY_FILE).read_text(encoding="utf-8"))["recovery"]
    assert pyrage.decrypt(base64.b64decode(sealed), [pyrage.x25519.Identity.from_str(secret)]) == key
    keep_recovery(folder, key, other)
    with pytest.raises(LockedFolderError):
        unwrap_key(read_wrapped(folder), secret)
    assert unwrap_key(read_wrapped(folder), PASSPHRASE) == key


def test_a_new_passphrase_leaves_key_and_recovery(folder: Path) -> None:
    key, (recipient, secret) = held(folder), draw_key()
    keep_recovery(folder, key, recipient)
    write_wrapped(folder, wrap_with_passphrase(read_wrapped(folder), key, "empat kata yang lain"))
    assert unwrap_key(read_wrapped(folder), "empat kata yang lain") == key
    assert unwrap_key(read_wrapped(folder), secret) == key
    with pytest.raises(LockedFolderError):
        unwrap_key(read_wrapped(folder), PASSPHRASE)


@pytest.mark.parametrize("typed", ["sebelas hrf", "x" * 201])
def test_a_passphrase_is_long_enough_and_not_endless(typed: str) -> None:
    with pytest.raises(LockedFolderError, match="huruf"):
        check_passphrase(typed)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b'{"mark": 3}'])
def test_a_damaged_file_is_told(folder: Path, content: bytes) -> None:
    (folder / KEY_FILE).write_bytes(content)
    with pytest.raises(LockedFolderError, match="rusak"):
        read_wrapped(folder)


def test_a_key_of_another_folder_is_refused(folder: Path) -> None:
    with pytest.raises(LockedFolderError):
        check_key(Wrapped(mark="0" * 16), held(folder))
