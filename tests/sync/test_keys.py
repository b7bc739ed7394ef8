"""Keys are made once, kept owner-only, and old age keys go on opening."""

import stat
from pathlib import Path

import pytest

from sync.keys import AGE_FILE, SIGNING_FILE, load_keys, load_or_make_keys, make_keys, renew_keys
from sync.problems import SyncError


def test_keys_are_made_once_and_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    made = load_or_make_keys(folder, "350899")
    again = load_or_make_keys(folder, "350899")
    assert made.public == again.public
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in (SIGNING_FILE, AGE_FILE):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert not list(folder.glob("*.tmp"))


def test_renewed_keys_still_open_old_files(tmp_path: Path) -> None:
    old = load_or_make_keys(tmp_path, "350899")
    sealed = old.public.seal(b"lama")
    new = renew_keys(tmp_path, "350899")
    assert new.public.signer != old.public.signer
    assert new.public.recipient != old.public.recipient
    assert load_keys(tmp_path, "350899").open(sealed) == b"lama"
    assert old.public.sealed_to in new.recipients


def test_missing_and_damaged_keys_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(SyncError) as missing:
        load_keys(tmp_path, "350899")
    assert missing.value.code == "no_keys"
    load_or_make_keys(tmp_path, "350899")
    (tmp_path / SIGNING_FILE).write_text("xyz\n")
    with pytest.raises(SyncError) as damaged:
        load_or_make_keys(tmp_path, "350899")
    assert damaged.value.code == "bad_keys"
    (tmp_path / SIGNING_FILE).write_text("00" * 32)
    (tmp_path / AGE_FILE).write_text("# kosong\n")
    with pytest.raises(SyncError) as empty:
        load_keys(tmp_path, "350899")
    assert empty.value.code == "bad_keys"


def test_signature_and_soundness() -> None:
    keys, other = make_keys("350899"), make_keys("350898")
    signature = keys.sign(b"isi")
    assert keys.public.verify(b"isi", signature)
    assert not keys.public.verify(b"isi ", signature)
    assert not other.public.verify(b"isi", signature)
    assert not keys.public.verify(b"isi", b"")
    assert keys.public.sound()
    assert keys.public.digest() != other.public.digest()
    assert "AGE-SECRET" not in repr(keys)
