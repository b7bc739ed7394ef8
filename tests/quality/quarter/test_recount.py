"""An approved recap years later: the same papers from what was frozen, every difference named for what it is."""

from datetime import date

import msgspec
import pytest

from app.core.permissions import SYSTEM
from app.platform.office import service as office
from app.platform.people.service import change_person
from app.platform.printing.papers import render_paper
from app.quality.capa import service as capa_service
from app.quality.quarter import counting, papers, service
from app.quality.quarter.counting import count_quarter
from app.quality.quarter.recount import compare_recap, count_again, find_differences
from app.services.complaints.masks import Masker
from sync.entries import parse_utc_text
from tests.platform.people import KRAI
from tests.quality.quarter.recaps import LATER, Q1, go
from tests.services.complaints.desk import BookDesk

ITEM = counting.list_item
PLAN = capa_service.Plan(("Kipas tua",), "Kipas dibersihkan", "", "budi", date(2026, 4, 20))


def papers_of(book: BookDesk) -> list[bytes]:
    """Recap, poster and spreadsheet as the command prints them, at the moment of approval."""
    db, held = book.journal.db, service.load_recap(book.journal.db, Q1)
    at = parse_utc_text(held.approved_at or "")
    return [
        render_paper("recap", papers.recap_paper(db, held, "Loket", at)),
        render_paper("poster", papers.poster_paper(db, Q1, "Loket", at)),
        papers.recap_xlsx(book.journal.db, held, at),
    ]


@pytest.fixture
def years_on(book: BookDesk) -> BookDesk:
    """A quarter with an LTPP and a village, approved, before the office becomes another one."""
    line = book.write("Panas sekali", category="comfort", area=KRAI)
    number = capa_service.open_report(
        book.journal,
        book.who("ida"),
        source="complaint",
        problem="Ruang panas",
        now=book.clock(),
        complaint_ids=[line.id],
    )
    capa_service.plan_round(book.journal, book.who("budi"), capa_id=number, plan=PLAN, now=book.clock())
    go(book, LATER)
    service.draft_recap(book.journal, book.who("ida"), quarter=Q1, now=book.clock())
    service.mark_checked(book.journal, book.who("ratna"), quarter=Q1, read_public=True, now=book.clock())
    service.give_pledge(
        book.journal,
        book.who("ida"),
        quarter=Q1,
        what="Kipas diganti",
        who="Kasi",
        by_on=date(2026, 5, 4),
        now=book.clock(),
    )
    service.approve_recap(book.journal, book.who("camat"), quarter=Q1, now=book.clock())
    return book


def another_office(book: BookDesk) -> None:
    """Years later: a renamed village and office, another Sekretaris' name, an LTPP planned anew within its round."""
    go(book, date(2026, 4, 9))
    j, ratna, now = book.journal, book.who("ratna"), book.clock()
    again = capa_service.Plan(("Kabel putus",), "Kabel diganti", "", "budi", date(2026, 4, 30))
    capa_service.plan_round(j, book.who("budi"), capa_id=1, plan=again, now=now)
    office.set_village(j, ratna, code=KRAI, name="Krai Baru", now=now)
    office.change_setting(j, ratna, key="office.name", value="Kapanewon Contoh", now=now)
    office.change_setting(j, ratna, key="office.phone", value="0334-999999", now=now)
    for name, new in (
        ("ratna", "Ratna Lain"),
        ("ida", "Ida Lain"),
        ("budi", "Budi Lain"),
        ("camat", "Hadi Lain"),
    ):
        person = book.who(name)
        change_person(
            j,
            SYSTEM if name == "ratna" else ratna,
            person.person_id,
            name=new,
            nip="",
            rank="",
            title="",
            now=now,
        )


def test_the_papers_of_an_approved_recap_come_from_what_was_frozen(years_on: BookDesk) -> None:
    before = papers_of(years_on)
    another_office(years_on)
    assert papers_of(years_on) == before


def test_what_was_renamed_or_planned_anew_is_named_and_the_journal_gives_the_snapshot(
    years_on: BookDesk,
) -> None:
    another_office(years_on)
    again = count_again(years_on.journal, Q1)
    assert (again.same, again.by_journal, again.sound) == (True, True, True)
    assert 'Desa "Krai", nama: "Krai" menjadi "Krai Baru"' in again.differences
    assert "LTPP 01/LTPP/2026, tindakan: teks berbeda" in again.differences
    assert not any(one.counted for one in again.found)
    assert "dari jurnal" in again.sentence
    assert "yang disetujui" in again.sentence


def test_a_snapshot_that_the_journal_does_not_give_is_never_called_the_same(
    years_on: BookDesk,
) -> None:
    """Somebody who changes the frozen text itself, past the triggers, is told by both ways of counting."""
    db = years_on.journal.db
    for name in ("approved_recap_stays", "approved_recap_keeps_its_makers"):
        db.run(f"DROP TRIGGER {name}")
    with db.writing(), db.applying():
        db.run('UPDATE recap SET figures = replace(figures, \'"gist":"Panas sekali"\', \'"gist":"Sejuk"\')')
    again = count_again(years_on.journal, Q1)
    assert (again.same, again.by_journal, again.sound) == (False, False, True)
    assert again.differences == ["Baris 001/ADUAN/2026, pokok pengaduan: teks berbeda"]
    assert "BERBEDA" in again.sentence


def test_tables_that_the_journal_does_not_give_are_told_from_tables_that_changed_rightly(
    years_on: BookDesk,
) -> None:
    db = years_on.journal.db
    with db.writing(), db.applying():
        db.run("UPDATE village SET name = 'Krai Palsu' WHERE code = ?", (KRAI,))
    again = count_again(years_on.journal, Q1)
    assert (again.same, again.by_journal, again.sound) == (False, True, False)
    assert "Jalankan verify" in again.sentence


def test_a_promise_or_a_line_of_an_ltpp_that_comes_after_the_draft_is_not_in_it(years_on: BookDesk) -> None:
    j = years_on.journal
    lines = [years_on.write(f"Panas {n}", category="comfort").number for n in range(3)]
    go(years_on, date(2026, 7, 2))
    service.draft_recap(j, years_on.who("ida"), quarter=Q1.after, now=years_on.clock())
    held = service.figures_of_recap(service.load_recap(j.db, Q1.after))
    assert [cause.capas for cause in held.causes] == [[]]
    go(years_on, date(2026, 7, 3))
    for line in lines:
        capa_service.add_line(j, years_on.who("ida"), capa_id=1, number=line, now=years_on.clock())
    service.give_pledge(
        j, years_on.who("camat"), quarter=Q1, what="Kursi", who="Kasi", by_on=date(2026, 9, 1), now=years_on.clock()
    )
    assert compare_recap(j.db, service.load_recap(j.db, Q1.after)) == []


def test_an_ltpp_stands_in_the_round_of_the_last_day(book: BookDesk) -> None:
    """Found not effective in December and planned anew in January: the recap of December says that it is repeated."""
    j, budi = book.journal, book.who("budi")
    number = capa_service.open_report(j, book.who("ida"), source="audit", problem="Antre", now=book.clock())
    first = capa_service.Plan(("Satu loket",), "Loket ditambah", "", "budi", date(2026, 3, 20))
    capa_service.plan_round(j, budi, capa_id=number, plan=first, now=book.clock())
    go(book, date(2026, 3, 24))
    capa_service.verify_round(
        j, book.who("ratna"), capa_id=number, effective=False, note="Masih antre", now=book.clock()
    )
    again = capa_service.Plan(("Petugas kurang",), "Petugas ditambah", "", "budi", date(2026, 4, 20))
    go(book, date(2026, 4, 1))
    capa_service.plan_round(j, budi, capa_id=number, plan=again, now=book.clock())
    go(book, LATER)
    [old] = count_quarter(j.db, Q1, book.clock()).capas
    assert (old.action, old.state, old.on) == ("Loket ditambah", "again", "2026-03-24")
    go(book, date(2026, 7, 2))
    [new] = count_quarter(j.db, Q1.after, book.clock()).capas
    assert (new.action, new.state) == ("Petugas ditambah", "open")


def test_every_part_of_a_snapshot_has_a_word(years_on: BookDesk) -> None:
    db = years_on.journal.db
    held = count_quarter(db, Q1, years_on.clock())
    assert compare_recap(db, service.load_recap(db, Q1)) == []
    other = count_quarter(db, Q1.after, years_on.clock())
    told = [difference.text for difference in find_differences(held, other)]
    assert 'Kategori "Kenyamanan lingkungan", masuk: 1 menjadi 0' in told
    assert "Bulan 2025-10: kini tidak ada" in told
    assert not any("_" in text.partition(":")[0] for text in told)


def test_a_recap_whose_texts_older_masks_made_is_still_the_same(
    book: BookDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(Masker, "text", lambda _self, _text, _line=0: "disamarkan dengan cara lama")
        older.setattr(counting, "MASKS", 1)
        book.write("Istri saya Ngatini menunggu lama")
        go(book, LATER)
        service.draft_recap(book.journal, book.who("ida"), quarter=Q1, now=book.clock())
    held = service.load_recap(book.journal.db, Q1)
    assert '"masks"' not in held.figures
    assert count_again(book.journal, Q1).found == []
    with monkeypatch.context() as counted:
        counted.setattr(counting, "list_item", lambda *of: msgspec.structs.replace(ITEM(*of), due_on="2026-12-31"))
        assert [one.counted for one in count_again(book.journal, Q1).found] == [True]
