"""The LTPP as paper, and what its page offers to whom: field by field."""

from datetime import date

from app.quality.capa import service
from app.quality.capa.papers import capa_paper
from tests.platform.people import Browser, Clock
from tests.services.complaints.desk import BookDesk


def planned(book: BookDesk, now_line: int = 0) -> int:
    made = service.open_report(
        book.journal,
        book.who("ida"),
        source="audit",
        problem="Antre",
        evidence="Foto",
        immediate="Kursi",
        now=book.clock(),
    )
    plan = service.Plan(["Nomor", "Jam"], "Bagi nomor", "Jadwal", "budi", date(2026, 3, 20))
    service.plan_round(book.journal, book.who("ida"), capa_id=made, plan=plan, now=book.clock())
    return made


def test_the_paper_says_of_each_round_what_is_known(book: BookDesk, clock: Clock) -> None:
    made = planned(book)
    db = book.journal.db
    fresh = capa_paper(db, made, "Ida", clock())
    assert (fresh.number, fresh.opened_on, fresh.problem, fresh.evidence, fresh.immediate) == (
        "01/LTPP/2026",
        clock().date(),
        "Antre",
        "Foto",
        "Kursi",
    )
    names = {row: db.one("SELECT name FROM person WHERE username = ?", (row,))[0] for row in ("ida", "budi", "ratna")}  # type: ignore[index]
    (first,) = fresh.rounds
    assert (first.round, first.whys, first.corrective, first.preventive, first.person, first.due_on) == (
        1,
        ("Nomor", "Jam"),
        "Bagi nomor",
        "Jadwal",
        names["budi"],
        date(2026, 3, 20),
    )
    assert (first.done_on, first.checked_on, first.effective) == (None, None, None)
    assert (fresh.opener.name, fresh.worker.name) == (names["ida"], names["budi"])
    assert (fresh.checker.name, fresh.checker.post) == ("", "Pemeriksa")
    service.complete_round(book.journal, book.who("budi"), capa_id=made, note="Nomor dibagi", now=clock())
    clock.forward(days=1)
    service.verify_round(
        book.journal, book.who("ratna"), capa_id=made, effective=False, note="Masih antre", now=clock()
    )
    known = capa_paper(db, made, "Ida", clock())
    first = known.rounds[0]
    assert (first.done_on, first.done_note) == (date(2026, 3, 12), "Nomor dibagi")
    assert (first.checked_on, first.checked_by, first.effective, first.check_note) == (
        date(2026, 3, 13),
        names["ratna"],
        False,
        "Masih antre",
    )


def test_a_report_without_a_plan_has_room_for_names(book: BookDesk, clock: Clock) -> None:
    made = service.open_report(book.journal, book.who("ida"), source="audit", problem="Antre", now=clock())
    paper = capa_paper(book.journal.db, made, "Ida", clock())
    assert paper.rounds == () or not paper.rounds[0].person
    assert (paper.worker.name, paper.worker.post) == ("", "Penanggung jawab")


PLAN_FORM, DONE_FORM, CHECK_FORM = "/ltpp/1/rencana", "/ltpp/1/selesai", "/ltpp/1/verifikasi"


def offered(browser: Browser) -> set[str]:
    page = browser.get("/ltpp/1").get_data(as_text=True)
    return {form for form in (PLAN_FORM, DONE_FORM, CHECK_FORM) if f'action="{form}"' in page}


def test_a_page_offers_what_role_and_state_allow(
    as_ida: Browser, as_budi: Browser, as_ratna: Browser, book: BookDesk, clock: Clock
) -> None:
    service.open_report(book.journal, book.who("ida"), source="audit", problem="Antre", now=clock())
    assert offered(as_ida) == {PLAN_FORM}
    assert CHECK_FORM not in offered(as_ratna)
    plan = service.Plan(["Nomor"], "Bagi nomor", "", "budi", clock().date())
    service.plan_round(book.journal, book.who("ida"), capa_id=1, plan=plan, now=clock())
    assert DONE_FORM in offered(as_budi)
    service.complete_round(book.journal, book.who("budi"), capa_id=1, note="Sudah", now=clock())
    assert offered(as_ratna) == set(), "on another day"
    clock.forward(days=1)
    as_ida, as_budi, as_ratna = (Browser(as_ida.app, one) for one in ("ida", "budi", "ratna"))
    assert offered(as_ratna) == {CHECK_FORM}
    assert CHECK_FORM not in offered(as_budi), "nobody judges his own work"
    service.verify_round(book.journal, book.who("ratna"), capa_id=1, effective=True, note="Lancar", now=clock())
    assert [offered(one) for one in (as_ida, as_budi, as_ratna)] == [set(), set(), set()]
