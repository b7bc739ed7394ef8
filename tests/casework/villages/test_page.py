"""The page of the villages, and both computers with their commands, with a stick between them."""

import re
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from flask import Flask

from app.casework.desk.tables import Draft
from app.casework.villages import queries
from app.casework.villages.files import KnownCase, ListHead, spoken_fingerprint
from app.casework.villages.own_folder import VillageFolder
from app.casework.villages.service import REASONS
from app.cli.village import DOUBLED, NEEDS_STICK, case_line, held_lines, show_list, village
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


def test_a_draft_at_the_command_line_holds_what_was_typed_and_says_what_is_no_number(
    counter: Counter, desk: Desk, tmp_path: Path
) -> None:
    """Form and sex are offered by their words, the rest is free; an empty answer leaves a field out."""
    folder = VillageFolder(tmp_path / "desa")
    counter.meet(folder, MUNDER)
    counter.list_for(MUNDER)
    folder.read_list(counter.stick)
    computer = VillageComputer(tmp_path / "desa", counter.stick)
    typed = ["baru", "f_1_02", "350899", " 3508990101900001 ", "", "EKA", "", "", "Laki", "female"]
    told = computer.run("type", "ktp-el", typed="\n".join(typed) + "\n" * 40).splitlines()
    [form] = folder.drafts()
    assert form.fields == {
        "kind": "baru",
        "form_code": "f_1_02",
        "nik": "3508990101900001",
        "full_name": "EKA",
        "sex": "female",
    }
    asked = [line.partition(" (Enter: lewati): ") for line in told if "(Enter: lewati)" in line]
    twice = [after for (before, _, _), (after, _, answer) in pairwise(asked) if before == after]
    assert twice == ["NIK", "Jenis kelamin"], "what was wrong is asked once more, nothing else"
    refused = told[next(at for at, line in enumerate(told) if line.endswith(": 350899")) + 1]
    assert "16" in refused, "of how many figures it is"
    assert "  female: Perempuan" in told
    assert told[-2].startswith(f"Draf {form.code[:8]} disimpan.")
    assert form.given is not None
    assert told[-1] == f"Nomor untuk pemohon: {form.given.text(MUNDER)}."


def test_the_shown_list_has_applicants_older_ones_and_services(
    counter: Counter, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = VillageFolder(tmp_path / "desa")
    counter.meet(folder, MUNDER)
    for _ in range(3):
        desk.open(village=MUNDER)
    counter.list_for(MUNDER)
    folder.read_list(counter.stick)
    [head, *cases, services] = show_list(folder)
    assert head.startswith("Desa Munder, daftar 1 dari ")
    assert cases == [case_line(case) for case in folder.the_list().cases]
    assert len(cases) == 3
    assert services == "Layanan yang diterima dari desa: ktp-el"
    told = folder.the_list()
    older = msgspec.structs.replace(told.head, left_out=2, held_files=0, doubled=False)
    monkeypatch.setattr(folder, "the_list", lambda: msgspec.structs.replace(told, head=older))
    assert show_list(folder)[4:] == ["Dan 2 berkas yang lebih lama; tanyakan di kecamatan.", services]


@pytest.mark.parametrize(
    ("files", "doubled", "lines"), [(0, False, []), (3, False, [0]), (0, True, [1]), (1, True, [0, 1])]
)
def test_what_the_kecamatan_holds_back_is_told_where_it_does(files: int, doubled: bool, lines: list[int]) -> None:
    head = ListHead(MUNDER, "Munder", "Contoh", 1, held_files=files, doubled=doubled)
    told = [f"{files} dokumen desa ini menunggu keputusan administrator kecamatan.", DOUBLED]
    assert held_lines(head) == [told[line] for line in lines]


def test_a_case_line_says_only_what_the_case_has() -> None:
    bare = KnownCase("1", "KTP-el", "Baru", "EKA", "Dicetak", "2026-11-16")
    start = "1  EKA  KTP-el  Dicetak"
    assert case_line(bare) == start
    for change, told in (
        ({"due_on": "2026-11-30"}, "dijanjikan 30 Nov 2026"),
        ({"missing": ["KK", "Foto"]}, "kurang: KK, Foto"),
        ({"given": "2010-001"}, "resi 2010-001"),
        ({"returned_on": "2026-12-01"}, "dikembalikan 1 Des 2026"),
    ):
        assert case_line(msgspec.structs.replace(bare, **change)) == f"{start}  {told}"


def test_what_needs_a_stick_asks_for_it_and_a_code_is_one_of_a_village(tmp_path: Path) -> None:
    def call(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(village, [*words, "--data", str(tmp_path / "desa")])
        return done.exit_code, done.output

    for words in (["key", MUNDER], ["trust", "00"], ["read"], ["write"]):
        code, told = call(*words)
        assert (code, NEEDS_STICK in told) == (2, True), words
    code, told = call("join", "3508")
    assert (code, "10 angka" in told) == (2, True)
    assert not (tmp_path / "desa").exists()


def test_the_pages_of_a_village_are_served_from_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = list[tuple[Path, int]]()
    monkeypatch.setattr("app.cli.village.serve_pages", lambda folder, port: served.append((folder.folder, port)))
    for more in ([], ["--port", "8400"]):
        done = CliRunner().invoke(village, ["serve", "--data", str(tmp_path / "desa"), *more])
        assert (done.exit_code, done.output) == (0, "")
    assert served == [(tmp_path / "desa", 8335), (tmp_path / "desa", 8400)]
