"""First run: all or nothing, repeatable after a failure, only on this PC, only once; what was typed stays."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.compose_office import make_office_app
from app.core.problems import Problem
from app.platform.office import first_run, queries, settings, standards
from app.platform.office.numbers import next_number
from app.platform.office.service import NewPerson, found_office
from app.platform.office.views import first_run as first_run_views
from app.platform.people.credentials import PASSWORD_RULES, confirm_pin, has_pin, is_guessable
from app.platform.people.queries import actor_named, changes_about, changes_made_alone, is_nobody_entered
from schema.definitions import DefinitionError
from sync.journal import Journal
from tests.platform.office.first import SECRET, typed, walk_set_up
from tests.platform.office.pictures import HARMFUL, png, svg
from tests.platform.people import CHEAP, PIN, SECRET_KEY, START, Browser, Clock

PAGE = "/persiapan/"
IDENTITY = {
    "office.code": "350807",
    "office.name": "Kecamatan Contoh",
    "office.regency": "Kabupaten Contoh",
    "office.place": "Contoh",
}
RATNA = NewPerson("ratna", "Ratna Puspita", ("sekretaris", "admin"), SECRET, key="sekretaris")


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def entries(journal: Journal) -> int:
    row = journal.db.one("SELECT count(*) FROM journal")
    assert row is not None
    return int(row[0])


def test_everything_typed_stands_afterwards(stranger: Browser, empty: Journal) -> None:
    answer = walk_set_up(stranger, typed())
    assert (answer.status_code, answer.location) == (303, "/persiapan/selesai")
    assert settings.get_setting(empty.db, "office.name") == "Kecamatan Contoh"
    places = {village.code: village for village in queries.list_villages(empty.db)}
    assert len(places) == 12
    assert (places["3508072010"].name, places["3508072010"].head_name) == ("Munder Baru", "Suparman")
    desi = actor_named(empty.db, "desi", START.date())
    assert desi is not None
    assert (desi.area, desi.village_only) == ("3508072010", True)
    assert next_number(empty.db, "case", START.date(), 1).text == "00417/KTP/2026"
    assert queries.list_standards(empty.db) == []
    waiting = standards.known_proposal(empty.db, "ktp-el")
    due = standards.signatures_of(empty.db, "ktp-el", waiting.revision, START.date())
    assert [[one.name for one in able] for _, able in due] == [[], ["Ratna Puspita"], ["Hadi Purnomo"]]
    assert queries.office_calendar(empty.db).last_known_year == 2027


def test_the_door_opens_once_and_only_here(stranger: Browser, empty: Journal) -> None:
    assert stranger.get("/").location.startswith("/masuk")
    assert stranger.get("/masuk").location == PAGE
    assert stranger.get(PAGE).status_code == 200
    for elsewhere in (
        {"environ_overrides": {"REMOTE_ADDR": "192.168.1.20"}},
        {"headers": {"X-Forwarded-For": "192.168.1.20"}},
    ):
        for page in (PAGE, f"{PAGE}petugas", f"{PAGE}usulan?office_code=350807"):
            assert stranger.get(page, **elsewhere).status_code == 404
        assert stranger.post(f"{PAGE}kantor", typed(), **elsewhere).status_code == 404
        assert stranger.post(f"{PAGE}pusat", typed(), **elsewhere).status_code == 404
    assert is_nobody_entered(empty.db)
    assert stranger.get(f"{PAGE}tidak-ada").status_code == 404
    assert walk_set_up(stranger, typed()).status_code == 303
    assert stranger.get(PAGE).location == f"{PAGE}selesai", "the founding browser sees its sheet"
    assert Browser(stranger.app).get(PAGE).status_code == 404
    for browser in (Browser(stranger.app), stranger):
        walk_set_up(browser, typed(office_name="Lain"))
        assert browser.post(f"{PAGE}selesai").location in ("/", "/masuk")
        assert browser.post(f"{PAGE}kantor", typed(office_name="Lain")).status_code == 404
    assert settings.get_setting(empty.db, "office.name") == "Kecamatan Contoh"


def test_style_and_scripts_reach_the_first_page(stranger: Browser) -> None:
    links = re.findall(r'(?:href|src)="(/static/[^"]+)"', text(stranger.get(PAGE)))
    assert links
    assert {stranger.get(link).status_code for link in links} == {200}


def test_everything_wrong_on_a_step_is_said_at_once_and_nothing_is_lost(stranger: Browser, empty: Journal) -> None:
    wrong = {"camat-username": "Pak Camat", "kasi-name": "Budi Santoso", "kasi-password": "pendek"}
    answer = walk_set_up(stranger, typed(**wrong))
    page = text(answer)
    assert answer.status_code == 422
    for link in ("camat-username", "kasi-password"):
        assert f'href="#{link}"' in page
    for kept in ("Ratna Puspita", "Pak Camat", "Budi Santoso", f'value="{SECRET}"', PASSWORD_RULES):
        assert kept in page
    page = text(walk_set_up(stranger, typed(start_case="nol", pattern_letter="{year}")))
    assert "Isi dengan angka bulat." in page
    assert 'value="nol"' in page
    assert "{n:05}/KTP/{year}" in page
    page = text(walk_set_up(stranger, typed(pattern_letter="{year}")))
    assert "Pola harus memuat {n} satu kali" in page
    assert entries(empty) == 0
    assert walk_set_up(stranger, typed(pattern_letter="", effective_on="01042026")).status_code == 303
    assert standards.known_proposal(empty.db, "ktp-el").effective_on == "2026-04-01"


def test_what_was_typed_outlives_a_power_cut_and_no_password_is_written(
    stranger: Browser, empty: Journal, clock: Clock, tmp_path: Path
) -> None:
    """Also what was wrong, and what was typed before going back; the set-up goes on at the step that is not done."""
    stranger.post(f"{PAGE}kantor", typed(office_place="Kidul"))
    stranger.post(f"{PAGE}petugas", typed())
    stranger.post(f"{PAGE}desa", typed(aksi="kembali"))
    stranger.post(f"{PAGE}nomor", typed(start_case="nol"))
    kept = (tmp_path / first_run.DRAFT_FILE).read_text()
    assert SECRET not in kept
    assert "scrypt" in kept
    (tmp_path / first_run.DRAFT_FILE).chmod(0o600)
    again = Browser(make_office_app(empty, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock}))
    assert 'value="nol"' in text(again.get(PAGE)), "the first step with a fault"
    assert 'value="Kidul"' in text(again.get(f"{PAGE}kantor"))
    people = text(again.get(f"{PAGE}petugas"))
    assert "Ratna Puspita" in people
    assert "Sudah tersimpan; kosong berarti tetap." in people
    assert "Suparman" in text(again.get(f"{PAGE}desa"))
    again.post(f"{PAGE}nomor", typed())
    assert again.post(f"{PAGE}pusat", {}).status_code == 303
    sheet = text(again.get(f"{PAGE}selesai"))
    assert "yang diketik saat persiapan" in sheet, "the typed one is known by its hash only"
    assert SECRET not in sheet
    assert not (tmp_path / first_run.DRAFT_FILE).exists()
    assert again.post("/masuk", {"username": "ratna", "password": SECRET}).location == "/"


def test_a_damaged_draft_is_an_empty_one(stranger: Browser, tmp_path: Path) -> None:
    (tmp_path / first_run.DRAFT_FILE).write_text('{"answers": 7')
    assert stranger.get(PAGE).status_code == 200
    assert walk_set_up(stranger, typed()).status_code == 303


def test_the_sheet_shows_every_first_sign_in_once_to_whoever_founded_the_office(
    stranger: Browser, empty: Journal, clock: Clock
) -> None:
    """Nobody types a user name or password but the own one: the program makes them, they work, and must be changed."""
    walk_set_up(stranger, typed(**{"camat-username": "", "camat-password": "", "kasi-name": "Hadi Saputra"}))
    sheet = text(stranger.get(f"{PAGE}selesai"))
    strips = dict(re.findall(r'Nama pengguna</dt><dd class="code">([^<]+)</dd>.*?class="code">([^<]+)</dd>', sheet))
    assert strips.keys() == {"hadi", "hadi.saputra", "desi"}
    assert SECRET not in sheet, "the own password of whoever sets up is on no paper"
    for username in ("hadi", "desi"):
        assert is_guessable(strips[username], (username,)) is False
        browser = Browser(stranger.app)
        assert browser.post("/masuk", {"username": username, "password": strips[username]}).location == "/"
        assert browser.get("/").location == "/saya", "the first password is changed first"
        assert browser.get(f"{PAGE}selesai").status_code == 303, "another browser does not see the sheet"
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "192.168.1.20"}}
    assert stranger.get(f"{PAGE}selesai", **elsewhere).status_code == 404
    clock.forward(minutes=30)
    assert stranger.get(f"{PAGE}selesai").location == "/masuk", "it is not shown for ever"


def test_a_closed_sheet_stays_closed(stranger: Browser, empty: Journal) -> None:
    walk_set_up(stranger, typed())
    assert "desi" in text(stranger.get(f"{PAGE}selesai"))
    assert stranger.post(f"{PAGE}selesai", {}).location == "/"
    assert stranger.get(f"{PAGE}selesai").location == "/masuk"
    assert stranger.get("/saya").status_code == 200, "in, without a PIN; it can be made later"
    assert stranger.post(f"{PAGE}selesai", {}).location == "/masuk"


def test_whoever_set_up_goes_on_from_the_sheet_with_a_pin_that_decides_at_once(
    stranger: Browser, empty: Journal
) -> None:
    """Only the browser that founded the office does, on this PC; a PIN that is guessed first leaves the sheet open."""
    walk_set_up(stranger, typed())
    other = Browser(stranger.app)
    assert other.post(f"{PAGE}selesai", {"pin": PIN}).location == "/masuk"
    assert other.get("/").location.startswith("/masuk")
    refused = stranger.post(f"{PAGE}selesai", {"pin": "123456"})
    assert (refused.status_code, "desi" in text(refused)) == (422, True)
    ratna = actor_named(empty.db, "ratna", START.date())
    assert ratna is not None
    assert not has_pin(empty.db, ratna.person_id)
    assert stranger.post(f"{PAGE}selesai", {"pin": PIN}).location == "/"
    assert "Siap melayani?" in text(stranger.get("/")), "no second sign-in, no other password"
    confirm_pin(empty.db, ratna, PIN, now=START)
    assert [change.act for change in changes_about(empty.db, ratna.person_id)] == ["pin"]
    assert changes_made_alone(empty.db, START.date()) == (), "founding an office is no alarm"
    desi = Browser(stranger.app)
    assert desi.post("/masuk", {"username": "ratna", "password": SECRET}).location == "/", "and the password stays"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"office_code": ""}, "Pilih kecamatan dari daftar."),
        (
            {"sekretaris-name": "", "sekretaris-username": "", "sekretaris-password": ""},
            "Paling sedikit satu Sekretaris",
        ),
        ({"camat-username": "ratna"}, "sudah dipakai"),
        ({"sekretaris-password": ""}, "Kata sandi paling sedikit"),
        ({"sekretaris-password": "ratna puspita"}, "terlalu mudah ditebak"),
        ({"effective_on": "31-02-2026"}, "31 Februari tidak ada."),
    ],
)
def test_a_wrong_field_writes_nothing(
    stranger: Browser, empty: Journal, changed: dict[str, str], sentence: str
) -> None:
    answer = walk_set_up(stranger, typed(**changed))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert entries(empty) == 0
    assert is_nobody_entered(empty.db)


def test_arms_travel_with_the_page_until_it_is_saved(stranger: Browser, empty: Journal) -> None:
    wrong = text(walk_set_up(stranger, typed(office_code="", arms=(io.BytesIO(png()), "lambang.png"))))
    kept = re.search(r'name="arms_kept" value="([^"]+)"', wrong)
    assert kept is not None
    assert "<img" in wrong
    assert walk_set_up(stranger, typed(arms_kept=kept[1])).status_code == 303
    assert settings.get_setting(empty.db, "office.arms") == kept[1]


@pytest.mark.parametrize("data", [HARMFUL["script"], b"MZ\x90", svg("x" * 60_000)], ids=["script", "program", "large"])
def test_harmful_arms_are_refused(stranger: Browser, empty: Journal, data: bytes) -> None:
    answer = walk_set_up(stranger, typed(arms=(io.BytesIO(data), "lambang.svg")))
    assert answer.status_code == 422
    assert 'href="#arms"' in text(answer)
    assert "<script>alert" not in text(answer)
    assert entries(empty) == 0


def test_villages_come_with_the_kecamatan(stranger: Browser, empty: Journal) -> None:
    assert "Pilih kecamatan di langkah Kantor" in text(stranger.get(f"{PAGE}desa"))
    stranger.post(f"{PAGE}kantor", typed())
    shown = text(stranger.get(f"{PAGE}desa"))
    assert "Yosowilangun Kidul" in shown
    assert "NIP" not in shown, "heads of villages are elected"
    shown = text(
        stranger.post(f"{PAGE}desa", {"desa-3508072010-name": "Munder Baru", "desa-3508072010-head_name": "x" * 101})
    )
    assert "Munder Baru" in shown
    assert "Paling panjang 100 huruf." in shown
    assert entries(empty) == 0


def test_clerks_of_one_first_name_get_user_names_of_their_own(stranger: Browser, empty: Journal) -> None:
    others = {"desa-3508072001-name": "Krai", "desa-3508072001-clerk_name": "Desi Wulandari"}
    assert walk_set_up(stranger, typed(**others)).status_code == 303
    names = {row[0]: row[1] for row in empty.db.run("SELECT name, username FROM person WHERE name LIKE 'Desi %'")}
    assert names.keys() == {"Desi Anggraini", "Desi Wulandari"}
    assert "desi" in names.values()
    assert len(set(names.values())) == 2


def test_names_that_follow_from_the_kecamatan_are_suggested_and_never_forced(stranger: Browser) -> None:
    given = text(stranger.get(f"{PAGE}usulan?office_code=350807"))
    for key, value in (
        ("office_name", "Kecamatan Yosowilangun"),
        ("office_short_name", "Yosowilangun"),
        ("office_place", "Yosowilangun"),
    ):
        assert f'<data data-suggest="{key}" value="{value}">' in given
    assert 'data-suggest="office_name"' not in text(stranger.get(f"{PAGE}usulan?office_code=999999"))
    stranger.post(f"{PAGE}kantor", typed(office_name="", office_short_name="Yoso", office_place=""))
    shown = text(stranger.get(f"{PAGE}kantor"))
    assert 'value="Kecamatan Yosowilangun"' in shown
    assert 'value="Yoso"' in shown
    assert 'value="Yosowilangun"' in shown


def test_a_code_that_fails_leaves_the_office_standing(stranger: Browser, empty: Journal) -> None:
    assert walk_set_up(stranger, typed(code="BUKAN-KODE")).status_code == 303
    assert queries.is_set_up(empty.db)
    assert "Belum terdaftar: " in text(stranger.get("/masuk"))


def test_a_failure_half_way_leaves_nothing_and_may_be_repeated(empty: Journal) -> None:
    def found(*people: NewPerson, text: str | None = None) -> None:
        found_office(
            empty,
            identity=IDENTITY,
            people=people,
            starts={"case": 5},
            effective_on=date(2026, 1, 1),
            standard_text=text,
            now=START,
            cost=CHEAP,
        )

    with pytest.raises(Problem) as caught:
        found(RATNA, NewPerson("x", "", ("camat",), "pendek", key="camat"))
    assert set(caught.value.fields) == {"camat/username", "camat/name", "camat/password"}
    with pytest.raises(DefinitionError):
        found(RATNA, text="id = 1")
    assert entries(empty) == 0
    assert not empty.has_identity
    found(RATNA)
    assert empty.source == "350807"
    with pytest.raises(Problem) as caught:
        found(RATNA)
    assert caught.value.code == "conflict"


def test_two_clicks_found_one_office_and_make_one_pin(
    stranger: Browser, empty: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last step hashes many passwords and takes seconds, so it is clicked twice: both answers lead to the sheet."""
    answers = typed()
    for step in ("kantor", "petugas", "desa", "nomor"):
        assert stranger.post(f"{PAGE}{step}", answers).status_code == 303
    founded = click_twice(stranger, f"{PAGE}pusat", answers)
    assert [(one.status_code, one.location) for one in founded] == [(303, f"{PAGE}selesai")] * 2, text(founded[1])
    assert "desi" in text(stranger.get(f"{PAGE}selesai"))
    both_at_once, let_in = Barrier(2), first_run_views.open_founders_session

    def wait_for_the_other(*given: Any, **said: Any) -> str:
        with suppress(BrokenBarrierError):  # where the other one waits for its turn, nobody comes
            both_at_once.wait(0.5)
        return let_in(*given, **said)

    monkeypatch.setattr(first_run_views, "open_founders_session", wait_for_the_other)
    found = click_twice(stranger, f"{PAGE}selesai", {"pin": PIN})
    assert sorted(str(one.location) for one in found) == ["/", "/masuk"]
    ratna = actor_named(empty.db, "ratna", START.date())
    assert ratna is not None
    confirm_pin(empty.db, ratna, PIN, now=START)  # a second one, made with nothing but the sheet, would wait for a day


@pytest.mark.parametrize(("status", "answered"), [(409, 422), (422, 422), (507, 422), (500, 500)])
def test_what_the_typist_can_mend_is_told_on_the_step_and_the_rest_is_a_failure(
    stranger: Browser, empty: Journal, monkeypatch: pytest.MonkeyPatch, status: int, answered: int
) -> None:
    def refuse(*_: object) -> None:
        raise Problem(
            "x", status, "Tidak dapat didirikan.", {"office.name": "Nama ini dipakai."} if status == 422 else {}
        )

    monkeypatch.setattr(first_run_views, "write_office", refuse)
    answer = walk_set_up(stranger, typed())
    assert answer.status_code == answered
    assert ('action="/persiapan/kantor"' in text(answer)) == (status == 422), "the step of the field that is wrong"
    assert ('action="/persiapan/pusat"' in text(answer)) == (status != 422)
    assert entries(empty) == 0


def click_twice(browser: Browser, path: str, said: dict[str, Any]) -> list[TestResponse]:
    """Two posts of one page at the same time."""
    with browser.client.session_transaction() as kept:
        cookie = dict(kept)
    twins = [Browser(browser.app) for _ in range(2)]
    for twin in twins:
        with twin.client.session_transaction() as own:
            own.update(cookie)
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda one: one.post(path, said), twins))


STEPS = ("kantor", "petugas", "desa", "nomor", "pusat")


def drawn(page: str) -> tuple[str, list[tuple[str, bool]], bool]:
    """`Langkah 2 dari 5`, every step with whether it is done, and whether a button leads back."""
    number = re.search(r"Langkah \d dari \d", page)
    assert number is not None
    steps = re.findall(r'<li class="([a-z ]*)">\s*<a href="/persiapan/([a-z]+)"', page)
    here = [name for classes, name in steps if "here" in classes.split()]
    assert len(here) == page.count('aria-current="step"') == 1
    return number[0], [(name, "done" in classes.split()) for classes, name in steps], 'value="kembali"' in page


def test_the_steps_follow_each_other_and_lead_back_to_the_one_before(stranger: Browser) -> None:
    for place, name in enumerate(STEPS):
        page = text(stranger.get(PAGE))  # the first that is not done
        number, steps, back = drawn(page)
        assert number == f"Langkah {place + 1} dari 5"
        assert steps == [(step, at < place) for at, step in enumerate(STEPS)]
        assert back is (place > 0), name
        assert ("Simpan dan mulai" in page) is (name == "pusat")
        assert text(stranger.get(f"{PAGE}{name}")).count(f"/persiapan/{name}") > 0
        if name == "pusat":
            break
        before = stranger.post(f"{PAGE}{name}", {**typed(), "aksi": "kembali"})
        assert (before.status_code, before.location) == (303, f"{PAGE}{STEPS[max(0, place - 1)]}")
        onward = stranger.post(f"{PAGE}{name}", typed())
        assert (onward.status_code, onward.location) == (303, f"{PAGE}{STEPS[place + 1]}")


def test_a_step_in_which_something_became_wrong_is_not_done_any_more(stranger: Browser) -> None:
    stranger.post(f"{PAGE}kantor", typed())
    stranger.post(f"{PAGE}petugas", typed())
    answer = stranger.post(f"{PAGE}kantor", typed(office_code="x", office_name="Kecamatan Lain"))
    assert answer.status_code == 422
    number, steps, _ = drawn(text(answer))
    assert (number, [name for name, done in steps if done]) == ("Langkah 1 dari 5", ["petugas"])
    assert 'value="Kecamatan Lain"' in text(stranger.get(PAGE)), "what was typed wrong is kept"
    assert stranger.post(f"{PAGE}kantor", {**typed(office_code="x"), "aksi": "kembali"}).location == f"{PAGE}kantor"
    assert stranger.post(f"{PAGE}tidak-ada", typed()).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"seri": "case", "start_case": "417", "pattern_case": "{n:05}/KTP/{year}"}, 200, "00417/KTP/2026"),
        ({"seri": "case", "pattern_case": "{n:05}/KTP/{year}"}, 200, "00001/KTP/2026"),
        ({"seri": "case", "start_case": "9", "pattern_case": "{n}/A/{year}"}, 200, "9/A/2026"),
        ({"seri": "case", "start_case": "satu"}, 200, "Isi nomor berikutnya dengan angka."),
        ({"seri": "case", "start_case": "1", "pattern_case": "TETAP"}, 200, "{n}"),
        ({"seri": "apa"}, 404, ""),
        ({}, 404, ""),
    ],
)
def test_the_next_number_is_shown_as_it_will_read(
    stranger: Browser, asked: dict[str, str], status: int, said: str
) -> None:
    answer = stranger.get(f"{PAGE}contoh-nomor", query_string=asked)
    assert (answer.status_code, said in text(answer)) == (status, True), text(answer)


def test_the_office_begins_with_the_names_of_its_partner_and_its_numbers(stranger: Browser, empty: Journal) -> None:
    own = {"office_centre_name": "Dispendukcapil Contoh", "office_centre_place": "Kota Contoh"}
    assert walk_set_up(stranger, typed(start_case="417", **own)).status_code == 303
    known = settings.all_settings(empty.db)
    assert [known[f"office.centre_{name}"] for name in ("name", "place")] == list(own.values())
    assert (known["office.postcode"], known["office.short_name"]) == ("67382", "Contoh")
    assert next_number(empty.db, "dispatch", START.date(), 1).n == 1


def test_another_kind_of_office_loses_what_only_the_former_was_offered(stranger: Browser) -> None:
    """The regency that follows from the kecamatan goes; one that somebody typed stays."""
    for profile, typed_regency, kept in (
        ("poltekkes", "Kabupaten Lumajang", ""),
        ("poltekkes", "Kementerian Contoh", "Kementerian Contoh"),
        ("kecamatan", "Kabupaten Lumajang", "Kabupaten Lumajang"),
        ("kecamatan", "Kota Contoh", "Kota Contoh"),
    ):
        sent = {**typed(office_regency=typed_regency), "profile": profile, "aksi": "jenis"}
        answer = stranger.post(f"{PAGE}kantor", sent)
        assert (answer.status_code, answer.location) == (303, f"{PAGE}kantor")
        page = text(stranger.get(f"{PAGE}kantor"))
        field = re.search(r'<input[^>]*\bname="office_regency"[^>]*>', page)
        assert field is not None
        value = re.search(r'value="([^"]*)"', field[0])
        assert (value[1] if value else "") == kept, (profile, typed_regency)
        assert drawn(page)[0] == ("Langkah 1 dari 5" if profile == "kecamatan" else "Langkah 1 dari 4")


@pytest.mark.parametrize(
    ("name", "taken", "suggested"),
    [
        ("Drs. Hadi Purnomo, M.Si.", "", "hadi"),
        ("Siti Aminah", "siti", "siti.aminah"),
        ("Siti Aminah", "siti siti.aminah", "siti2"),
        ("Siti Aminah", "siti siti.aminah siti2", "siti3"),
        ("Al Ghazali", "", "ghazali"),
        ("Ita", "", "ita"),
        ("Nur'aini", "", "nuraini"),
        ("3 Serangkai", "", "serangkai"),
        ("R. A.", "", "petugas"),
        ("A" * 50, "", "a" * 40),
        ("Siti", " ".join(["siti", *(f"siti{n}" for n in range(2, 99))]), "siti99"),
        ("Siti", " ".join(["siti", *(f"siti{n}" for n in range(2, 100))]), ""),
    ],
)
def test_a_user_name_is_the_first_name_that_is_no_title_and_nobody_has(name: str, taken: str, suggested: str) -> None:
    assert first_run.suggest_username(name, taken.split()) == suggested


def test_a_draft_beyond_all_pages_is_not_kept(tmp_path: Path) -> None:
    kept = first_run.Draft({"office.name": "Kecamatan Contoh"})
    first_run.keep_draft(tmp_path, kept)
    first_run.keep_draft(tmp_path, first_run.Draft({"office.name": "x" * first_run.MOST_BYTES}))
    assert first_run.read_draft(tmp_path) == kept
