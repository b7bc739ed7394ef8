"""What an LTPP asks of whom at the desk and by when, what its list shows, and what may be written into it."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from app.core.problems import Problem
from app.platform.office.queries import office_calendar
from app.quality.capa import service, tasks
from app.quality.capa.papers import capa_paper
from app.quality.capa.views import reports
from app.services.complaints.words import CATEGORIES
from tests.platform.people import Browser, Clock
from tests.services.complaints.desk import BookDesk
from tests.world.looks import drawn_looks

PEOPLE = ("ida", "budi", "ratna", "camat", "sari", "desi")
DUE = date(2026, 3, 20)


def plan(due_on: date = DUE, **changed: Any) -> service.Plan:
    said: dict[str, Any] = {"whys": ["Nomor"], "corrective": "Bagi nomor", "preventive": "", "person": "budi"}
    return service.Plan(**(said | {"due_on": due_on} | changed))


def lives(book: BookDesk, clock: Clock) -> Iterator[str]:
    """An LTPP that did not help at first, day by day."""
    j = book.journal
    which: dict[str, Any] = {
        "capa_id": service.open_report(j, book.who("ida"), source="audit", problem="Antre", now=clock())
    }
    yield "opened"
    service.plan_round(j, book.who("ida"), plan=plan(), now=clock(), **which)
    yield "planned"
    clock.forward(days=1)
    service.complete_round(j, book.who("budi"), note="Nomor dibagi", now=clock(), **which)
    yield "done"
    clock.forward(days=3)
    yield "later"
    service.verify_round(j, book.who("ratna"), effective=False, note="Masih antre", now=clock(), **which)
    yield "again"
    service.plan_round(j, book.who("budi"), plan=plan(clock().date()), now=clock(), **which)
    yield "planned again"
    clock.forward(days=1)
    yield "over"
    service.verify_round(j, book.who("ratna"), effective=True, note="Lancar", now=clock(), **which)
    yield "effective"


NUMBER = "01/LTPP/2026"
PLAN, WORK = (f"Rencana LTPP {NUMBER}", "Isi", "write"), (f"Kerjakan LTPP {NUMBER}", "Selesaikan", "follow")
VERIFY = (f"Verifikasi LTPP {NUMBER}", "Verifikasi", "verify")
DESKS: dict[str, dict[str, tuple[str, str, str]]] = {
    "opened": {"ida": PLAN},
    "planned": {"budi": WORK},
    "done": {},
    "later": {"ratna": VERIFY, "camat": VERIFY},
    "again": {"ida": PLAN, "budi": PLAN},
    "planned again": {"budi": WORK},
    "over": {"budi": WORK, "ratna": VERIFY, "camat": VERIFY},
    "effective": {},
}
"""Whoever opened it plans, whoever is responsible works, whoever may check and is another verifies on a later day; past
its date actions are looked at even if nobody said that they are done."""


def test_each_step_of_an_ltpp_waits_for_those_whose_it_is_with_its_day(book: BookDesk, clock: Clock) -> None:
    """SP 11.7; a plan is due in five working days, a check in ten, since what went before (`DUTIES`)."""
    db, calendar = book.journal.db, office_calendar(book.journal.db)
    done, again = date(2026, 3, 13), date(2026, 3, 16)
    due = {
        "opened": ("Sebab dan tindakan", calendar.add_workdays(date(2026, 3, 12), 5)),
        "planned": ("Tindakan", DUE),
        "done": ("Verifikasi hasil", calendar.add_workdays(done, 10)),
        "later": ("Verifikasi hasil", calendar.add_workdays(done, 10)),
        "again": ("Sebab dan tindakan", calendar.add_workdays(again, 5)),
        "planned again": ("Tindakan", again),
        "over": ("Tindakan", again),
        "effective": None,
    }
    for state in lives(book, clock):
        found = {
            name: [(task.title, task.verb, task.act) for task in tasks.report_tasks(db, book.who(name), clock())]
            for name in PEOPLE
        }
        assert {name: rows[0] for name, rows in found.items() if rows} == DESKS[state], state
        assert all(len(rows) < 2 for rows in found.values())
        asked = due[state]
        for name in PEOPLE[:-1]:
            items = tasks.due_items(db, book.who(name), clock())
            told = [(item.title, item.limit, item.deadline.due, item.values) for item in items]
            wanted = [(f"LTPP {NUMBER}", asked[0], asked[1].isoformat(), {"capa_id": 1})] if asked else []
            assert told == wanted, (state, name)
            for row in tasks.report_tasks(db, book.who(name), clock()):
                assert (row.due_on, row.detail, row.values) == (asked and asked[1], "Antre", {"capa_id": 1}), state
        assert tasks.due_items(db, book.who("desi"), clock()) == [], "a village clerk reads no LTPP"


def test_a_duty_that_is_over_is_told_to_the_overseer_then_to_the_chief(book: BookDesk, clock: Clock) -> None:
    db, calendar = book.journal.db, office_calendar(book.journal.db)
    service.open_report(book.journal, book.who("ida"), source="audit", problem="Antre", now=clock())
    last = calendar.add_workdays(clock().date(), 5)

    def told() -> dict[str, list[str]]:
        rows = {name: tasks.late_tasks(db, book.who(name), clock()) for name in PEOPLE}
        return {name: [one.title for one in found] for name, found in rows.items() if found}

    for days, heard in ((0, set()), (1, {"ratna"}), (2, {"ratna", "camat"})):
        on = calendar.add_workdays(last, days) if days else last
        clock.at = clock.at.replace(year=on.year, month=on.month, day=on.day)
        assert set(told()) == heard, days
    assert all(NUMBER in title for titles in told().values() for title in titles)
    service.open_report(book.journal, book.who("ratna"), source="audit", problem="Kursi", now=clock())
    assert len(told()["ratna"]) == 1


def numbers(browser: Browser, tab: str) -> list[str]:
    page = browser.get(f"/ltpp{tab}").get_data(as_text=True)
    return re.findall(r'href="/ltpp/\d+">\s*([^<\s]+)\s*<', page)


def test_the_list_shows_what_runs_and_each_state_the_newest_first(
    book: BookDesk, clock: Clock, as_ida: Browser
) -> None:
    j, ida = book.journal, book.who("ida")
    line = book.write()
    for n in range(4):
        lines = [line.id, line.id] if n == 3 else []
        service.open_report(j, ida, source="audit", problem=f"Masalah {n}", now=clock(), complaint_ids=lines)
    for capa_id in (1, 2):
        service.plan_round(j, ida, capa_id=capa_id, plan=plan(), now=clock())
        service.complete_round(j, book.who("budi"), capa_id=capa_id, note="Sudah", now=clock())
    clock.forward(days=1)
    service.verify_round(j, book.who("ratna"), capa_id=1, effective=True, note="Lancar", now=clock())
    every = {"": (4, 3, 2), "?keadaan=done": (2,), "?keadaan=effective": (1,), "?keadaan=": (4, 3, 2, 1)}
    as_ida = Browser(as_ida.app, "ida")
    for tab, rows in (every | {"?keadaan=x": (4, 3, 2)}).items():
        assert numbers(as_ida, tab) == [f"{n:02d}/LTPP/2026" for n in rows], tab
    page = re.sub(r"\s+", " ", as_ida.get("/ltpp?keadaan=").get_data(as_text=True))
    assert page.count("1 baris buku") == 1, "the line was named twice and belongs once"
    assert page.count("Belum direncanakan") == 2
    found = {row.id: (row.person, row.due_on, row.done_on, row.lines) for row in service.report_rows(j.db)}
    assert found == {
        4: (None, None, None, 1),
        3: (None, None, None, 0),
        2: ("budi", "2026-03-20", "2026-03-12", 0),
        1: ("budi", "2026-03-20", "2026-03-12", 0),
    }
    assert [row.id for row in service.report_rows(j.db, limit=2)] == [4, 3]
    assert (set(reports.KINDS), set(reports.KINDS.values()) - drawn_looks()) == (set(service.STATES), set())
    assert [row.id for row in service.find_reports(j.db, "masalah", 3)] == [4, 3, 2]
    assert service.find_reports(j.db, "", 3) == []
    assert [row.id for row in service.find_reports(j.db, "2/LTPP", 3)] == [2]


def test_numbers_begin_anew_in_a_year(book: BookDesk, clock: Clock) -> None:
    def number() -> str:
        made = service.open_report(book.journal, book.who("ida"), source="audit", problem="Antre", now=clock())
        return service.load_report(book.journal.db, made).number

    assert [number(), number()] == ["01/LTPP/2026", "02/LTPP/2026"]
    clock.at = clock.at.replace(year=2027)
    assert number() == "01/LTPP/2027"


def test_a_report_from_a_line_says_what_it_is_about_without_the_people(book: BookDesk, as_ida: Browser) -> None:
    line = book.write("Tumini Rahasia menunggu. " + "x y " * 990, name="Tumini Rahasia", category="levy")
    page = as_ida.get(f"/ltpp/baru?pengaduan={line.id}").get_data(as_text=True)
    said = re.search(r'name="trouble"[^>]*>\s*([^<]*)<', page)
    assert said
    assert said[1].startswith(f"{CATEGORIES['levy'].label}: [nama] ")
    assert len(said[1]) == 3000, "as many letters as the field takes"
    assert re.search(r'name="evidence"[^>]*>\s*Buku pengaduan nomor 001/ADUAN/2026<', page)
    assert re.search(r'<option[^>]*selected[^>]*value="complaint"|<option[^>]*value="complaint"[^>]*selected', page)
    assert as_ida.get("/ltpp/baru?pengaduan=99").status_code == 404
    refused = as_ida.post("/ltpp/baru", {"source": "complaint", "trouble": " ", "pengaduan": str(line.id)})
    assert refused.status_code == 422
    assert f'name="pengaduan" value="{line.id}"' in refused.get_data(as_text=True)
    assert as_ida.post("/ltpp/baru", {"source": "audit", "trouble": "Antre"}).location == "/ltpp/1"


def test_texts_of_an_ltpp_have_at_most_three_thousand_letters(book: BookDesk, clock: Clock) -> None:
    j, ida = book.journal, book.who("ida")
    names = ("problem", "evidence", "immediate")

    def wrong(command: Any, **said: Any) -> set[str]:
        with pytest.raises(Problem) as refused:
            command(j, ida, now=clock(), **said)
        return set(refused.value.fields)

    long, most = dict.fromkeys(names, "x" * 3001), dict.fromkeys(names, "x" * 3000)
    assert wrong(service.open_report, source="audit", **long) == {"trouble", "evidence", "immediate"}
    made = service.open_report(j, ida, source="audit", now=clock(), **most)
    over = plan(whys=["x" * 3001], corrective="x" * 3001, preventive="x" * 3001)
    assert wrong(service.plan_round, capa_id=made, plan=over) >= {"corrective", "preventive"}
    whole = plan(whys=["x" * 3000] * 7, corrective="x" * 3000, preventive="x" * 3000)
    service.plan_round(j, ida, capa_id=made, plan=whole, now=clock())
    ((_, whys),) = service.report_rounds(j.db, made)
    assert whys == ["x" * 3000] * 5, "five times why, as the form asks"


def test_the_form_asks_five_times_why_down_to_the_root(book: BookDesk, as_ida: Browser) -> None:
    service.open_report(book.journal, book.who("ida"), source="audit", problem="Antre", now=book.clock())
    page = re.sub(r"\s+", " ", as_ida.get("/ltpp/1").get_data(as_text=True))
    asked = re.findall(r'<label[^>]* for="why(\d)"[^>]*> ?([^<]*?) ?<', page)
    assert [n for n, _ in asked] == ["1", "2", "3", "4", "5"]
    assert (asked[0][1], asked[-1][1]) == ("1. Mengapa terjadi?", "5. Akar masalahnya")


def test_a_changed_plan_keeps_the_day_of_the_first_and_a_new_round_begins_empty(book: BookDesk, clock: Clock) -> None:
    j, budi, db = book.journal, book.who("budi"), book.journal.db
    made = service.open_report(j, budi, source="audit", problem="Antre", now=clock())
    which: dict[str, Any] = {"capa_id": made}
    service.plan_round(j, budi, plan=plan(), now=clock(), **which)
    clock.forward(days=1)
    service.plan_round(j, budi, plan=plan(corrective="Lain"), now=clock(), **which)
    ((row, whys),) = service.report_rounds(db, made)
    assert (row.planned_on, row.corrective, whys) == ("2026-03-12", "Lain", ["Nomor"])
    plans = service.earlier_plans(j, made)
    assert [entry.body.corrective for entry in plans[1]] == ["Bagi nomor"]
    service.complete_round(j, budi, note="Sudah", now=clock(), **which)
    clock.forward(days=1)
    service.verify_round(j, book.who("ratna"), effective=False, note="Belum", now=clock(), **which)
    assert service.plan_round(j, budi, plan=plan(), now=clock(), **which) == 2
    (first, _), (second, _) = service.report_rounds(db, made)
    assert (first.done_note, first.check_note, first.checked_by, first.effective) == ("Sudah", "Belum", "ratna", 0)
    assert (second.planned_on, second.done_on, second.checked_on, second.effective) == ("2026-03-14", None, None, None)
    assert (service.load_report(db, made).round, service.load_report(db, made).state) == (2, "open")


def test_the_paper_names_lines_source_and_state_and_counts_as_a_print(
    book: BookDesk, as_ida: Browser, clock: Clock
) -> None:
    lines = [book.write().id, book.write().id]
    made = service.open_report(
        book.journal, book.who("ida"), source="survey", problem="Antre", now=clock(), complaint_ids=lines
    )
    paper = capa_paper(book.journal.db, made, "Ida Rahayu", clock())
    assert (paper.complaints, paper.source) == (("001/ADUAN/2026", "002/ADUAN/2026"), "Survei kepuasan")
    assert (paper.state, paper.printed_by, paper.opened_by) == ("Dikerjakan", "Ida Rahayu", "Ida Rahayu")
    assert as_ida.post(f"/ltpp/{made}/cetak").data.startswith(b"%PDF-")
    printed = book.journal.db.one("SELECT subject, paper, actor FROM paper_print")
    assert printed == (f"capa/{made}", "capa", "ida")
    asked = as_ida.get(f"/ltpp/{made}").get_data(as_text=True)
    assert "/pengaduan/kertas/hasil" in asked, "whoever printed it says whether it came out"
