"""Hours, words and desks of data protection at their edges: whom a request or failure waits for, what a page tells."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.core.dates import long_moment
from app.core.holdings import Holding, Processing, read_sought
from app.core.problems import Problem
from app.platform.office.service import change_setting
from app.records.privacy import holdings, notice, papers, queries, register, service, tasks
from app.records.privacy.service import Facts, Line
from app.records.privacy.tables import DataIncident, DataRequest
from sync.entries import parse_utc_text, to_utc_text
from sync.journal import Journal
from tests.platform.people import Browser, Clock, actor_of
from tests.records.privacy.conftest import NAME, NIK, open_request
from tests.records.privacy.test_incidents import TYPED

FACTS = Facts("Flashdisk hilang", "Nama dan NIK", "Pemohon", 40, "")
PEOPLE = ("ida", "ratna", "camat", "budi", "sari")


def who(journal: Journal, name: str) -> Any:
    return actor_of(journal.db, name, Clock()().date())


@pytest.mark.parametrize(
    ("before", "wrong"),
    [
        (timedelta(), ""),
        (-timedelta(seconds=1), service.FROM_FUTURE),
        (timedelta(days=366), ""),
        (timedelta(days=366, seconds=1), service.TOO_OLD),
    ],
)
def test_a_moment_lies_within_a_year_and_not_ahead(clock: Clock, before: timedelta, wrong: str) -> None:
    told: dict[str, str] = {}
    service.check_moment(told, "known_on", clock() - before, clock())
    assert told == ({"known_on": wrong} if wrong else {})


def test_three_times_twenty_four_hours_count_every_hour(clock: Clock) -> None:
    one = service.limit_since("data_request", to_utc_text(clock()))
    assert (one.since, one.due, one.unit) == ("2026-03-12T09:42", "2026-03-15T09:42", "calendar_days")


def rows(journal: Journal, ask: Any, clock: Clock) -> dict[str, list[tuple[str, str, Any]]]:
    found = {
        name: [
            (one.verb, one.act, one.due_on and one.due_on.isoformat())
            for one in ask(journal.db, who(journal, name), clock())
        ]
        for name in PEOPLE
    }
    return {name: told for name, told in found.items() if told}


def tell(journal: Journal, audience: str, clock: Clock, incident_id: int = 1) -> None:
    said: dict[str, Any] = {"told_at": clock(), "way": "Surat", "why_not": "", "now": clock()}
    service.note_notice(journal, who(journal, "ida"), incident_id=incident_id, audience=audience, **said)


def test_a_failure_waits_for_whoever_has_the_next_word(journal: Journal, clock: Clock) -> None:
    """Whoever works on it until it is told, the head who reads, the overseer who closes when nothing is missing."""
    db, ida = journal.db, who(journal, "ida")
    made = service.note_incident(journal, ida, facts=FACTS, known_at=clock(), now=clock())
    work, read = ("Lanjutkan", "follow", "2026-03-15"), ("Baca", "decide", "2026-03-15")
    assert rows(journal, tasks.incident_tasks, clock) == {"ida": [work], "ratna": [work], "camat": [read]}
    incident = service.load_incident(db, made)
    assert service.missing_for_close(db, incident) == [
        "pemberitahuan kepada orang yang datanya terungkap",
        "pemberitahuan kepada lembaga",
        "pemberitahuan kepada masyarakat",
        "penanganan dan pemulihan",
        "dibaca pimpinan",
    ]
    assert len(tasks.due_items(db, ida, clock())) == 1
    for audience in ("people", "authority"):
        assert not service.is_told(db, incident)
        tell(journal, audience, clock)
    assert service.is_told(db, incident)
    assert tasks.due_items(db, ida, clock()) == []
    undated = ("Lanjutkan", "follow", None)
    assert rows(journal, tasks.incident_tasks, clock)["ida"] == [undated]
    tell(journal, "public", clock)
    mended = Facts("Flashdisk hilang", "Nama dan NIK", "Pemohon", None, "Sandi diganti")
    service.describe_incident(journal, ida, incident_id=made, facts=mended, now=clock())
    assert service.missing_for_close(db, service.load_incident(db, made)) == ["dibaca pimpinan"]
    assert rows(journal, tasks.incident_tasks, clock) == {"camat": [("Baca", "decide", None)]}
    service.read_incident(journal, who(journal, "camat"), incident_id=made, now=clock())
    with pytest.raises(Problem, match="sudah dinyatakan dibaca"):
        service.read_incident(journal, who(journal, "camat"), incident_id=made, now=clock())
    assert rows(journal, tasks.incident_tasks, clock) == {"ratna": [("Tutup", "decide", None)]}
    service.close_incident(journal, who(journal, "ratna"), incident_id=made, conclusion="Disandikan", now=clock())
    assert rows(journal, tasks.incident_tasks, clock) == {}
    for late in (
        lambda: tell(journal, "public", clock),
        lambda: service.describe_incident(journal, ida, incident_id=made, facts=mended, now=clock()),
        lambda: service.close_incident(journal, who(journal, "ratna"), incident_id=made, conclusion="x", now=clock()),
    ):
        with pytest.raises(Problem, match="sudah ditutup"):
            late()
    second = service.note_incident(journal, ida, facts=FACTS, known_at=clock(), now=clock())
    assert [one.number for one in service.newest_incidents(db)] == ["02/KPDP/2026", "01/KPDP/2026"]
    [item] = tasks.due_items(db, ida, clock())
    assert (item.title, item.limit, item.values) == (
        "Kegagalan pelindungan data 02/KPDP/2026",
        "Pemberitahuan 3 × 24 jam",
        {"incident_id": second},
    )
    assert tasks.due_items(db, who(journal, "sari"), clock()) == []


def request(journal: Journal, clock: Clock, **changed: Any) -> int:
    said: dict[str, Any] = {
        "kind": "access",
        "name": NAME,
        "asked_by": "",
        "shown": "KTP-el",
        "contact": "",
        "wish": "",
    }
    said |= {"received_at": clock(), "now": clock()}
    return service.receive_request(journal, who(journal, "ida"), **(said | changed))


def test_a_request_waits_for_those_who_answer_the_oldest_first(journal: Journal, clock: Clock) -> None:
    later = request(journal, clock)
    older = request(journal, clock, kind="erasure", wish="Hapus", received_at=clock() - timedelta(days=1))
    found = tasks.request_tasks(journal.db, who(journal, "ida"), clock())
    assert [(task.title, task.detail, task.verb, task.act, task.values, str(task.due_on)) for task in found] == [
        (
            "Permintaan data 02/PDP/2026",
            "Menghapus atau memusnahkan data",
            "Jawab",
            "answer",
            {"request_id": older},
            "2026-03-14",
        ),
        (
            "Permintaan data 01/PDP/2026",
            "Melihat dan mendapat salinan datanya",
            "Jawab",
            "answer",
            {"request_id": later},
            "2026-03-15",
        ),
    ]
    assert {task.unit for task in found} == {"calendar_days"}
    assert rows(journal, tasks.request_tasks, clock).keys() == {"ida", "ratna"}
    assert [item.limit for item in tasks.due_items(journal.db, who(journal, "camat"), clock())] == [
        "Jawaban 3 × 24 jam"
    ] * 2
    answer: dict[str, Any] = {"request_id": older, "now": clock()}
    for decision in ("partly", "refused"):
        with pytest.raises(Problem) as refused:
            service.answer_request(journal, who(journal, "ida"), decision=decision, reason="", **answer)
        assert list(refused.value.fields) == ["reason"]
    service.answer_request(journal, who(journal, "ratna"), decision="refused", reason="Masih wajib disimpan", **answer)
    assert [one.id for one in service.open_requests(journal.db)] == [later]
    assert [one.id for one in service.newest_requests(journal.db)] == [older, later]
    paper = papers.answer_paper(journal.db, service.load_request(journal.db, older), who(journal, "ida"), clock())
    said = " ".join(text for part in paper.parts for text in (*part.text, *(pair.value for pair in part.pairs)))
    assert "Bila keberatan" in said
    first = {pair.label: pair.value for pair in paper.facts}
    received = parse_utc_text(service.load_request(journal.db, older).received_at)
    assert first["Diterima"] == long_moment(received)
    assert "Tidak dikabulkan" in said
    service.answer_request(
        journal, who(journal, "ida"), decision="granted", reason="", **answer | {"request_id": later}
    )
    granted = papers.answer_paper(journal.db, service.load_request(journal.db, later), who(journal, "ida"), clock())
    said = " ".join(text for part in granted.parts for text in (*part.text, *(pair.value for pair in part.pairs)))
    assert "Bila keberatan" not in said


@pytest.mark.parametrize(
    ("field", "most"), [("name", 100), ("asked_by", 300), ("shown", 300), ("contact", 300), ("wish", 3000)]
)
def test_texts_of_a_request_have_their_length(journal: Journal, clock: Clock, field: str, most: int) -> None:
    request(journal, clock, **{field: "x" * most})
    with pytest.raises(Problem) as refused:
        request(journal, clock, **{field: "x" * (most + 1)})
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("people", "fine"), [(None, True), (0, True), (100_000_000, True), (100_000_001, False), (-1, False)]
)
def test_so_many_people_may_be_concerned(journal: Journal, clock: Clock, people: int | None, fine: bool) -> None:
    said = Facts("A", "B", "C", people, "")
    given: dict[str, Any] = {"facts": said, "known_at": clock(), "now": clock()}
    if fine:
        made = service.note_incident(journal, who(journal, "ida"), **given)
        assert DataIncident.rows(journal.db, id=made)[0].people == people
    else:
        with pytest.raises(Problem) as refused:
            service.note_incident(journal, who(journal, "ida"), **given)
        assert list(refused.value.fields) == ["people"]


def test_a_request_names_its_person_in_later_searches(journal: Journal, clock: Clock) -> None:
    made = request(journal, clock, asked_by="Anaknya", wish="Salinan")
    service.answer_request(journal, who(journal, "ida"), request_id=made, decision="granted", reason="", now=clock())
    request(journal, clock, name="Orang Lain")
    [found] = holdings.find_holdings(journal.db, who(journal, "ida"), read_sought(NIK, NAME))
    assert (found.kind, found.title, found.sure, found.subject) == (
        "Permintaan data",
        "Permintaan 01/PDP/2026",
        False,
        f"data_request/{made}",
    )
    assert dict(found.values) == {
        "Diterima": "12 Maret 2026",
        "Diminta": "Melihat dan mendapat salinan datanya",
        "Oleh": "Anaknya",
        "Bukti diri": "KTP-el",
        "Isi permintaan": "Salinan",
        "Keputusan": "Dikabulkan",
    }


def test_what_the_journal_says_besides_is_told_by_its_subject(journal: Journal, clock: Clock) -> None:
    words = {
        "case/12": "Berkas (12)",
        "data_request/3": "Permintaan data (3)",
        "check/1": "Pemeriksaan internal (1)",
        "lain/7": "Catatan lain (7)",
        "survey": "Catatan lain (survey)",
    }
    assert {subject: queries.subject_words(subject) for subject in words} == words
    moments = [(clock() + timedelta(days=n), n == 1) for n in (2, 0, 1)]
    one = queries.to_mention("case/12", moments)
    assert (one.count, one.first, one.last, one.sure) == (3, clock(), clock() + timedelta(days=2), True)
    assert not queries.to_mention("case/12", [(clock(), False)]).sure


def test_the_register_tells_the_first_law_and_counts_the_others(journal: Journal, clock: Clock) -> None:
    def laws(*texts: str) -> list[str]:
        entries = [SimpleNamespace(text=text) for text in texts]
        return register.legal_words(SimpleNamespace(legal_basis=entries))  # type: ignore[arg-type]  # only that is read

    assert laws() == []
    assert laws("UU 24/2013;") == ["UU 24/2013"]
    assert laws("UU 24/2013;", "PP 40/2019.") == ["UU 24/2013", "dan 1 peraturan lain dalam standar pelayanannya"]
    lines = register.register_lines(journal.db, clock())
    assert lines[0].activity.startswith("Layanan ")
    bare = Processing("A", "B", "C", "D", "E", records=("nothing", "cases"))
    known: Any = {"cases": SimpleNamespace(kind=SimpleNamespace(label="Permohonan"), years=7)}
    assert register.with_period(bare, {}) == bare
    assert register.with_period(bare, known).kept == "Permohonan: 7 tahun sesudah selesai"
    made = service.write_line(journal, who(journal, "ratna"), line=Line(*(f"{n} isi" for n in range(8))), now=clock())
    own = register.register_lines(journal.db, clock())[-1]
    assert (own.activity, own.protection, own.source) == ("0 isi", "7 isi", "office")
    changed = Line(*(["Baru"] * 8))
    assert service.write_line(journal, who(journal, "ratna"), line=changed, line_id=made, now=clock()) == made
    assert [line.activity for line in service.own_lines(journal.db)] == ["Baru"]
    service.end_line(journal, who(journal, "ratna"), line_id=made, now=clock())
    assert service.own_lines(journal.db) == []
    for gone in (
        lambda: service.end_line(journal, who(journal, "ratna"), line_id=made, now=clock()),
        lambda: service.write_line(journal, who(journal, "ratna"), line=changed, line_id=made, now=clock()),
    ):
        with pytest.raises(Problem) as refused:
            gone()
        assert refused.value.code == "not_found"
    for name in ("ida", "camat", "sari"):
        with pytest.raises(Problem) as refused:
            service.write_line(journal, who(journal, name), line=changed, now=clock())
        assert refused.value.code == "forbidden", name
    wrong = Line(*(["x" * 301] * 8))
    with pytest.raises(Problem) as long:
        service.write_line(journal, who(journal, "ratna"), line=wrong, now=clock())
    assert set(long.value.fields) == set(service.LINE_LABELS)
    service.write_line(journal, who(journal, "ratna"), line=Line(*(["x" * 300] * 8)), now=clock())


def test_the_notice_names_what_the_office_has_and_how_to_reach_it(journal: Journal, clock: Clock) -> None:
    db, ratna = journal.db, who(journal, "ratna")
    parts = {one.title: one.sentences for one in notice.notice_parts(db, clock())}
    assert list(parts) == [
        "Untuk apa",
        "Dasarnya",
        "Data apa",
        "Siapa yang menerima",
        "Berapa lama",
        "Hak Anda",
        "Tanya dan minta",
    ]
    assert len(parts["Hak Anda"]) == len(service.REQUESTS) + 1
    assert parts["Untuk apa"][0].startswith("Melayani: ")
    assert notice.whom_to_ask(db).endswith(" di Kecamatan Contoh.")
    for key, value in (("office.phone", "0334-111"), ("office.email", "a@contoh.go.id")):
        change_setting(journal, ratna, key=key, value=value, now=clock())
    assert notice.whom_to_ask(db).endswith(" di Kecamatan Contoh, telepon 0334-111, surel a@contoh.go.id.")
    change_setting(journal, ratna, key="office.report_to", value="Inspektorat", now=clock())
    assert notice.whom_to_ask(db).endswith(". Data yang bocor: Inspektorat.")
    told = notice.how_long(db)
    assert told.endswith(".")
    assert all(part.endswith(" tahun sesudah selesai") for part in told.rstrip(".").split("; "))
    assert "Pengaduan" in told
    assert "Kecamatan Contoh" in notice.sms_sentence(db)


def test_who_holds_more_than_one_thing_is_told_of_each_once() -> None:
    one = Holding("Berkas", "A", (), True, "case/1", None)
    two = Holding("Berkas", "B", (), False, "case/2", None)
    found = queries.FoundData([one, one], [two], [], [])
    assert (found.subjects, found.is_empty) == (["case/1", "case/2"], False)
    assert queries.FoundData([], [], [], []).is_empty
    assert not queries.FoundData([], [two], [], []).is_empty


def test_pages_of_data_offer_what_a_role_may(web: Flask, journal: Journal, clock: Clock) -> None:
    ida = Browser(web, "ida")
    made = open_request(ida, clock)
    incident = ida.post("/data-pribadi/kegagalan/baru", TYPED)
    where = incident.location
    offers = {
        name: set(re.findall(r'action="(/data-pribadi/[^"]+)"', Browser(web, name).get(where).text))
        for name in ("ida", "ratna", "camat")
    }
    assert f"{where}/beri-tahu" in offers["ida"] & offers["ratna"]
    assert {name for name, found in offers.items() if f"{where}/baca" in found} == {"camat"}
    assert Browser(web, "sari").get(where).status_code == 403
    answers = {
        name: f"/data-pribadi/permintaan/{made}/jawab"
        in Browser(web, name).get(f"/data-pribadi/permintaan/{made}").text
        for name in ("ida", "ratna", "camat")
    }
    assert answers == {"ida": True, "ratna": True, "camat": False}
    assert DataRequest.rows(journal.db)[0].decision == ""
