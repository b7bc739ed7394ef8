"""An LTPP from opening to verification, on its pages and by the commands."""

import pytest

from app.core.problems import Problem
from app.quality.capa import service
from app.quality.capa.views import reports
from sync.entries import JournalError
from tests.platform.people import MUNDER, Browser, Clock
from tests.services.complaints.desk import WORDS, BookDesk


def text(browser: Browser, path: str) -> str:
    return browser.get(path).get_data(as_text=True)


@pytest.fixture
def line(book: BookDesk) -> int:
    """A line of the book."""
    return book.write(name="Tumini Rahasia", area=MUNDER).id


def test_an_ltpp_is_done_only_with_a_word_of_what_was_done(book: BookDesk) -> None:
    j, now, budi = book.journal, book.clock(), book.who("budi")
    made = service.open_report(j, budi, source="audit", problem="Antre", now=now)
    plan = service.Plan(["Nomor"], "Bagi nomor", "", "budi", now.date())
    service.plan_round(j, budi, capa_id=made, plan=plan, now=now)
    with pytest.raises(Problem) as refused:
        service.complete_round(j, budi, capa_id=made, note=" ", now=now)
    assert refused.value.fields == {"note": "Tulis apa yang sudah dikerjakan."}
    assert service.load_report(j.db, made).state == "open"


def test_a_command_that_stands_at_another_move_s_name_is_a_programming_error(book: BookDesk) -> None:
    j, now, budi = book.journal, book.clock(), book.who("budi")
    made = service.open_report(j, budi, source="audit", problem="Antre", now=now)
    plan = service.Plan(["Nomor"], "Bagi nomor", "", "budi", now.date())
    service.plan_round(j, budi, capa_id=made, plan=plan, now=now)
    wrong = service.move("complete")(service.plan_round.asks)
    with pytest.raises(JournalError, match=r"move for capa\.done wrote capa\.planned"):
        wrong(j, budi, capa_id=made, plan=plan, now=now)
    assert service.load_report(j.db, made).state == "open"
    assert [entry.kind for entry in j.about(f"capa/{made}")] == ["capa.opened", "capa.planned"]


# -- LTPP ---------------------------------------------------------------------------------------------------------


PLAN = {
    "why1": "Nomor baru dibagi jam delapan",
    "corrective": "Bagi sejak 07.30",
    "person": "budi",
    "due_on": "20032026",
}


def test_the_search_finds_an_ltpp_by_number_and_problem(as_ida: Browser, as_desi: Browser, book: BookDesk) -> None:
    service.open_report(book.journal, book.who("ida"), source="audit", problem="Antre panjang", now=book.clock())
    for typed in ("01/LTPP/2026", "1/LTPP", "antre panj"):
        assert as_ida.post("/cari", {"q": typed}).headers.get("Location") == "/ltpp/1", typed
        assert as_desi.post("/cari", {"q": typed}).headers.get("Location") is None
    again = "Seperti pada 01/LTPP/2026, antre panjang"
    service.open_report(book.journal, book.who("ida"), source="audit", problem=again, now=book.clock())
    assert as_ida.post("/cari", {"q": "01/ltpp/2026"}).headers.get("Location") == "/ltpp/1", "whose number it is"
    assert as_ida.post("/cari", {"q": "antre panj"}).headers.get("Location") is None, "two are listed"
    first = service.load_report(book.journal.db, 1)
    with as_ida.app.test_request_context():
        whole = [reports.name_report(first, typed).exact for typed in ("01/ltpp/2026", "01/LTPP", "antre panj")]
    assert whole == [True, False, False], "where other rooms find something too, only the whole number leads to it"


def test_a_changed_plan_leaves_the_earlier_one_readable(as_ida: Browser, book: BookDesk) -> None:
    service.open_report(book.journal, book.who("ida"), source="audit", problem="Antre", now=book.clock())
    assert as_ida.post("/ltpp/1/rencana", PLAN).status_code == 303
    first = text(as_ida, "/ltpp/1")
    assert 'value="Nomor baru dibagi jam delapan"' in first
    assert 'value="20-03-2026"' in first
    assert "Rencana sebelumnya" not in first
    assert as_ida.post("/ltpp/1/rencana", PLAN | {"corrective": ""}).status_code == 422
    assert as_ida.post("/ltpp/1/rencana", PLAN | {"corrective": "Bagi sejak 07.15"}).status_code == 303
    changed = text(as_ida, "/ltpp/1")
    assert "Rencana sebelumnya (1)" in changed
    assert "Bagi sejak 07.30" in changed


def test_an_ltpp_from_opening_to_effective(
    as_ida: Browser, as_budi: Browser, as_ratna: Browser, line: int, clock: Clock, book: BookDesk
) -> None:
    assert WORDS in text(as_ida, f"/ltpp/baru?pengaduan={line}")
    opened = as_ida.post("/ltpp/baru", {"source": "complaint", "trouble": "Antre lama", "pengaduan": str(line)})
    assert opened.headers["Location"] == "/ltpp/1"
    assert as_ida.post("/ltpp/1/rencana", PLAN | {"due_on": ""}).status_code == 422
    assert as_ida.post("/ltpp/1/rencana", PLAN).status_code == 303
    assert "Kerjakan LTPP 01/LTPP/2026" in text(as_budi, "/")
    silent = as_budi.post("/ltpp/1/selesai", {"note": "  "})
    assert silent.status_code == 422
    assert "Tulis apa yang sudah dikerjakan." in silent.get_data(as_text=True)
    assert as_budi.post("/ltpp/1/selesai", {"note": "Sudah"}).status_code == 303
    judged = {"effective": "0", "note": "Masih antre"}
    assert "pada hari lain" in as_ratna.post("/ltpp/1/verifikasi", judged).get_data(as_text=True)
    clock.forward(days=1)
    as_ida, as_budi, as_ratna = (Browser(as_ida.app, one) for one in ("ida", "budi", "ratna"))
    assert "oleh orang lain" in as_budi.post("/ltpp/1/verifikasi", judged).get_data(as_text=True)
    assert "Verifikasi LTPP" in text(as_ratna, "/")
    assert as_ratna.post("/ltpp/1/verifikasi", judged).status_code == 303
    assert "putaran 2" in text(as_ida, "/ltpp/1").lower()
    assert as_ida.post("/ltpp/1/rencana", PLAN | {"due_on": "30032026"}).status_code == 303
    unknown = as_ida.post("/ltpp/1/baris", {"number": "999/ADUAN/2026"})
    assert unknown.status_code == 422
    assert 'value="999/ADUAN/2026"' in unknown.get_data(as_text=True), "what was typed stays"
    assert as_ida.post("/ltpp/1/baris", {"number": book.row_of(line).number}).status_code == 303


def test_actions_are_complete_only_once_they_are_planned_and_not_after_they_failed(book: BookDesk) -> None:
    """SP 11.7: causes and actions first; after an ineffective round a new plan begins the next one."""
    j, budi, ratna = book.journal, book.who("budi"), book.who("ratna")
    made = service.open_report(j, budi, source="audit", problem="Antre", now=book.clock())
    with pytest.raises(Problem, match="Isi sebab dan tindakan dulu"):
        service.complete_round(j, budi, capa_id=made, note="Sudah", now=book.clock())
    plan = service.Plan(["Nomor"], "Bagi nomor", "", "budi", book.clock().date())
    service.plan_round(j, budi, capa_id=made, plan=plan, now=book.clock())
    service.complete_round(j, budi, capa_id=made, note="Sudah", now=book.clock())
    book.clock.forward(days=1)
    service.verify_round(j, ratna, capa_id=made, effective=False, note="Masih antre", now=book.clock())
    with pytest.raises(Problem) as refused:
        service.complete_round(j, budi, capa_id=made, note="Sudah", now=book.clock())
    assert refused.value.code == "state"


def test_an_ltpp_is_found_by_its_number_or_by_words_of_its_problem(book: BookDesk) -> None:
    j, now, budi = book.journal, book.clock(), book.who("budi")
    fan, queue, both = (
        service.open_report(j, budi, source="audit", problem=problem, now=now)
        for problem in ("Kipas di ruang tunggu mati", "Antrean terlalu lama", "Kipas dan antrean")
    )
    number = service.load_report(j.db, queue).number

    def found(text: str, most: int = 9) -> list[int]:
        return [row.id for row in service.find_reports(j.db, text, most)]

    assert (found("kipas"), found("kip mati"), found("antrean")) == ([both, fan], [fan], [both, queue])
    assert (found("kipas", 1), found("loket"), found("")) == ([both], [], [])
    assert found(number) == [queue]
