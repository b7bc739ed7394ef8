"""The page of the villages, and both computers with their commands, with a stick between them."""

import re
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from flask import Flask

from app.casework.desk.tables import Draft
from app.casework.villages import queries
from app.casework.villages.files import KnownCase, spoken_fingerprint
from app.casework.villages.own_folder import VillageFolder
from app.casework.villages.service import REASONS
from app.cli.village import case_line, village
from sync.keys import PublicKeys
from tests.casework.villages.conftest import Counter
from tests.platform.people import MUNDER, PIN, Browser
from tests.services.ktp.desk import Desk


class VillageComputer:
    """The command `village` on a computer without an office."""

    def __init__(self, folder: Path, stick: Path) -> None:
        self.folder, self.stick = folder, stick

    def run(self, *arguments: str, typed: str = "", code: int = 0) -> str:
        needs_stick = arguments[0] not in ("show", "type")
        more = ["--stick", str(self.stick)] if needs_stick else []
        done = CliRunner().invoke(village, [*arguments, "--data", str(self.folder), *more], input=typed)
        assert done.exit_code == code, done.output
        return done.output


@pytest.fixture
def computer(tmp_path: Path, stick: Path) -> VillageComputer:
    return VillageComputer(tmp_path / "desa", stick)


def test_the_whole_way_there_and_back(
    desk: Desk, web: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, computer: VillageComputer, stick: Path
) -> None:
    """Key, list, draft and case, as two people with one stick do it at page and command line."""
    monkeypatch.setattr("app.platform.office.exchange.removable_drives", lambda: [(stick, "DESA")])
    sari, keeper = Browser(web, "sari"), Browser(web, "ratna")
    spoken = computer.run("key", MUNDER).splitlines()[1]
    chosen = {"village": MUNDER, "folder": str(stick), "pin": PIN}
    wrong = keeper.post("/desa/kunci", {**chosen, "fingerprint": "0" * 32})
    assert (wrong.status_code, "Sidik jari yang diketik bukan" in wrong.get_data(as_text=True)) == (422, True)
    assert keeper.post("/desa/kunci", {**chosen, "pin": "", "fingerprint": spoken}).status_code == 422
    assert keeper.post("/desa/kunci", {**chosen, "fingerprint": spoken}).status_code == 303
    page = keeper.get("/desa").get_data(as_text=True)
    assert spoken in page
    assert "Kuncinya belum dicatat: Krai." in page, "one sentence for all that have none"
    [own] = [msgspec.json.decode(path.read_bytes(), type=PublicKeys) for path in stick.glob("kunci-kecamatan-*.json")]
    assert spoken_fingerprint(own) in page
    computer.run("trust", spoken_fingerprint(own))

    desk.open(village=MUNDER)
    assert sari.post("/desa/daftar", {"village": MUNDER, "folder": str(stick)}).status_code == 303
    assert "ktp-el" in computer.run("read")
    assert "disimpan" in computer.run("type", "ktp-el", typed="\n" * 60)
    assert "1 draf ditulis" in computer.run("write")

    read = sari.post("/desa/draf", {"folder": str(stick)}).get_data(as_text=True)
    assert "Flashdisk sudah dibaca" in read
    assert queries.waiting_count(desk.journal.db, desk.who("sari"), None) == 1
    assert "1 draf menunggu dicocokkan" in sari.get("/").get_data(as_text=True)
    [draft] = Draft.rows(desk.journal.db, Draft.brought != "")
    assert sari.get(f"/permohonan/draf/{draft.id}").status_code == 200
    begun = Browser(web, "desi").get("/permohonan/baru").get_data(as_text=True)
    assert f"/permohonan/draf/{draft.id}" in begun
    assert f"/permohonan/draf/{draft.id}/buang" not in begun, "it would be refused: a clerk gives it back"
    assert sari.post(f"/desa/draf/{draft.id}/kembali", {"reason": "apa saja"}).status_code == 422
    assert sari.post(f"/desa/draf/{draft.id}/kembali", {"reason": next(iter(REASONS))}).status_code == 303
    assert sari.post("/desa/daftar", {"village": MUNDER, "folder": str(stick)}).status_code == 303
    assert "menunggu dicocokkan" not in sari.get("/").get_data(as_text=True)
    assert "dikembalikan: Sudah ada berkasnya" in computer.run("read")


def test_a_stick_that_is_gone_loses_nothing_that_was_chosen(desk: Desk, web: Flask, counter: Counter) -> None:
    sari = Browser(web, "sari")
    folder = VillageFolder(counter.folder / "desa")
    counter.meet(folder, MUNDER)
    answer = sari.post("/desa/daftar", {"village": MUNDER, "folder": "/tidak/ada"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "tidak ditemukan lagi" in page
    assert re.search(f'<option selected value="{MUNDER}"', page)
    assert sari.post("/desa/draf", {"folder": ""}).status_code == 422


def test_who_may_do_what_at_the_page(web: Flask, desk: Desk) -> None:
    assert Browser(web, "desi").get("/desa").status_code == 403, "a village clerk sees the own village elsewhere"
    sari = Browser(web, "sari")
    page = sari.get("/desa").get_data(as_text=True)
    assert "Baca draf dari desa" in page
    assert "Tidak ada draf yang menunggu" in page
    assert "Catat kunci desa" not in page
    assert sari.post("/desa/kunci", {}).status_code == 403


def test_the_command_says_what_is_missing(computer: VillageComputer, tmp_path: Path) -> None:
    for arguments, sentence in (
        (("show",), "Belum ada daftar"),
        (("type", "ktp-el"), "belum punya kunci"),
        (("read",), "belum punya kunci"),
        (("write",), "belum punya kunci"),
        (("trust", "00"), "belum punya kunci"),
    ):
        assert sentence in computer.run(*arguments, code=1)
    assert "10 angka" in computer.run("key", "3508", code=2)
    computer.run("key", MUNDER)
    assert "sudah milik desa" in computer.run("key", "3508990001", code=1)
    assert (tmp_path / "desa").stat().st_mode & 0o077 == 0


def test_a_typed_draft_is_asked_again_until_it_is_sound(counter: Counter, desk: Desk, tmp_path: Path) -> None:
    folder = VillageFolder(tmp_path / "desa")
    counter.meet(folder, MUNDER)
    counter.list_for(MUNDER)
    folder.read_list(counter.stick)
    computer = VillageComputer(tmp_path / "desa", counter.stick)
    told = computer.run("type", "ktp-el", typed="tidak ada\nbaru\n" + "\n" * 60)
    assert "Ketik salah satu kata" in told
    [form] = folder.drafts()
    assert form.fields == {"kind": "baru"}
    assert "belum dibawa" in computer.run("show")


def test_a_promise_is_told_in_words() -> None:
    case = KnownCase(
        number="0611/KTP/2026",
        service="KTP-el",
        kind="Baru",
        name="EKA",
        state="Perlu diperbaiki",
        received_on="2026-11-16",
        due_on="2026-11-30",
    )
    assert case_line(case) == "0611/KTP/2026  EKA  KTP-el  Perlu diperbaiki  dijanjikan 30 Nov 2026"
