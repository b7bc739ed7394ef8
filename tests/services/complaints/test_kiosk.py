"""The kiosk: no account, no cookie, no trace; hostile input and floods end in a sentence."""

import re
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.casework.desk import service as cases
from app.cli.demo.sides import open_journal
from app.cli.office import PORT
from app.core.problems import Problem
from app.platform.office.queries import services_in_force
from app.platform.web.brakes import Brake, Memory
from app.services.complaints import kiosk as service
from app.services.complaints import service as writing
from app.services.complaints.service import Visitor
from app.services.complaints.views import kiosk as kiosk_pages
from app.services.complaints.views.kiosk import LONGEST, LOOKED_AT, make_kiosk_app
from app.services.complaints.views.memory import Tokens
from sync.verification import verify_side
from tests.platform.people import MUNDER, Browser, Clock
from tests.platform.printing.reading import text_of
from tests.rules.source import ROOT
from tests.services.complaints.desk import WORDS, BookDesk, Visit

HOSTILE = (
    "<script>alert(1)</script>",
    "'; DROP TABLE complaint; --",
    "{{ 7 * 7 }}",
    "\u202edekab",
    "${jndi:ldap://x}",
)


@pytest.fixture
def visit(kiosk: Flask) -> Visit:
    return Visit(kiosk)


def text(answer: object) -> str:
    return str(answer.get_data(as_text=True))


def code_on(answer: object) -> str:
    """The slip code that a page shows."""
    shown = re.search(r'class="huge code">([0-9A-Z]{4}-[0-9A-Z]{4})<', text(answer))
    assert shown is not None
    return shown[1].replace("-", "")


def lines(book: BookDesk) -> int:
    row = book.journal.db.one("SELECT count(*) FROM complaint")
    assert row is not None
    return int(row[0])


def test_the_security_page_tells_the_kiosk_as_it_is(kiosk: Flask) -> None:
    page = " ".join((ROOT / "docs/security.md").read_text(encoding="utf-8").split())
    shared = kiosk.extensions["loket_kiosk"]
    asking = shared.asking
    said = (
        f"on the next port ({PORT + 1})",
        f"{shared.writing.most} lines and {asking.short.most} misses in {minutes(asking.short.span)} minutes",
        f"{asking.day.most} misses a day, from the network together {asking.network.most} a day",
        f"{shared.word.most} wrong second words for one code in {minutes(shared.word.span)};",
        f"{service.PER_HOUR} lines an hour and {service.PER_DAY} a day",
        f"token signed for {Tokens.HOURS} hours",
        f"A form above {LONGEST // 1024} kB",
        f"after {LOOKED_AT} seconds",
    )
    assert [sentence for sentence in said if sentence not in page] == []
    assert service.MOST_SLIPS == 3
    assert "three times at most" in page
    assert kiosk.secret_key is None
    assert "No kiosk" not in page


def minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def test_a_visitor_writes_and_reads_the_answer_by_slip_code(visit: Visit, book: BookDesk) -> None:
    answer = visit.write("Kipas mati.\nAnak rewel.", naming="open", name="Tumini", contact="081234567890", area=MUNDER)
    assert answer.status_code == 200
    code = code_on(answer)
    assert "001/ADUAN/2026" in text(answer)
    assert "Tumini" not in text(answer)
    row = book.journal.db.one("SELECT words, entered_by, channel, place, category FROM complaint")
    assert row == ("Kipas mati.\nAnak rewel.", "system", "desk", "Kios", "speed")
    assert "Sedang kami periksa." in text(visit.ask(code))


def test_the_answer_stands_on_the_screen_and_is_judged_once(visit: Visit, book: BookDesk) -> None:
    line = book.write()
    book.follow(line)
    book.answer(line, "Nomor dibagi sejak pukul tujuh.")
    page = text(visit.ask(line.code.lower()))
    assert "Nomor dibagi sejak pukul tujuh." in page
    token = page.split('name="token" value="')[1].split('"')[0]
    assert visit.client.post("/puas", data={"token": token, "jawaban": "tidak"}).status_code == 200
    visit.client.post("/puas", data={"token": token, "jawaban": "ya"})
    assert book.row(line).satisfied == 0


def test_a_confidential_line_asks_for_the_second_word_and_brakes(visit: Visit, book: BookDesk, clock: Clock) -> None:
    line = book.write(confidential=True, second_word="Melati Putih", name="Sutikno")
    assert "Kata rahasia" in text(visit.ask(line.code))
    for _ in range(5):
        wrong = visit.ask(line.code, "mawar")
        assert wrong.status_code == 422
        assert WORDS not in text(wrong)
    assert visit.ask(line.code, "melati putih").status_code == 429
    clock.forward(minutes=31)
    assert visit.ask(line.code, "MELATI putih").status_code == 200


def test_no_answer_of_the_kiosk_sets_a_cookie_or_may_be_kept(visit: Visit, book: BookDesk) -> None:
    line = book.write()
    answers = [visit.client.get(path) for path in ("/", "/tulis", "/kode", "/siap", "/papan", "/tidak-ada")]
    answers += [visit.write(), visit.ask(line.code), visit.ask("salah"), visit.client.post("/tulis")]
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_staff_cookie_means_nothing_at_the_kiosk(kiosk: Flask, as_ida: Browser) -> None:
    cookie = as_ida.client.get_cookie("loket_office")
    assert cookie is not None
    visitor = kiosk.test_client()
    visitor.set_cookie("loket_office", cookie.value)
    for path in ("/pengaduan", "/", "/rekap", "/berkas"):
        assert "Ida Rahayu" not in visitor.get(path).get_data(as_text=True)


def test_slips_are_counted_wherever_they_are_printed(
    visit: Visit, as_ida: Browser, book: BookDesk, tmp_path: Path
) -> None:
    token = text(visit.write()).split('name="token" value="')[1].split('"')[0]

    def at_kiosk() -> TestResponse:
        return visit.client.post("/slip", data={"token": token})

    assert "SALINAN" not in text_of(at_kiosk().get_data(), tmp_path)
    assert "SALINAN" in text_of(at_kiosk().get_data(), tmp_path)
    assert at_kiosk().status_code == 200
    refused = at_kiosk()
    assert (refused.status_code, "tiga kali" in text(refused)) == (409, True)
    assert as_ida.post("/pengaduan/1/cetak/tanda-terima").status_code == 409
    as_ida.post("/pengaduan/1/kode-baru", {"reason": "KTP dan isi pengaduannya cocok"})
    for copy in (False, True):  # a slip with another code was never printed before
        desk = as_ida.post("/pengaduan/1/cetak/tanda-terima").get_data()
        assert ("SALINAN" in text_of(desk, tmp_path)) == copy
    [printed] = cases.paper_prints(book.journal.db, "complaint/1")
    assert (printed.paper, printed.copies, printed.actor) == ("complaint_receipt", 2, "ida")
    assert "tidak disimpan kantor" in text(at_kiosk())
    assert verify_side(book.journal, "office", tmp_path / "replay.sqlite3").faults == []


def test_the_desk_is_not_asked_about_a_slip_that_it_did_not_see(visit: Visit, as_ida: Browser) -> None:
    token = text(visit.write()).split('name="token" value="')[1].split('"')[0]
    visit.client.post("/slip", data={"token": token})
    assert "/pengaduan/kertas/hasil" not in text(as_ida.get("/pengaduan/1"))
    as_ida.post("/pengaduan/1/kode-baru", {"reason": "KTP dan isi pengaduannya cocok"})
    as_ida.post("/pengaduan/1/cetak/tanda-terima")
    assert "/pengaduan/kertas/hasil" in text(as_ida.get("/pengaduan/1"))


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_kept_or_refused_but_never_run(
    visit: Visit, book: BookDesk, as_ida: Browser, words: str
) -> None:
    answer = visit.write(words)
    assert "<script>alert(1)" not in text(answer)
    if answer.status_code == 200:
        assert "<script>alert(1)" not in as_ida.get("/pengaduan/1").get_data(as_text=True)
        assert book.journal.db.one("SELECT words FROM complaint") == (words,)
    else:
        assert answer.status_code == 422
        assert lines(book) == 0


def test_five_megabytes_are_refused_with_a_sentence(visit: Visit, book: BookDesk) -> None:
    answer = visit.write("x" * 5_000_000)
    assert answer.status_code == 413
    assert "terlalu panjang" in text(answer)
    assert lines(book) == 0


def test_what_it_is_and_about_what_is_the_visitor_s_own_choice(visit: Visit, book: BookDesk) -> None:
    """Neither arrives ticked, and one answer names everything that is left to choose."""
    assert "checked" not in text(visit.client.get("/tulis")).partition("Ini berupa")[2].partition("</fieldset>")[0]
    refused = text(visit.write("Kursi kurang.", about="", type=""))
    assert "Pilih tentang apa pengaduan Anda." in refused
    assert "Pilih: pengaduan, saran, atau pertanyaan." in refused
    assert "Kursi kurang." in refused
    assert lines(book) == 0


def test_a_form_without_our_token_writes_nothing_and_keeps_the_words(visit: Visit, book: BookDesk) -> None:
    for token in ("", "palsu", visit.token("/kode")):
        answer = visit.client.post("/tulis", data={"token": token, "words": "Jangan hilang", "about": "speed"})
        assert answer.status_code == 422
        assert "Jangan hilang" in text(answer)
    cross = visit.client.post(
        "/tulis", data={"token": visit.token("/tulis"), "words": "x"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert cross.status_code == 403
    assert lines(book) == 0


def test_the_slip_prints_from_the_receipt_and_from_nowhere_else(visit: Visit) -> None:
    page = text(visit.write(naming="open", name="Tumini"))
    token = page.split('name="token" value="')[1].split('"')[0]
    slip = visit.client.post("/slip", data={"token": token})
    assert slip.content_type == "application/pdf"
    assert slip.get_data().startswith(b"%PDF-")
    for other in ("", visit.token("/kode")):
        assert visit.client.post("/slip", data={"token": other}).status_code == 422


def test_a_foreign_host_name_gets_one_sentence(visit: Visit) -> None:
    for path in ("/", "/papan", "/tidak-ada"):
        answer = visit.client.get(path, headers={"Host": "jahat.example"})
        assert answer.status_code == 400
        assert "tidak dikenal" in text(answer)


def test_pressing_the_button_twice_writes_once(visit: Visit, book: BookDesk) -> None:
    token = visit.token("/tulis")
    first, second = (visit.write(token=token, follow=False) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert "001/ADUAN/2026" in text(visit.client.get(second.headers["Location"]))
    assert lines(book) == 1


def test_a_line_whose_receipt_could_not_be_drawn_is_not_written_again(
    visit: Visit, book: BookDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = visit.token("/tulis")
    monkeypatch.setattr(kiosk_pages, "draw_receipt", lambda _: 1 // 0)
    assert visit.write(token=token).status_code == 500
    assert lines(book) == 1
    monkeypatch.undo()
    visit.write(token=token)
    assert lines(book) == 1


def test_what_answers_a_form_is_shown_once_and_under_no_code(visit: Visit, book: BookDesk) -> None:
    line = book.write()
    book.follow(line)
    book.answer(line, "Nomor dibagi sejak pukul tujuh.")
    asked = {"token": visit.token("/kode"), "code": line.code, "word": ""}
    forms = [
        visit.write("Jangan dibaca orang.", follow=False),
        visit.write("Jangan dibaca orang.", about="", follow=False),
        visit.client.post("/kode", data=asked, follow_redirects=False),
    ]
    for answer in forms:
        place = answer.headers["Location"]
        assert answer.status_code == 303
        assert not any(word in text(answer) for word in ("Jangan dibaca", "Nomor dibagi"))
        assert line.code not in place
        first, second = visit.client.get(place), visit.client.get(place)
        assert 'class="huge code"' in text(first) or any(
            words in text(first) for words in ("Jangan dibaca orang.", "Nomor dibagi")
        )
        assert (second.status_code, "sudah ditutup" in text(second)) == (410, True)
        assert {first.headers["Cache-Control"], second.headers["Cache-Control"]} == {"no-store"}
        assert not any(word in text(second) for word in ("Jangan dibaca", "Nomor dibagi", "huge code"))
    again = visit.client.post("/kode", data=asked)
    assert again.status_code == 410
    assert "Nomor dibagi" not in text(again)


def test_an_objection_is_answered_once_like_every_form(visit: Visit, book: BookDesk) -> None:
    line = book.write("Iklan pulsa murah")
    writing.set_line_aside(book.journal, book.who("ida"), complaint_id=line.id, reason="Iklan", now=book.clock())
    asked = visit.ask(line.code)
    token = text(asked).split('action="/keberatan"')[1].split('name="token" value="')[1].split('"')[0]
    answer = visit.client.post("/keberatan", data={"token": token, "words": "Bukan iklan"}, follow_redirects=False)
    assert (answer.status_code, "Bukan iklan" in text(answer)) == (303, False)
    assert [visit.client.get(answer.headers["Location"]).status_code for _ in range(2)] == [200, 410]


def test_eight_endless_lines_of_one_letter_are_refused_and_nothing_is_lost(visit: Visit, book: BookDesk) -> None:
    for _ in range(8):
        answer = visit.write("_" * 3999)
        assert "hanya mengulang huruf yang sama" in text(answer)
        assert "_" * 3999 in text(answer)
    assert "4.000 huruf" in text(visit.write("Antrean lama sekali. " * 200))
    assert lines(book) == 0
    assert visit.write(("Antrean lama sekali di loket. " * 134)[:4000]).status_code == 200
    assert lines(book) == 1


def test_a_page_that_nobody_fetches_is_forgotten(visit: Visit, clock: Clock) -> None:
    place = visit.write(follow=False).headers["Location"]
    clock.forward(minutes=2)
    assert visit.client.get(place).status_code == 410
    waiting: Memory[str] = Memory(50, timedelta(minutes=1))
    for number in range(55):
        waiting.put(number, "", clock())
    assert len(waiting.kept) == 50
    waiting.put("later", "", clock.forward(minutes=2))
    assert list(waiting.kept) == ["later"]


def test_an_address_that_writes_too_often_waits(visit: Visit, book: BookDesk, clock: Clock) -> None:
    for _ in range(8):
        assert visit.write().status_code == 200
    assert visit.write().status_code == 429
    assert lines(book) == 8
    visit.client.environ_base["REMOTE_ADDR"] = "10.1.1.7"
    assert visit.write().status_code == 200, "whoever writes elsewhere does not wait for him"
    visit.client.environ_base["REMOTE_ADDR"] = "127.0.0.1"
    assert visit.write().status_code == 429
    clock.forward(minutes=11)
    assert visit.write().status_code == 200


def test_the_book_itself_counts_the_hour_so_that_a_restart_does_not_help(book: BookDesk) -> None:
    for _ in range(service.PER_HOUR):
        service.write_at_kiosk(book.journal, Visitor(WORDS), type_="complaint", about="other", now=book.clock())
    with pytest.raises(Problem) as refused:
        service.write_at_kiosk(book.journal, Visitor(WORDS), type_="complaint", about="other", now=book.clock())
    assert refused.value.code == "too_many_tries"
    service.write_at_kiosk(
        book.journal, Visitor(WORDS), type_="complaint", about="other", now=book.clock() + timedelta(minutes=61)
    )


def test_lines_that_a_clock_set_back_left_ahead_close_the_kiosk_for_nobody(book: BookDesk) -> None:
    late = book.clock() + timedelta(hours=3)  # the same day, by a clock that was wrong
    for _ in range(service.PER_HOUR):
        service.write_at_kiosk(book.journal, Visitor(WORDS), type_="complaint", about="other", now=late)
    service.check_flood(book.journal.db, book.clock())
    with pytest.raises(Problem, match="Terlalu banyak"):
        service.check_flood(book.journal.db, late)


@pytest.mark.parametrize(("unit", "by"), [("working_days", date(2026, 5, 11)), ("calendar_days", date(2026, 5, 9))])
def test_the_board_says_by_when_a_promise_of_five_days_is_kept(book: BookDesk, unit: str, by: date) -> None:
    """From a Monday; the Saturday and Sunday after it count only where days of the calendar were promised."""
    [promise] = [one.promise for one in services_in_force(book.journal.db, date(2026, 5, 4)) if one.id == "ktp-el"]
    assert promise is not None
    five = msgspec.structs.replace(promise, days=5, unit=unit)
    assert service.promised_by(book.journal.db, five, date(2026, 5, 4)) == by


def test_guessing_codes_is_braked(visit: Visit) -> None:
    from app.core.codes import new_code

    statuses = [visit.ask(new_code()).status_code for _ in range(21)]
    assert statuses == [422] * 20 + [429]
    visit.client.environ_base["REMOTE_ADDR"] = "10.1.1.7"
    assert visit.ask(new_code()).status_code == 422, "only where it was guessed"


def test_money_asked_for_is_a_levy_for_sekretaris_and_camat_at_once(
    visit: Visit, as_ratna: Browser, as_camat: Browser
) -> None:
    assert visit.write("Diminta lima puluh ribu.", about="levy").status_code == 200
    for browser in (as_ratna, as_camat):
        assert "Dugaan pungutan liar" in browser.get("/").get_data(as_text=True)


def test_the_keyboard_changes_hands_behind_a_locked_screen(as_ida: Browser) -> None:
    answer = as_ida.post("/pengaduan/papan-ketik")
    assert answer.headers["Refresh"] == "0; url=http://localhost:8036/"
    locked = as_ida.get("/pengaduan")
    assert locked.status_code == 423
    assert "Layar terkunci" in locked.get_data(as_text=True)


def test_brakes_forget_old_deeds_and_old_addresses(clock: Clock) -> None:
    brake = Brake(2, timedelta(minutes=1), keys=3)
    for key in "aabcd":
        brake.count_deed(key, clock())
    assert list(brake.deeds.kept) == ["b", "c", "d"]
    brake.count_deed("d", clock())
    assert brake.is_full("d", clock())
    assert not brake.is_full("d", clock.forward(minutes=2))


def test_the_kiosk_of_an_office_that_is_not_founded_takes_nothing(tmp_path: Path, clock: Clock) -> None:
    visitor = make_kiosk_app(open_journal("office", tmp_path), {"CLOCK": clock}).test_client()
    for path in ("/", "/tulis", "/papan"):
        answer = visitor.get(path)
        assert (answer.status_code, "Kios ini belum dibuka" in answer.text) == (200, True), path
        assert "<form" not in answer.text, path
    assert visitor.post("/tulis", data={"words": WORDS}).status_code < 400
