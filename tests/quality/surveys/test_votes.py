"""One vote for each finished case, and nothing that leads from a vote to its case."""

import json
import threading
from pathlib import Path

import pytest

from app import compose
from app.casework.batches import papers
from app.casework.desk import service as cases
from app.core.codes import new_code, show_code
from app.core.problems import Problem
from app.platform.people.queries import actor_named
from app.quality.surveys import votes
from app.quality.surveys.answers import Said
from app.quality.surveys.tables import SurveyAnswer, SurveyBox, SurveyCode
from schema.database import SqliteDatabase, open_office
from sync.journal import Journal
from sync.verification import entries_in_order, verify_side
from tests.platform.people import Clock
from tests.quality.surveys.conftest import FINISHED
from tests.quality.surveys.voting import GROUPS, Voter, case, give, text, vote
from tests.services.complaints.desk import Visit


def refusal(journal: Journal, code: str, now: Clock, marks: str = "333333333") -> str:
    with pytest.raises(Problem) as caught:
        votes.cast_vote(journal.db, code, Said(marks, {}), now())
    return " ".join(caught.value.fields.values())


def test_a_code_votes_once_and_the_second_try_is_told_so(journal: Journal, clock: Clock) -> None:
    code = vote(journal, 1, clock())
    assert "Kode ini sudah dipakai. Suara Anda sudah masuk" in refusal(journal, code, clock)
    assert "Kode ini sudah dipakai" in refusal(journal, show_code(code).lower(), clock)
    assert len(SurveyBox.rows(journal.db)) == 1
    assert give(journal, 1, clock()) == ""  # no second code for the same case
    assert "tidak dikenal" in refusal(journal, new_code(), clock)


def test_only_finished_cases_of_late_are_judged(journal: Journal, clock: Clock) -> None:
    waiting = case(journal, FINISHED + 1)
    assert votes.give_code(journal.db, waiting, clock().date()) == ""
    code = give(journal, 2, clock())
    clock.forward(days=31)
    assert give(journal, 3, clock()) == ""
    assert "Kode ini berlaku sampai" in refusal(journal, code, clock)


def test_a_new_code_takes_the_place_of_an_unused_one(journal: Journal, clock: Clock) -> None:
    first, second = give(journal, 1, clock()), give(journal, 1, clock())
    assert first != second
    assert "sudah diganti slip yang lebih baru" in refusal(journal, first, clock)
    votes.cast_vote(journal.db, second, Said("444444444"), clock())


def test_too_few_answers_do_not_use_the_code_up(journal: Journal, clock: Clock) -> None:
    code = give(journal, 1, clock())
    assert "Jawab paling sedikit 5 pertanyaan" in refusal(journal, code, clock, "4444-----")
    assert "hanya 1, 2, 3, atau 4" in refusal(journal, code, clock, "444")
    assert "hanya 1, 2, 3, atau 4" in refusal(journal, code, clock, "44444444x")
    votes.cast_vote(journal.db, code, Said("44444----"), clock())


def test_nothing_leads_from_a_vote_to_its_case(journal: Journal, clock: Clock) -> None:
    """Neither journal nor tables hold anything that both know: no code, no digest, no moment, no order of coming."""
    codes = {case_id: give(journal, case_id, clock()) for case_id in range(1, 6)}
    before = {row.case_id: row.digest for row in SurveyCode.rows(journal.db)}
    for case_id in (3, 1, 5, 2, 4):
        votes.cast_vote(journal.db, codes[case_id], Said("333333333", GROUPS, f"Saran {case_id}"), clock())
        clock.forward(minutes=7)
    assert [row.used for row in SurveyCode.rows(journal.db)] == [1] * 5
    assert votes.count_votes(journal, clock()) == 5
    [entry] = [recorded for recorded in entries_in_order(journal) if recorded.kind == "survey.votes_counted"]
    answers = entry.body.answers
    assert [answer.ballot for answer in answers] == sorted(answer.ballot for answer in answers)
    assert {answer.comment for answer in answers} == {f"Saran {n}" for n in range(1, 6)}
    whole = json.dumps([str(one.body) for one in entries_in_order(journal)])
    for case_id, code in codes.items():
        assert code not in whole
        assert before[case_id] not in whole
    columns = set(SurveyAnswer.columns())
    assert not columns & {"case_id", "at", "on", "digest", "actor"}
    assert SurveyBox.rows(journal.db) == []


def test_a_few_votes_wait_for_more_or_for_the_end_of_the_month(journal: Journal, clock: Clock, tmp_path: Path) -> None:
    for case_id in range(1, 5):
        vote(journal, case_id, clock())
    assert votes.count_votes(journal, clock()) == 0
    clock.forward(days=32)
    assert votes.count_votes(journal, clock()) == 4
    assert votes.count_votes(journal, clock()) == 0
    assert verify_side(journal, "office", tmp_path / "replay.sqlite3").faults == []


def test_two_posts_at_once_count_one_vote(journal: Journal, clock: Clock, office_db: SqliteDatabase) -> None:
    """The race: each in its own connection, released together; a code counts once, whoever is first."""
    path, rounds, said = Path(str(office_db.database)), 6, []
    codes = [give(journal, case_id, clock()) for case_id in range(1, rounds + 1)]
    barrier = threading.Barrier(2)

    def try_all(marks: str) -> None:
        db = open_office(path)
        try:
            for code in codes:
                barrier.wait(20)
                try:
                    votes.cast_vote(db, code, Said(marks), clock())
                    said.append("cast")
                except Problem as problem:
                    said.append(problem.fields["code"][:24])
        finally:
            db.close()

    runners = [threading.Thread(target=try_all, args=(mark * 9,)) for mark in "34"]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(30)
    assert sorted(said) == ["Kode ini sudah dipakai. "] * rounds + ["cast"] * rounds
    assert len(SurveyBox.rows(journal.db)) == rounds


def test_a_restored_copy_neither_counts_twice_nor_loses(
    journal: Journal, clock: Clock, office_db: SqliteDatabase, tmp_path: Path
) -> None:
    """A copy of before the vote knows the code as unused and holds no vote; one of after refuses it."""
    early = give(journal, 1, clock())
    before, after = tmp_path / "before.sqlite3", tmp_path / "after.sqlite3"
    office_db.run("VACUUM INTO ?", (str(before),))
    votes.cast_vote(journal.db, early, Said("444444444"), clock())
    for case_id in range(2, 6):
        vote(journal, case_id, clock())
    votes.count_votes(journal, clock())
    office_db.run("VACUUM INTO ?", (str(after),))
    for path, wanted in ((before, 1), (after, 0)):
        db = open_office(path)
        restored = compose.journal("office", db)
        if wanted:
            votes.cast_vote(db, early, Said("444444444"), clock())
            assert "sudah dipakai" in refusal(restored, early, clock)
        else:
            assert "sudah dipakai" in refusal(restored, early, clock)
            assert len(SurveyAnswer.rows(db)) == 5
        assert len(SurveyBox.rows(db)) == wanted
        db.close()


def test_the_receipt_carries_the_code_once_and_a_copy_does_not(journal: Journal, clock: Clock) -> None:
    sari = actor_named(journal.db, "sari", clock().date())
    assert sari is not None
    first = papers.hand_over_receipt(journal.db, case(journal, 1), sari, clock())
    assert first.survey is not None
    cases.record_print(journal, sari, subject="case/1", paper="hand_over", now=clock())
    again = papers.hand_over_receipt(journal.db, case(journal, 1), sari, clock())
    assert again.survey is None  # a copy for the archive would make the visitor's code void
    votes.cast_vote(journal.db, first.survey.qr, Said("333333333"), clock())


def test_a_visitor_votes_at_the_kiosk_without_script_and_goes_back(
    visit: Visit, journal: Journal, clock: Clock
) -> None:
    voter = Voter(visit)
    assert "Nilai pelayanan kami" in text(visit.client.get("/"))
    code = give(journal, 1, clock())
    voter.begin(show_code(code).lower())
    assert "Pertanyaan 1 dari 9" in voter.page
    assert voter.page.index("Sangat sesuai") < voter.page.index("Tidak sesuai")
    assert voter.send("/survei/jawab", mark="4").hidden()["marks"] == "4"
    assert voter.send("/survei/jawab", kembali="1").hidden()["marks"] == ""
    assert voter.send("/survei/jawab", mark="9").hidden()["marks"] == ""  # nonsense asks the same question again
    voter.answer("4-3333334")
    assert "Sedikit lagi" in voter.page
    voter.finish(**GROUPS, comment="Kursi tunggu kurang.")
    assert "suara Anda sudah masuk" in voter.page
    [kept] = SurveyBox.rows(journal.db)
    assert (kept.marks, kept.service, kept.month) == ("4-3333334", "ktp-el", f"{clock():%Y-%m}")
    assert json.loads(kept.respondent) == GROUPS
    assert "Kode ini sudah dipakai" in voter.begin(code).page
    assert voter.status == 422


def test_the_same_last_button_twice_counts_once(visit: Visit, journal: Journal, clock: Clock) -> None:
    voter = Voter(visit)
    voter.begin(give(journal, 1, clock())).answer("333333333")
    page = voter.page
    voter.finish()
    voter.page = page
    assert "Suara ini tidak dihitung" in voter.finish().page
    assert voter.status == 409
    assert len(SurveyBox.rows(journal.db)) == 1


def test_wrong_codes_are_braked_and_hostile_input_ends_in_a_sentence(
    visit: Visit, journal: Journal, clock: Clock
) -> None:
    voter = Voter(visit)
    good = give(journal, 1, clock())
    for wrong in ("", "<script>", "' OR 1=1 --", "x" * 5000, "4K7MQ2XAB1C", "\u202e123"):
        assert voter.begin(wrong).status == 422
        assert "<script>" not in voter.page.split("<main", 1)[1]
    for _ in range(20):
        last = voter.begin("AAAAAAAAAAA")
    assert last.status == 429
    assert voter.begin(good).status == 429  # the same address waits, whatever it sends
    clock.forward(minutes=11)
    assert voter.begin(good).status == 200
    sent = voter.hidden() | {"marks": "4" * 9}
    guesses = [visit.client.post("/survei/kirim", data=sent | {"code": "AAAAAAAAAAA"}).status_code for _ in range(30)]
    assert (guesses[0], guesses[-1]) == (409, 429), "nor are they tried with a whole vote"
    clock.forward(minutes=11)
    assert voter.begin(good).status == 200
    hostile = voter.hidden() | {"marks": "4" * 500}
    assert visit.client.post("/survei/jawab", data=hostile).status_code == 422
    assert (
        visit.client.post("/survei/kirim", data={"token": "falsch", "code": good, "marks": "4" * 9}).status_code == 422
    )
    assert visit.client.post("/survei/kirim", data={"code": good}).status_code == 422
    large = visit.client.post("/survei/kirim", data=voter.hidden() | {"comment": "a" * 400_000})
    assert large.status_code == 413
    assert SurveyBox.rows(journal.db) == []
    for path in ("/survei", "/survei/hasil"):
        answer = visit.client.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
    stale = visit.client.post("/survei", data={"token": "", "code": good})
    assert "sudah terlalu lama terbuka" in text(stale)
