"""The pages of the print centre: what they show, what they mask, what they answer to a wrong or a second click."""

import re
from pathlib import Path

import pytest

from app.centre import service
from app.centre.queries import blank_stock
from app.centre.tables import IncomingLine
from app.centre.views import queue
from app.core.problems import Problem
from app.platform.web.guard import declared_permission
from tests.centre.desk import Desk, line_path, shown_code
from tests.centre.print_centre import NOW, OFFICE, YUNI, a_line
from tests.platform.people import Browser, Clock
from tests.platform.printing.reading import text_of
from tests.platform.web.walking import EXTREMES, HUGE, every_rule, failed

READING = [
    "/",
    "/?kantor=350899",
    "/antrean",
    "/ditolak",
    "/blangko/",
    "/pengiriman/",
    f"/pengiriman/kecamatan/{OFFICE}",
    "/kantor/",
    f"/kantor/{OFFICE}",
    f"/masukan/{OFFICE}/1",
]


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    return Desk(tmp_path, clock)


def failing_typesetter(*_: object, **__: object) -> bytes:
    raise Problem.of("print_failed", why="kertas uji")


def text(answer: object) -> str:
    """A page as text, blanks folded."""
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def go(browser: Browser, path: str, **data: object) -> str:
    """Post a form, follow the redirect, give the page."""
    answer = browser.post(path, data)
    assert answer.status_code == 303, re.findall(r'class="error"[^>]*>[^<]*|<p>[^<]*', text(answer))
    return text(browser.get(answer.headers["Location"]))


@pytest.mark.parametrize("path", READING)
def test_every_page_opens_for_both_roles_and_for_nobody_else(desk: Desk, path: str) -> None:
    desk.print_centre.comes(2)
    for browser in (desk.yuni, desk.eko):
        assert browser.get(path).status_code == 200
    answer = desk.stranger.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/masuk")


def test_every_view_declares_its_permission(desk: Desk) -> None:
    undeclared = [
        rule.endpoint
        for rule in every_rule(desk.centre.pages)
        if declared_permission(desk.centre.pages, rule.endpoint) is None
    ]
    assert undeclared in ([], ["static"])


def test_only_the_administrator_lets_offices_in(desk: Desk) -> None:
    assert desk.yuni.post("/kantor/", {"office": "350802"}).status_code == 403
    assert desk.yuni.get("/pengaturan/pusat/").status_code == 403
    code = shown_code(text(desk.eko.post("/kantor/", {"office": "350802"})))
    assert re.fullmatch(r"127\.0\.0\.1:8135 (?:[0-9A-Z]{4} ){13}[0-9A-Z]{3}", code)
    again = text(desk.eko.get("/kantor/"))
    assert "Belum mendaftar" in again
    assert 'id="enrolment-code"' not in again
    assert code.partition(" ")[2].replace(" ", "-") not in again
    assert "Kode kantor 6 angka" in text(desk.eko.post("/kantor/", {"office": "35"}))


def test_numbers_are_masked_until_the_line_is_opened_and_only_for_whoever_opened_it(desk: Desk) -> None:
    [line] = desk.print_centre.queued(1)
    nik, kk = a_line(1, 1, 1).main_key, a_line(1, 1, 1).fields["kk"]
    for path in [*READING, line_path(line)]:
        page = text(desk.yuni.get(path))
        assert nik not in page, path
        assert kk not in page, path
    assert "350899******0001" in text(desk.yuni.get("/"))
    opened = go(desk.yuni, line_path(line) + "buka")
    assert nik in opened
    assert kk in opened
    assert nik not in text(desk.eko.get(line_path(line)))
    row = desk.print_centre.db.one("SELECT action, subject FROM access_log ORDER BY id DESC LIMIT 1")
    assert row == (service.LINE_OPENED, f"line/{OFFICE}/{line}")
    desk.clock.forward(minutes=9)
    desk.yuni.get("/")
    desk.clock.forward(minutes=9)
    assert nik not in text(desk.yuni.get(line_path(line)))


def test_a_line_accepted_on_its_own_page_is_open_without_a_second_click(desk: Desk) -> None:
    [line] = desk.print_centre.comes(1)
    nik = a_line(1, 1, 1).main_key
    assert nik not in text(desk.yuni.get(line_path(line)))
    assert nik in go(desk.yuni, line_path(line) + "terima")
    row = desk.print_centre.db.one("SELECT action, subject FROM access_log ORDER BY id DESC LIMIT 1")
    assert row == (service.LINE_OPENED, f"line/{OFFICE}/{line}")


def test_from_accepting_to_the_list_on_paper(desk: Desk, tmp_path: Path) -> None:
    first, second, third = desk.print_centre.comes(3)
    page = go(desk.yuni, f"/masukan/{OFFICE}/1/terima", lines=[first])
    assert "1 baris masuk antrean." in page
    assert "3 = " not in page
    go(desk.yuni, f"/masukan/{OFFICE}/1/terima-semua")
    onward = go(desk.yuni, line_path(first) + "cetak", serial="0a118401")
    assert "Baris berikutnya sudah terbuka." in onward
    assert a_line(1, 2, 2).main_key in onward
    onward = go(desk.yuni, line_path(second) + "cetak", serial="0A118402")
    assert a_line(1, 3, 3).main_key in onward
    refused = go(desk.yuni, line_path(third) + "tolak", reason="photo")
    assert "Foto tidak jelas" in refused
    sums = re.findall(
        r"<dt>(?:<[^>]+>)?(\w+)(?:<[^>]+>)?</dt><dd>(\d+)</dd>", text(desk.yuni.get(f"/masukan/{OFFICE}/1"))
    )
    assert sums == [("Masuk", "3"), ("Dicetak", "2"), ("Ditolak", "1"), ("Menunggu", "0")]
    page = go(
        desk.yuni,
        f"/pengiriman/kecamatan/{OFFICE}",
        lines=[first, second],
        counted="2",
        carrier="Fajar Setiawan",
    )
    assert "Pengiriman 350899-2026-001" in page
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queue, "render_paper", failing_typesetter)
        assert desk.yuni.post("/pengiriman/350899-2026-001/daftar-kirim.pdf").status_code == 500
    for copy in (False, True):  # the same list once more says so; what was not made does not count
        pdf = desk.yuni.post("/pengiriman/350899-2026-001/daftar-kirim.pdf")
        assert ("SALINAN" in text_of(pdf.data, tmp_path)) == copy
    assert [desk.print_centre.state(line) for line in (first, second, third)] == ["shipped", "shipped", "refused"]
    assert blank_stock(desk.print_centre.db) == 18


def test_an_empty_queue_says_so_after_the_last_card(desk: Desk) -> None:
    """What was printed lies ready, so the page on which it is sent comes next."""
    [line] = desk.print_centre.queued(1)
    page = go(desk.yuni, line_path(line) + "cetak", serial="0A118401", kantor=OFFICE)
    assert "Antrean ini habis; berikutnya kirim hasilnya." in page
    assert f'action="/pengiriman/kecamatan/{OFFICE}"' in page


def test_the_last_accepted_line_opens_the_queue_and_never_before(desk: Desk) -> None:
    first, second = desk.print_centre.comes(2)
    page = go(desk.yuni, f"/masukan/{OFFICE}/1/terima", lines=[second])
    assert "1 baris masuk antrean." in page
    assert a_line(1, 2, 2).main_key not in page, "the other line waits for a decision first"
    page = go(desk.yuni, f"/masukan/{OFFICE}/1/terima", lines=[first])
    assert "1 baris masuk antrean. Baris pertama sudah terbuka." in page
    assert a_line(1, 1, 1).main_key in page
    row = desk.print_centre.db.one("SELECT action, subject FROM access_log ORDER BY id DESC LIMIT 1")
    assert row == (service.LINE_OPENED, f"line/{OFFICE}/{first}")


def test_wrong_input_keeps_what_was_typed_and_says_what_to_do(desk: Desk) -> None:
    first, second = desk.print_centre.queued(2)
    desk.print_centre.print(first, "0A118401")
    answer = desk.yuni.post(line_path(second) + "cetak", {"serial": "0A118401"})
    assert answer.status_code == 422
    assert "sudah pernah dipakai" in text(answer)
    assert 'value="0A118401"' in text(answer)
    answer = desk.yuni.post(line_path(second) + "rusak", {"rusak-spoil": ""})
    assert answer.status_code == 422
    assert "Pilih apa yang rusak." in text(answer)
    answer = desk.yuni.post(line_path(second) + "tolak", {"reason": "", "words": ""})
    assert "Pilih alasan dari daftar" in text(answer)
    answer = desk.yuni.post("/blangko/masuk", {"count": "lima", "letter": "L"})
    assert "Isi dengan angka bulat." in text(answer)
    answer = desk.yuni.post(f"/pengiriman/kecamatan/{OFFICE}", {"lines": [first], "counted": "2", "carrier": "F"})
    assert "Hitung lagi sebelum ditutup." in text(answer)
    assert desk.yuni.post(line_path(second) + "cetak", {"serial": "x" * 5_000}).status_code == 422
    assert desk.print_centre.balance().printed == 1


def test_a_second_click_is_a_sentence_and_no_second_entry(desk: Desk) -> None:
    first, second = desk.print_centre.queued(2)
    for _ in range(2):
        assert desk.yuni.post(line_path(first) + "cetak", {"serial": "0A118401"}).status_code == 303
    answer = desk.eko.post(line_path(first) + "cetak", {"serial": "0A118409"})
    assert answer.status_code == 409
    assert "sudah berubah: dicetak." in text(answer)
    for status in (303, 409):
        assert desk.yuni.post(line_path(second) + "tolak", {"reason": "photo"}).status_code == status
    assert desk.print_centre.told().count("line.printed") == 1
    assert desk.print_centre.told().count("line.refused") == 1


def test_a_line_asked_back_shows_before_anything_else_and_goes_back(desk: Desk) -> None:
    [line] = desk.print_centre.queued(1)
    desk.print_centre.office.recall(line, "Pemohon meninggal")
    assert "diminta kembali oleh kecamatan" in text(desk.yuni.get("/"))
    page = text(desk.yuni.get(line_path(line)))
    assert "Jangan dicetak" in page
    assert "Tercetak, lanjut" not in page
    assert service.RECALLED in go(desk.yuni, line_path(line) + "kembalikan")


def test_a_spoiled_blank_is_counted_and_the_line_stays(desk: Desk) -> None:
    [line] = desk.print_centre.queued(1)
    go(desk.yuni, line_path(line) + "rusak", **{"rusak-spoil": "chip", "rusak-serial": "0A118401"})
    assert IncomingLine.first(desk.print_centre.db, IncomingLine.line == line).spoiled == 1


def test_the_book_of_blanks_shows_its_equation(desk: Desk) -> None:
    assert "dicatat" in go(desk.yuni, "/blangko/masuk", count="500", letter="471/2")
    assert "Cari selisihnya" in go(desk.yuni, "/blangko/hitung", counted="519", note="Yuni dan Eko")
    assert "Laci kurang 1 dari buku" in text(desk.yuni.get("/"))
    assert "dicatat" in go(
        desk.yuni, "/blangko/koreksi", **{"koreksi-count": "-1", "koreksi-reason": "tidak ditemukan"}
    )
    page = text(desk.yuni.get("/blangko/"))
    assert "masuk 520, koreksi -1 = dicetak 0 + rusak 0 + sisa 519" in page
    assert "hanya memuat" in text(desk.yuni.post("/blangko/koreksi", {"koreksi-count": "-900", "koreksi-reason": "x"}))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("3508991203790002", True),
        ("350899 010120 0002", True),
        ("0002/KTP/2026", True),
        ("aaaaa00002", True),
        ("abdul", True),
        ("Abdul  Ghofur", True),
        ("0A118402", True),
        ("tidak ada", False),
        ("", False),
    ],
)
def test_search_finds_by_every_number_and_by_the_beginning_of_a_name(desk: Desk, asked: str, found: bool) -> None:
    _first, second = desk.print_centre.queued(2)
    desk.print_centre.print(second, "0A118402")
    page = text(desk.yuni.post("/cari", {"q": asked}))
    assert ("ABDUL GHOFUR" in page) is found
    assert "3508991203790002" not in page or asked == "3508991203790002"


def test_the_same_person_on_another_line_is_shown(desk: Desk) -> None:
    [line] = desk.print_centre.queued(1)
    desk.print_centre.office.dispatch([a_line(9, 1, 1, again="kartu salah cetak")])
    page = text(desk.yuni.get(line_path(line)))
    assert "NIK yang sama ada pada baris lain" in page


def test_what_does_not_exist_is_said_plainly(desk: Desk) -> None:
    for path in ("/baris/350899/1/99/", "/masukan/350899/9", "/pengiriman/350899-2026-099", "/kantor/350890"):
        answer = desk.yuni.get(path)
        assert answer.status_code == 404, path
        assert "tidak ditemukan" in text(answer)


def test_numbers_out_of_range_are_not_found_and_break_nothing(desk: Desk) -> None:
    assert failed(desk.eko, "GET", HUGE) == {}
    assert failed(desk.eko, "POST", HUGE) == {}
    for query in EXTREMES:
        assert failed(desk.eko, "GET", 1, query) == {}
    assert desk.yuni.get(f"/masukan/{OFFICE}/{HUGE}").status_code == 404


def test_an_office_shows_what_a_person_must_look_at(desk: Desk) -> None:
    desk.print_centre.comes(1)
    desk.print_centre.office.send([("dispatch.line", a_line(1, 1, 1)), ("line.recall_asked", a_line(1, 1, 1))])
    desk.print_centre.office.anchor()
    page = text(desk.eko.get(f"/kantor/{OFFICE}"))
    assert "Catatan 1/dukcapil/4 tidak dapat dipakai" in page
    assert "Jurnal kantor dikunci 12 Mar 2026" in page
    assert "Berkas 0001/KTP/2026 sudah ada di pusat" in page  # the same file once more
    assert "2 hal" in text(desk.eko.get("/kantor/"))


def test_settings_change_and_the_code_stays(desk: Desk) -> None:
    values = {
        "centre_name": "Pusat Cetak Baru",
        "centre_regency": "Kabupaten Contoh",
        "centre_place": "Contoh",
        "centre_address": "10.8.0.1:8135",
    }
    assert "Pusat Cetak Baru" in go(desk.eko, "/pengaturan/pusat/", **values)
    desk.print_centre.comes()
    stays = desk.eko.post("/pengaturan/pusat/", values | {"centre_zone": "WITA"})
    assert (stays.status_code, "Zona waktu tetap" in text(stays)) == (422, True), "a dispatch is here already"
    assert desk.eko.post("/pengaturan/pusat/", values | {"centre_zone": "GMT"}).status_code == 422
    answer = desk.eko.post("/pengaturan/pusat/", values | {"centre_address": "dua kata"})
    assert answer.status_code == 422
    assert "Tulis nama komputer atau nomor IP" in text(answer)
    invalid = [tag for tag in re.findall(r"<input[^>]*>", answer.get_data(as_text=True)) if "aria-invalid" in tag]
    assert ["centre_address" in tag for tag in invalid] == [True], "at its own field"
    assert desk.centre.journal.source == "dukcapil-3508"


def test_an_open_page_refreshes_its_queue_without_keeping_the_session_awake(desk: Desk) -> None:
    fragment = desk.yuni.get("/antrean", headers={"HX-Request": "true"})
    assert "<html" not in text(fragment)
    assert 'id="queue"' in text(fragment)
    service.accept_lines(desk.centre.journal, YUNI, office=OFFICE, lines=desk.print_centre.comes(1), now=NOW)
    assert "SLAMET" not in text(fragment)
    assert "0001/KTP/2026" in text(desk.yuni.get("/antrean"))
    for _ in range(3):
        desk.clock.forward(minutes=5)
        desk.yuni.get("/antrean")
    assert desk.yuni.get("/antrean").status_code != 200


def test_the_line_speaks_the_printers_language(desk: Desk) -> None:
    [line] = desk.print_centre.queued(1)
    page = text(desk.yuni.get(line_path(line)))
    assert "<dt>Perekaman</dt><dd>PRINT_READY_RECORD (PRR): siap cetak" in page
    assert "<dt>Jenis kelamin</dt><dd>Laki-laki</dd>" in page
    assert "<dt>Berkas terlampir</dt><dd>pas foto, fotokopi KK</dd>" in page
    for word in ("print_ready", "kk_copy", ">male<"):
        assert word not in page


def test_the_digest_of_the_floor_counts_each_kind_of_work(desk: Desk) -> None:
    def digest() -> str:
        page = desk.yuni.get("/").get_data(as_text=True)
        return re.sub(r"<[^>]+>", "", page.partition("Hari ini: ")[2].partition("</p>")[0])

    assert digest().startswith("tidak ada baris yang menunggu.")
    lines = desk.print_centre.queued(3)
    assert digest().startswith("3 kartu menunggu dicetak.")
    desk.print_centre.print(lines[0], "K00001")
    assert digest().startswith("2 kartu menunggu dicetak, 1 siap dikirim.")
    desk.print_centre.comes(2)
    assert digest().startswith("2 kartu menunggu dicetak, 2 baris belum diputuskan, 1 siap dikirim.")
