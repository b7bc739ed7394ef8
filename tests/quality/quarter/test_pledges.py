"""Promises of improvement: corrected or taken back before approval, withdrawn openly afterwards, nothing lost."""

from datetime import date
from pathlib import Path

import apsw
import pytest
from flask import Flask

from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.office.moves import can_move, may_move
from app.platform.printing.papers import render_paper
from app.quality.quarter import frame, papers, service
from app.quality.quarter.events import PledgeGiven
from app.quality.quarter.frame import public_version
from app.quality.quarter.recount import count_again
from app.quality.quarter.transitions import MOVES, PLEDGE_MOVES, load_pledge, pledge_facts
from sync.verification import verify_side
from tests.platform.people import Browser
from tests.platform.printing.reading import text_of
from tests.quality.quarter.recaps import LATER, Q1, Q2, figures, go
from tests.services.complaints.desk import BookDesk

MAY = date(2026, 5, 4)


def give(book: BookDesk, what: str = "Kipas digant", who: str = "ida") -> int:
    return service.give_pledge(
        book.journal, book.who(who), quarter=Q1, what=what, who="Kasi", by_on=MAY, now=book.clock()
    )


def correct(book: BookDesk, pledge_id: int, who: str = "ida", **more: str) -> None:
    service.correct_pledge(
        book.journal,
        book.who(who),
        pledge_id=pledge_id,
        what=more.get("what", "Kipas diganti"),
        who="Kasi",
        by_on=MAY,
        reason=more.get("reason", "Salah ketik"),
        now=book.clock(),
    )


def withdraw(book: BookDesk, pledge_id: int, who: str = "ratna", reason: str = "Anggaran dicoret") -> None:
    service.withdraw_pledge(
        book.journal, book.who(who), pledge_id=pledge_id, reason=reason, now=book.clock.forward(minutes=1)
    )


def settle(book: BookDesk) -> None:
    """Sekretaris and Camat agree to it as it stands."""
    service.mark_checked(book.journal, book.who("ratna"), quarter=Q1, read_public=True, now=book.clock())
    service.approve_recap(book.journal, book.who("camat"), quarter=Q1, now=book.clock())


def post(book: BookDesk) -> int:
    return service.post_recap(
        book.journal, book.who("ida"), quarter=Q1, on=LATER, until=date(2026, 7, 1), place="Loket", now=book.clock()
    )


def test_a_mistyped_pledge_is_corrected_with_its_reason_and_stays_readable(drafted: BookDesk) -> None:
    one = give(drafted)
    with pytest.raises(Problem) as silent:
        correct(drafted, one, reason=" ")
    assert "reason" in silent.value.fields
    with pytest.raises(Problem) as same:
        correct(drafted, one, what="Kipas digant")
    assert "what" in same.value.fields
    with pytest.raises(Problem) as stranger:
        correct(drafted, one, who="sari")
    assert stranger.value.code == "forbidden"
    correct(drafted, one)
    assert [row.what for row in service.pledges_of_quarter(drafted.journal.db, Q1)] == ["Kipas diganti"]
    [before] = service.pledge_history(drafted.journal.db, [one])[one]
    assert (before.deed, before.what, before.text) == ("corrected", "Kipas digant", "Salah ketik")
    settle(drafted)
    for deed in (correct, lambda book, pledge: correct(book, pledge, what="Lain")):
        with pytest.raises(Problem, match="tidak diubah"):
            deed(drafted, one)


def test_a_pledge_has_a_text_a_person_and_a_day_that_is_still_to_come(drafted: BookDesk) -> None:
    book, today = drafted, date(2026, 4, 2)

    def of(by_on: date = today, what: str = "Kipas", who: str = "Kasi") -> int:
        return service.give_pledge(
            book.journal, book.who("ida"), quarter=Q1, what=what, who=who, by_on=by_on, now=book.clock()
        )

    first = of(by_on=date(2026, 4, 3))
    assert load_pledge(book.journal.db, of(what="W" * 200, who="w" * 100)).by_on == today.isoformat()
    assert [row.id for row in service.unkept_pledges(book.journal.db)] == [first + 1, first]
    for field, wrong in (
        ("by_on", {"by_on": date(2026, 4, 1)}),
        ("what", {"what": "W" * 201}),
        ("what", {"what": " "}),
        ("who", {"who": "w" * 101}),
        ("who", {"who": ""}),
    ):
        with pytest.raises(Problem) as refused:
            of(**wrong)
        assert set(refused.value.fields) == {field}
    with pytest.raises(Problem) as early:
        service.correct_pledge(
            book.journal,
            book.who("ida"),
            pledge_id=first,
            what="Kipas",
            who="Kasi",
            reason="Maju",
            by_on=date(2026, 4, 1),
            now=book.clock(),
        )
    assert set(early.value.fields) == {"by_on"}
    service.correct_pledge(
        book.journal,
        book.who("ida"),
        pledge_id=first,
        what="Kipas",
        who="Kasi",
        reason="R" * 200,
        by_on=today,
        now=book.clock(),
    )
    with pytest.raises(Problem) as lengthy:
        correct(book, first, reason="R" * 201)
    assert set(lengthy.value.fields) == {"reason"}


def test_a_pledge_is_kept_once_and_on_that_day(approved: BookDesk) -> None:
    book, db = approved, approved.journal.db

    def keep(note: str, kept: bool = True, who: str = "ida") -> None:
        service.keep_pledge(book.journal, book.who(who), pledge_id=1, kept=kept, note=note, now=book.clock())

    with pytest.raises(Problem) as lengthy:
        keep("n" * 501, kept=False)
    assert set(lengthy.value.fields) == {"note"}
    keep("n" * 500, kept=False)
    assert load_pledge(db, 1).kept_on is None
    keep("Anggaran ditunda\nMenunggu perubahan", kept=False)
    assert load_pledge(db, 1).note == "Anggaran ditunda\nMenunggu perubahan"
    with pytest.raises(Problem) as lengthy:
        keep("n" * 501)
    assert set(lengthy.value.fields) == {"note"}
    keep(" " + "n" * 500, who="ratna")
    assert (load_pledge(db, 1).kept_on, load_pledge(db, 1).note) == ("2026-04-02", "n" * 500)
    with pytest.raises(Problem, match="sudah ditepati"):
        keep("")
    assert service.unkept_pledges(db) == []
    assert [row.id for row in service.pledges_of_quarter(db, Q1)] == [1]
    assert [row.kept_on for row in service.pledges_of_quarter(db, Q2)] == []
    assert service.pledge_history(db, []) == {}


@pytest.mark.parametrize(
    ("role", "pledging", "withdrawing"),
    [("information", True, False), ("sekretaris", True, True), ("camat", True, True), ("kasi", False, False)],
)
def test_who_pledges_and_who_takes_back(role: str, pledging: bool, withdrawing: bool) -> None:
    actor = Actor(1, "Orang", "orang", frozenset({role}))
    assert may_move(actor, MOVES["pledge"]) == pledging
    for state in ("draft", "checked"):
        rule, facts = PLEDGE_MOVES["withdraw"], pledge_facts(actor, state)
        assert (may_move(actor, rule) and can_move(rule, "standing", facts)) == pledging
    for state in ("approved", "published"):
        rule, facts = PLEDGE_MOVES["withdraw"], pledge_facts(actor, state)
        assert (may_move(actor, rule) and can_move(rule, "standing", facts)) == withdrawing


@pytest.mark.parametrize("state", ["draft", "checked", "approved", "published"])
def test_until_it_is_published_a_recap_takes_pledges(drafted: BookDesk, state: str) -> None:
    if state != "draft":
        service.mark_checked(drafted.journal, drafted.who("ratna"), quarter=Q1, read_public=True, now=drafted.clock())
    if state in ("approved", "published"):
        give(drafted)
        service.approve_recap(drafted.journal, drafted.who("camat"), quarter=Q1, now=drafted.clock())
    if state == "published":
        post(drafted)
        with pytest.raises(Problem, match="diumumkan"):
            give(drafted)
    elif state == "approved":
        for who in ("ida", "ratna"):
            with pytest.raises(Problem, match="Janji tambahan hanya dari pimpinan kantor"):
                give(drafted, who=who)
        assert load_pledge(drafted.journal.db, give(drafted, who="camat")).approved == 1
    else:
        held = load_pledge(drafted.journal.db, give(drafted))
        assert (held.what, held.approved) == ("Kipas digant", 0)


def test_what_is_added_after_approval_stands_below_the_name_with_its_own_date(
    approved: BookDesk, tmp_path: Path
) -> None:
    """Approved on 2 April with one pledge; on 20 April the Camat adds another."""
    book, j = approved, approved.journal
    go(book, date(2026, 4, 20))
    give(book, "Kursi ditambah", who="camat")
    paper = papers.poster_paper(j.db, Q1, "Ida", book.clock())
    assert [pledge["what"] for pledge in paper.pledges] == ["Kipas diganti"]
    assert [one["what"] for one in paper.added] == ["Kursi ditambah (ditambahkan 20-04-2026, disetujui Camat)"]
    wall = text_of(render_paper("poster", paper), tmp_path)
    assert wall.index("Kipas diganti") < wall.index("Hadi Purnomo") < wall.index("Kursi ditambah")
    sheet = papers.recap_paper(j.db, service.load_recap(j.db, Q1), "Ida", book.clock())
    assert [pledge["what"] for pledge in sheet.pledges] == ["Kipas diganti"]
    assert sheet.addenda == (
        "20-04-2026: Janji ditambahkan 20-04-2026, disetujui Camat: Kursi ditambah (Kasi), paling lambat 04-05-2026.",
    )


def test_an_older_pledge_that_somebody_else_added_after_approval_is_not_the_camat_s(
    approved: BookDesk,
) -> None:
    """An entry of an earlier release in which somebody else added one."""
    j = approved.journal
    with j.transaction():
        body = PledgeGiven(j.next_id("pledge"), str(Q1), "Kursi", "Kasi", "2026-05-04")
        j.record(body, subject=f"recap/{Q1}", actor="ida", at=approved.clock.forward(minutes=1))
    [one] = papers.poster_paper(j.db, Q1, "Ida", approved.clock()).added
    assert one["what"] == "Kursi (ditambahkan 02-04-2026, sesudah rekap disetujui)"


def test_the_camat_approves_what_his_page_showed(drafted: BookDesk) -> None:
    """A pledge that comes between his reading and his PIN is not above his name."""
    j = drafted.journal
    give(drafted)
    service.mark_checked(j, drafted.who("ratna"), quarter=Q1, read_public=True, now=drafted.clock())
    seen = frame.digest_of_page(j.db, service.load_recap(j.db, Q1))
    give(drafted, "Diselipkan")
    with pytest.raises(Problem, match="berubah sejak halaman ini dibuka"):
        service.approve_recap(j, drafted.who("camat"), quarter=Q1, now=drafted.clock(), seen=seen)
    again = frame.digest_of_page(j.db, service.load_recap(j.db, Q1))
    service.approve_recap(j, drafted.who("camat"), quarter=Q1, now=drafted.clock(), seen=again)


def test_only_pledges_that_stood_at_approval_open_the_board(drafted: BookDesk) -> None:
    one = give(drafted)
    withdraw(drafted, one, who="ida")
    with pytest.raises(Problem, match="sudah ditarik"):
        withdraw(drafted, one)
    settle(drafted)
    j = drafted.journal
    with pytest.raises(Problem, match="janji"):
        post(drafted)
    with pytest.raises(Problem, match="janji"):
        papers.poster_paper(j.db, Q1, "Ida", drafted.clock())
    with pytest.raises(apsw.ConstraintError), j.db.writing(), j.db.applying():
        j.db.run(
            "INSERT INTO posting (id, quarter, posted_on, until_on, place, actor) VALUES"
            " (9, '2026-Q1', '2026-04-02', '2026-07-01', 'x', 'ida')"
        )
    assert public_version(j.db, service.load_recap(j.db, Q1)).pledges == []
    give(drafted, "Kursi ditambah", who="camat")
    post(drafted)
    assert [pledge.what for pledge in public_version(j.db, service.load_recap(j.db, Q1)).pledges] == ["Kursi ditambah"]
    go(drafted, date(2026, 7, 2))
    assert [pledge.what for pledge in figures(drafted, Q2).pledges] == ["Kursi ditambah"]


def test_after_approval_it_is_withdrawn_openly_and_the_next_recap_says_so(approved: BookDesk, tmp_path: Path) -> None:
    book, j = approved, approved.journal
    recap = service.load_recap(j.db, Q1)
    before = papers.recap_paper(j.db, recap, "Ida", book.clock())
    with pytest.raises(Problem) as clerk:
        withdraw(book, 1, who="ida")
    assert clerk.value.code == "forbidden"
    go(book, date(2026, 4, 20))
    withdraw(book, 1, reason="Pak Slamet Riyadi membatalkan anggaran")
    post(book)
    with pytest.raises(Problem, match="sudah ditarik"):
        service.keep_pledge(j, book.who("ida"), pledge_id=1, kept=True, note="", now=book.clock())
    after = papers.recap_paper(j.db, service.load_recap(j.db, Q1), "Ida", book.clock())
    assert after.pledges == before.pledges
    assert after.addenda == (
        "20-04-2026: Janji ditarik: Kipas diganti. Alasan: Pak Slamet Riyadi membatalkan anggaran",
    )
    wall = text_of(render_paper("poster", papers.poster_paper(j.db, Q1, "Ida", book.clock())), tmp_path)
    assert "Kipas diganti (ditarik 20-04-2026)" in wall
    go(book, date(2026, 7, 2))
    [told] = figures(book, Q2).pledges
    assert (told.what, told.state, told.withdrawn_on) == ("Kipas diganti", "withdrawn", "2026-04-20")
    assert "membatalkan anggaran" in told.why
    assert "Slamet" not in told.why
    service.draft_recap(j, book.who("ida"), quarter=Q2, now=book.clock())
    sheet = papers.recap_paper(j.db, service.load_recap(j.db, Q2), "Ida", book.clock())
    told_of = sheet.old_pledges[0]
    assert (told_of["state"], told_of["withdrawn_on"]) == ("ditarik", date(2026, 4, 20))
    assert count_again(j, Q1).found == []
    go(book, date(2026, 10, 2))
    assert figures(book, Q2.after).pledges == []
    assert verify_side(j, "office", tmp_path / "replay.sqlite3").faults == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE pledge SET what = 'x'",
        "UPDATE pledge SET by_on = '2027-01-01'",
        "UPDATE pledge SET void = 1, withdrawn_on = '2026-04-02', withdrawn_why = 'x', withdrawn_at = 'x'",
        "UPDATE pledge SET withdrawn_why = 'y' WHERE id = 2",
        "UPDATE pledge SET withdrawn_on = NULL, withdrawn_at = NULL, withdrawn_why = '' WHERE id = 2",
        "UPDATE pledge SET kept_on = NULL WHERE id = 3",
        "DELETE FROM pledge",
        "DELETE FROM pledge_history",
        "UPDATE pledge_history SET text = 'x'",
    ],
)
def test_the_schema_keeps_an_approved_pledge(approved: BookDesk, sql: str) -> None:
    db = approved.journal.db
    for what in ("Kursi", "Kipas kedua"):
        give(approved, what, who="camat")
    withdraw(approved, 2)
    service.keep_pledge(approved.journal, approved.who("ida"), pledge_id=3, kept=True, note="", now=approved.clock())
    with pytest.raises(apsw.ConstraintError), db.writing(), db.applying():
        db.run(sql)


def test_remarks_on_a_pledge_follow_each_other(approved: BookDesk) -> None:
    for day, note in ((6, "Menunggu anggaran"), (12, "Dibeli pekan depan")):
        go(approved, date(2026, 5, day))
        service.keep_pledge(
            approved.journal, approved.who("ida"), pledge_id=1, kept=False, note=note, now=approved.clock()
        )
    assert [row.text for row in service.pledge_history(approved.journal.db, [1])[1]] == [
        "Menunggu anggaran",
        "Dibeli pekan depan",
    ]
    assert load_pledge(approved.journal.db, 1).note == "Dibeli pekan depan"


def test_the_page_of_a_pledge(web: Flask, drafted: BookDesk) -> None:
    one, browsers = give(drafted), {name: Browser(web, name) for name in ("ida", "ratna", "budi")}
    path = f"/rekap/janji/{one}"
    assert path in browsers["ida"].get("/rekap/2026-Q1").get_data(as_text=True)
    seen = browsers["budi"].get(path).get_data(as_text=True)
    assert "Kipas digant" in seen
    assert "Tarik janji" not in seen
    typed = {"what": "Kipas diganti dua", "who": "Kasi", "by_on": "04052026", "reason": ""}
    refused = browsers["ida"].post(f"{path}/perbaiki", typed)
    assert refused.status_code == 422
    assert "Kipas diganti dua" in refused.get_data(as_text=True)
    assert browsers["ida"].post(f"{path}/perbaiki", typed | {"reason": "Jumlahnya kurang"}).status_code == 303
    told = browsers["ida"].get(path).get_data(as_text=True)
    assert all(word in told for word in ("Kipas diganti dua", "<s>Kipas digant</s>", "Jumlahnya kurang", "Ida Rahayu"))
    assert "hari kerja lagi" in told
    assert "hari kerja lagi" in browsers["ida"].get("/rekap").get_data(as_text=True)
    assert browsers["budi"].post(f"{path}/tarik", {"reason": "x"}).status_code == 403
    assert browsers["ida"].post(f"{path}/tarik", {"reason": ""}).status_code == 422
    empty = browsers["ida"].post(path, {"ditepati": "0", "note": ""})
    assert (empty.status_code, "mengapa belum" in empty.get_data(as_text=True)) == (422, True)
    settle(drafted)
    held = browsers["ida"].get(path).get_data(as_text=True)
    assert "tidak diubah lagi" in held
    assert f"{path}/tarik" not in held
    assert browsers["ida"].post(f"{path}/tarik", {"reason": "Batal"}).status_code == 403
    assert browsers["ratna"].post(f"{path}/tarik", {"reason": "Anggaran dicoret"}).status_code == 303
    assert "Anggaran dicoret" in browsers["ida"].get("/rekap/2026-Q1").get_data(as_text=True)
    assert browsers["ida"].get("/rekap/janji/99").status_code == 404
