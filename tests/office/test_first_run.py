"""First run: all or nothing, repeatable after a failure, only on this PC, only once; what was typed stays."""

import io
import re
from datetime import date

import pytest
from werkzeug.test import TestResponse

from app.core.problems import Problem
from app.office import queries, settings, standards
from app.office.numbers import next_number
from app.office.service import NewPerson, found_office
from app.people.queries import actor_named, is_nobody_entered
from schema.definitions import DefinitionError
from sync.journal import Journal
from tests.office.first import SECRET, typed
from tests.office.pictures import HARMFUL, png, svg
from tests.people import CHEAP, START, Browser

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
    answer = stranger.post(PAGE, typed())
    assert (answer.status_code, answer.location) == (303, "/masuk")
    assert settings.get_setting(empty.db, "office.name") == "Kecamatan Contoh"
    places = {one.code: one for one in queries.list_villages(empty.db)}
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
        assert stranger.get(PAGE, **elsewhere).status_code == 404
        assert stranger.post(PAGE, typed(), **elsewhere).status_code == 404
        assert stranger.get("/persiapan/desa?office_code=350807", **elsewhere).status_code == 404
    assert is_nobody_entered(empty.db)
    assert stranger.post(PAGE, typed()).status_code == 303
    assert stranger.get(PAGE).status_code == 404
    assert stranger.post(PAGE, typed(office_name="Lain")).status_code == 404
    assert settings.get_setting(empty.db, "office.name") == "Kecamatan Contoh"


def test_style_and_scripts_reach_the_first_page(stranger: Browser) -> None:
    links = re.findall(r'(?:href|src)="(/static/[^"]+)"', text(stranger.get(PAGE)))
    assert links
    assert {stranger.get(link).status_code for link in links} == {200}


def test_everything_wrong_is_said_at_once_and_nothing_is_lost(stranger: Browser, empty: Journal) -> None:
    people = {"camat-username": "Pak Camat", "desa-3508072010-clerk_password": "pendek"}
    answer = stranger.post(PAGE, typed(office_name="", start_case="nol", **people))
    assert answer.status_code == 422
    page = text(answer)
    assert "Isi nama kantor" in page
    assert "Isi dengan angka bulat." in page
    for kept in (
        "Munder Baru",
        "Suparman",
        "Ratna Puspita",
        "{n:05}/KTP/{year}",
        'value="nol"',
        f'value="{SECRET}"',
    ):
        assert kept in page
    assert entries(empty) == 0
    answer = stranger.post(
        PAGE,
        typed(
            **{"camat-username": "Pak Camat", "desa-3508072010-clerk_password": "pendek", "pattern_case": "KTP/{year}"}
        ),
    )
    assert "Pola harus memuat {n} satu kali" in text(answer)
    answer = stranger.post(PAGE, typed(**{"camat-username": "Pak Camat", "desa-3508072010-clerk_password": "pendek"}))
    page = text(answer)
    assert 'href="#camat-username"' in page
    assert 'href="#desa-3508072010-clerk_password"' in page
    assert entries(empty) == 0
    assert stranger.post(PAGE, typed()).status_code == 303


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"office_code": ""}, "Pilih kecamatan dari daftar."),
        (
            {"sekretaris-name": "", "sekretaris-username": "", "sekretaris-password": ""},
            "Paling sedikit satu Sekretaris",
        ),
        ({"camat-username": "ratna"}, "sudah dipakai"),
        ({"effective_on": "31-02-2026"}, "anggal"),
    ],
)
def test_a_wrong_field_writes_nothing(
    stranger: Browser, empty: Journal, changed: dict[str, str], sentence: str
) -> None:
    answer = stranger.post(PAGE, typed(**changed))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert entries(empty) == 0
    assert is_nobody_entered(empty.db)


def test_arms_travel_with_the_page_until_it_is_saved(stranger: Browser, empty: Journal) -> None:
    wrong = text(stranger.post(PAGE, typed(office_name="", arms=(io.BytesIO(png()), "lambang.png"))))
    kept = re.search(r'name="arms_kept" value="([^"]+)"', wrong)
    assert kept is not None
    assert "<img" in wrong
    assert stranger.post(PAGE, typed(arms_kept=kept[1])).status_code == 303
    assert settings.get_setting(empty.db, "office.arms") == kept[1]


@pytest.mark.parametrize("data", [HARMFUL["script"], b"MZ\x90", svg("x" * 60_000)], ids=["script", "program", "large"])
def test_harmful_arms_are_refused(stranger: Browser, empty: Journal, data: bytes) -> None:
    answer = stranger.post(PAGE, typed(arms=(io.BytesIO(data), "lambang.svg")))
    assert answer.status_code == 422
    assert 'href="#arms"' in text(answer)
    assert "<script>alert" not in text(answer)
    assert entries(empty) == 0


def test_villages_come_with_the_kecamatan_also_without_script(stranger: Browser, empty: Journal) -> None:
    assert "Yosowilangun Kidul" in text(stranger.get("/persiapan/desa?office_code=350807"))
    assert "setelah kecamatan dipilih" in text(stranger.get("/persiapan/desa?office_code=999999"))
    shown = stranger.post(PAGE, typed(aksi="desa", office_name=""))
    assert shown.status_code == 200
    assert "error-summary" not in text(shown)
    assert "Munder Baru" in text(shown)
    assert entries(empty) == 0


def test_names_that_follow_from_the_kecamatan_are_suggested_and_never_forced(stranger: Browser) -> None:
    given = text(stranger.get("/persiapan/desa?office_code=350807"))
    for key, value in (
        ("office_name", "Kecamatan Yosowilangun"),
        ("office_short_name", "Yosowilangun"),
        ("office_place", "Yosowilangun"),
    ):
        assert f'<data data-suggest="{key}" value="{value}">' in given
    assert "data-suggest" not in text(stranger.get("/persiapan/desa?office_code=999999"))
    shown = text(stranger.post(PAGE, typed(aksi="desa", office_name="", office_short_name="Yoso", office_place="")))
    assert 'value="Kecamatan Yosowilangun"' in shown
    assert 'value="Yoso"' in shown
    assert 'value="Yosowilangun"' in shown


def test_a_code_that_fails_leaves_the_office_standing(stranger: Browser, empty: Journal) -> None:
    assert stranger.post(PAGE, typed(code="BUKAN-KODE")).status_code == 303
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
