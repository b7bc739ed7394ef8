"""The access log in words: traces of looking and of refusals, its filters, and the week that the Sekretaris reads."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from app.core.clock import at_office
from app.platform.office.views.health import PER_PAGE
from app.platform.people.access_log import (
    ACTION_GROUPS,
    ACTIONS,
    PersonWeek,
    access_lines,
    conspicuous_people,
    log_access,
    log_access_once,
    week_of_access,
)
from sync.journal import Journal
from tests.platform.people import START, Browser, Clock

PAGE = "/keadaan/akses/"
WEEK = "/keadaan/akses/minggu"
ROOT = Path(__file__).resolve().parents[3]
CALL = re.compile(
    r'(?:log_access(?:_once)?\(.{0,300}?action=|\b(?:log_full_numbers|note|note_access|record_access|log_search)\()"([a-z_]+(?:\.[a-z_]+)?)"',
    re.DOTALL,
)
OF_THE_CENTRE = {"line.opened"}


def test_every_action_of_an_office_has_its_words_and_its_group() -> None:
    sources = (ROOT / "app").rglob("*.py")
    used = {action for path in sources for action in CALL.findall(path.read_text(encoding="utf-8"))}
    assert {
        "case.reveal",
        "sign_in",
        "dispatch.annex",
        "case.opened",
        "backup.made",
        "register.loaded",
    } <= used
    assert used - set(ACTIONS) - OF_THE_CENTRE == set()
    assert {group for group, _ in ACTIONS.values()} == set(ACTION_GROUPS)


def test_lines_are_words_and_page_on(journal: Journal, as_ratna: Browser) -> None:
    for number in range(PER_PAGE + 5):
        log_access(
            journal.db,
            at=START,
            person_id=1,
            action="case.reveal",
            subject=f"case/{number}",
            address="127.0.0.1",
        )
    page = as_ratna.get(PAGE).get_data(as_text=True)
    assert "Melihat nomor lengkap" in page
    assert f'<a href="/berkas/{PER_PAGE + 4}">Berkas {PER_PAGE + 4}</a>' in page
    assert "case.reveal" not in page
    older = re.search(r'href="(/keadaan/akses/\?sebelum=\d+)" rel="next"', page)
    assert older is not None
    second = as_ratna.get(older[1]).get_data(as_text=True)
    assert ">Berkas 4<" in second
    assert ">Berkas 5<" not in second
    assert "Yang terbaru" in second
    assert as_ratna.get(f"{PAGE}?sebelum=x").status_code == 200


def test_who_may_read_it(as_camat: Browser, as_budi: Browser) -> None:
    assert as_camat.get(PAGE).status_code == 200
    assert as_budi.get(PAGE).status_code == 403


def newest(journal: Journal, action: str) -> list[tuple[str, str]]:
    return [(seen.subject, seen.detail) for _, seen in access_lines(journal.db, actions=[action])]


def test_who_reaches_for_what_is_not_theirs_leaves_one_trace_an_hour(
    journal: Journal, as_budi: Browser, clock: Clock
) -> None:
    assert as_budi.get(PAGE).status_code == 403
    assert as_budi.get(PAGE).status_code == 403
    assert newest(journal, "access.refused") == [("page/keadaan/akses/", "GET /keadaan/akses/")]
    clock.forward(minutes=61)
    as_budi = Browser(as_budi.app, "budi")
    assert as_budi.get(PAGE).status_code == 403
    assert len(newest(journal, "access.refused")) == 2


def test_a_stranger_leaves_no_trace_and_fills_no_disk(journal: Journal, as_budi: Browser) -> None:
    assert Browser(as_budi.app).get(PAGE).status_code in (302, 303)
    assert newest(journal, "access.refused") == []


def test_searches_say_how_and_how_much_but_never_what(journal: Journal, as_budi: Browser) -> None:
    for text in ("3508991203790002", "3508 9912 0379", "siti rahma", "0001/KTP/2026"):
        as_budi.post("/cari", {"q": text})
    assert newest(journal, "search.number") == [("page/cari", "0 berkas"), ("page/cari", "0 berkas")]
    assert newest(journal, "search.name") == [("page/cari", "0 berkas")]
    log = str(list(journal.db.run("SELECT subject, detail FROM access_log")))
    assert "350899" not in log
    assert "siti" not in log


def test_filters_find_by_person_deed_record_and_day(journal: Journal, as_ratna: Browser) -> None:
    for person, action, subject, days in (
        (1, "case.opened", "case/4", 0),
        (2, "case.opened", "case/5", 0),
        (1, "case.reveal", "case/4", 3),
    ):
        log_access(journal.db, at=START - timedelta(days=days), person_id=person, action=action, subject=subject)

    def shown(query: str) -> list[str]:
        text = as_ratna.get(f"{PAGE}?{query}").get_data(as_text=True)
        return re.findall(r">(Berkas \d+)<", text[text.index("<tbody>") :] if "<tbody>" in text else "")

    assert shown("petugas=2&apa=cari") == ["Berkas 5"]
    assert shown("apa=nomor") == ["Berkas 4"]
    assert shown("tentang=case/4") == ["Berkas 4", "Berkas 4"]
    assert shown("dari=2026-03-12&sampai=2026-03-12&apa=cari") == ["Berkas 5", "Berkas 4"]
    assert shown("sampai=9-3-2026") == ["Berkas 4"]
    assert as_ratna.get(f"{PAGE}?dari=besok&petugas=x&apa=lain").status_code == 200


def test_the_week_counts_by_person_and_names_what_stands_out(journal: Journal) -> None:
    monday = date(2026, 3, 2)
    noon, night = at_office(monday, 12), at_office(monday + timedelta(days=6), 23, 59)
    opened = [(3, noon)] * 30 + [(4, noon)] * 2 + [(5, noon)] * 2
    for number, (person, at) in enumerate(opened):
        log_access(journal.db, at=at, person_id=person, action="case.opened", subject=f"case/{number}")
    log_access(journal.db, at=night, person_id=4, action="pin.refused")
    log_access(journal.db, at=night + timedelta(minutes=1), person_id=4, action="pin.refused")
    log_access(journal.db, at=noon - timedelta(hours=12, seconds=1), person_id=4, action="pin.refused")
    log_access(journal.db, at=noon, person_id=None, action="backup.restored", address="console")
    week = week_of_access(journal.db, monday)
    counted = {one.name: (one.by_group["cari"], one.by_group["ditolak"], one.odd_hours) for one in week.people}
    assert counted["Budi Santoso"] == (30, 0, 0)
    assert counted["Sari Wulandari"] == (2, 1, 1)
    assert any(text.startswith("Budi Santoso: membuka 30 kali") for text in week.notices)
    assert any(text.startswith("Sari Wulandari: 1 kali ditolak") for text in week.notices)
    assert any(text.startswith("Sari Wulandari: 1 kali di luar jam kantor") for text in week.notices)
    assert any(text.startswith("Memulihkan dari cadangan: 1 kali") for text in week.notices)


def week_of(**opened: int) -> list[PersonWeek]:
    return [PersonWeek(name, dict.fromkeys(ACTION_GROUPS, 0) | {"cari": times}, 0) for name, times in opened.items()]


@pytest.mark.parametrize(
    ("people", "named"),
    [
        (week_of(Budi=20, Sari=6, Oki=6), ["Budi"]),
        (week_of(Budi=19, Sari=6, Oki=6), []),  # under twenty nobody stands out
        (week_of(Budi=21, Sari=7, Oki=7), ["Budi"]),
        (week_of(Budi=23, Sari=8, Oki=8), []),  # under three times the median
        (week_of(Budi=500), []),  # alone there is nobody to stand out from
        (week_of(Budi=500, Sari=0), []),  # the median of two lies between them
        (
            [PersonWeek("Budi", dict.fromkeys(ACTION_GROUPS, 0) | {"cari": 12, "nomor": 12}, 0), *week_of(A=2, B=2)],
            ["Budi"],
        ),
    ],
)
def test_who_opened_far_more_than_the_others_is_named(people: list[PersonWeek], named: list[str]) -> None:
    sentences = conspicuous_people(people)
    assert [text.partition(":")[0] for text in sentences] == named
    assert all("jauh di atas yang lain" in text for text in sentences)


@pytest.mark.parametrize(("hour", "minute", "odd"), [(5, 59, 1), (6, 0, 0), (19, 59, 0), (20, 0, 1)])
def test_night_is_from_eight_in_the_evening_to_six(journal: Journal, hour: int, minute: int, odd: int) -> None:
    monday = date(2026, 3, 2)
    log_access(journal.db, at=at_office(monday, hour, minute), person_id=3, action="sign_in")
    [line] = week_of_access(journal.db, monday).people
    assert line == PersonWeek("Budi Santoso", {group: int(group == "masuk") for group in ACTION_GROUPS}, odd)


def test_the_week_waits_on_the_desk_of_the_sekretaris_until_it_is_read(
    journal: Journal, as_ratna: Browser, as_camat: Browser
) -> None:
    log_access(journal.db, at=at_office(date(2026, 3, 4), 9), person_id=3, action="sign_in")
    waits = "Ringkasan akses minggu lalu"
    assert waits in as_ratna.get("/").get_data(as_text=True)
    assert waits not in as_camat.get("/").get_data(as_text=True)
    assert "Sudah saya baca" not in as_camat.get(WEEK).get_data(as_text=True)
    assert as_camat.post(WEEK, {"mulai": "2026-03-02"}).status_code == 403
    assert as_ratna.post(WEEK, {"mulai": "2026-02-23"}).status_code == 303
    assert waits in as_ratna.get("/").get_data(as_text=True)
    assert as_ratna.post(WEEK, {"mulai": "2026-03-02"}).status_code == 303
    assert waits not in as_ratna.get("/").get_data(as_text=True)
    assert "Sudah saya baca" not in as_ratna.get(WEEK).get_data(as_text=True)


def test_a_page_looked_at_ten_times_leaves_one_line(journal: Journal) -> None:
    def look(at: datetime, person: int = 3) -> None:
        log_access_once(journal.db, at=at, person_id=person, action="case.opened", subject="case/9")

    for minutes in (0, 1, 59):
        look(START + timedelta(minutes=minutes))
    assert len(newest(journal, "case.opened")) == 1
    look(START + timedelta(minutes=59), person=4)
    assert len(newest(journal, "case.opened")) == 2
    look(START + timedelta(minutes=60))
    assert len(newest(journal, "case.opened")) == 3
