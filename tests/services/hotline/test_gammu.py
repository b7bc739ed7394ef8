"""Gammu's folders: what a real daemon writes is read, what is written leaves, and nothing hostile stops it."""

import os
import time
from pathlib import Path

import pytest

from app.services.hotline import gammu
from app.services.hotline.gammu import Folders
from tests.services.hotline.phone import Phone, wait_until

FAMILY = "Keluarga 👩‍👧 bertanya: berapa biaya KTM? 😀"
LATER = time.time() + 3600
SEVENTH = "OUTC20260302_081500_00_loket_7.smsbackup"


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    return Phone(tmp_path / "gammu")


@pytest.fixture
def folders(phone: Phone) -> Folders:
    return gammu.folders_in(str(phone.base))


def put(folders: Folders, name: str, data: bytes) -> None:
    (folders.inbox / name).write_bytes(data)


def utf16(text: str) -> bytes:
    return b"\xfe\xff" + text.encode("utf-16-be", "surrogatepass")


def test_a_real_daemon_hands_over_a_long_message_and_takes_one(phone: Phone, folders: Folders) -> None:
    """Two parts, cut in the middle of a picture sign, are one text; a long answer leaves with its parts in order."""
    head = f"{'Selamat pagi. ' * 3}Apa syarat cuti? "
    answer = "Isi formulir di loket, lalu minta tanda tangan dosen wali. " * 5 + "€ 0 😀"
    with phone.at_work():
        phone.receive("+6281200000009", head + "\ud83d", "\ude00 Terima kasih")
        gammu.put_in_outbox(folders, SEVENTH, gammu.backup_text(7, "081200000009", answer))
        wait_until(lambda: phone.names("sent") and len(phone.names("inbox")) == 2)
    [message] = gammu.read_inbox(folders, LATER)
    assert message.text == f"{head}😀 Terima kasih"
    assert (message.sender, message.stamp) == ("+6281200000009", "2026-03-02T08:15:00")
    assert phone.texts() == [("081200000009", answer)]
    assert gammu.state_of(folders, SEVENTH) == "sent"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (utf16(FAMILY), FAMILY.replace("\u200d", " ")),
        (b"\xff\xfe" + "Halo".encode("utf-16-le"), "Halo"),
        (b"Berapa biayanya?", "Berapa biayanya?"),
        (b"\xff\x00 bukan huruf", "�"),
        (utf16("Halo\0\u3631"), "Halo"),
        (utf16("a\x1b[31m\u202emerah\nbaris"), "a [31m merah\nbaris"),
        (utf16("\udc00x"), "�x"),
        (b"\xfe\xff\x00", ""),
        (b"", ""),
    ],
)
def test_every_encoding_and_every_rubbish_is_a_text(folders: Folders, data: bytes, text: str) -> None:
    put(folders, "IN20260302_081500_00_+6281200000009_00.txt", data)
    [message] = gammu.read_inbox(folders, LATER)
    assert message.text == text


def test_what_is_too_long_is_cut_and_says_so(folders: Folders) -> None:
    for part in range(30):
        put(folders, f"IN20260302_081500_00_+6281200000009_{part:02}.txt", b"x" * 1_000_000)
    [message] = gammu.read_inbox(folders, LATER)
    assert len(message.text) < 2100
    assert message.text.endswith("(dipotong)")


def test_ten_thousand_files_are_taken_in_pieces(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(10_000):
        put(folders, f"IN20260302_0815{n // 1000:02}_{n % 1000:03}_+62812{n:07}_00.txt", b"Halo")
    opened: list[Path] = []
    read = gammu.read_bytes
    monkeypatch.setattr(gammu, "read_bytes", lambda path: opened.append(path) or read(path))
    found = gammu.read_inbox(folders, LATER)
    assert len(found) == len(opened) < gammu.MOST_FILES
    assert found[0].parts[0].name == "IN20260302_081500_000_+628120000000_00.txt"


def test_only_files_of_the_daemon_are_read_and_only_when_they_are_left_alone(folders: Folders, tmp_path: Path) -> None:
    secret = tmp_path / "rahasia"
    secret.write_text("rahasia")
    (folders.inbox / "IN20260302_081500_00_+6281200000001_00.txt").symlink_to(secret)
    (folders.inbox / "IN20260302_081500_00_+6281200000002_00.txt").mkdir()
    os.mkfifo(folders.inbox / "IN20260302_081500_00_+6281200000003_00.txt")
    put(folders, "catatan.txt", b"bukan pesan")
    put(folders, "IN20260302_081500_00_+6281200000004_00.txt", b"masih ditulis")
    assert gammu.read_inbox(folders, time.time()) == []
    assert [message.sender for message in gammu.read_inbox(folders, LATER)] == ["+6281200000004"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("[" * 80, 1),
        ("[" * 81, 2),
        ("é" * 160, 1),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_a_text_travels_in_as_many_messages_as_the_network_counts(text: str, parts: int) -> None:
    split = gammu.split_text(text)
    assert len(split) == parts
    assert "".join(split) == text
