"""Whose section is whose, who signs for it and what stands under a name: heads, officials by decree, vacant posts."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.core.permissions import Actor
from app.platform.people import changes, queries
from app.services.complaints.limits import set_section
from sync.journal import Journal
from tests.platform.people import PASSWORD, START, Browser, actor_of, agree

TODAY = date(2026, 3, 12)
ONE_DAY = timedelta(days=1)


def who(journal: Journal, name: str, on: date = TODAY) -> Actor:
    return actor_of(journal.db, name, on)


def add(journal: Journal, name: str, *roles: str, title: str = "") -> int:
    person = changes.AddPerson(name, name.title(), roles, title=title)
    return agree(journal, person, password=PASSWORD, now=START)


def appoint(
    journal: Journal, name: str, post: str, kind: str, instead: int | None = None, on: date = TODAY, until: int = 0
) -> None:
    """A decree for some days: the first and the `until` after it."""
    person_id = who(journal, name).person_id
    decree = changes.Appoint(person_id, post, kind, "9/2026", on, on + until * ONE_DAY, instead)
    agree(journal, decree, now=START)


@pytest.fixture
def two(journal: Journal) -> Journal:
    """Budi heads the counter's section, Tono another one; Umar is a head whom no section names."""
    add(journal, "tono", "kasi")
    add(journal, "umar", "kasi")
    for code, name, head in (("pelayanan", "Seksi Pelayanan Umum", "budi"), ("umum", "Subbagian Umum", "tono")):
        set_section(journal, who(journal, "ratna"), code=code, name=name, head=head, now=START)
    return journal


def test_a_head_has_the_section_that_names_him_and_its_words_in_place_of_the_counters(two: Journal) -> None:
    db = two.db
    assert queries.own_section(db, "tono") == "Subbagian Umum"
    assert [queries.own_section(db, name) for name in ("budi", "umar", "ratna")] == ["", "", ""]
    assert who(two, "tono").title == "Kepala Subbagian Umum"
    assert who(two, "budi").title == ""
    assert [sorted(who(two, name).sections) for name in ("budi", "tono", "umar", "ratna")] == [
        ["pelayanan"],
        ["umum"],
        [],
        [],
    ]


def test_a_section_without_a_named_head_belongs_to_whoever_is_named_for_no_other(two: Journal) -> None:
    set_section(two, who(two, "ratna"), code="umum", name="Subbagian Umum", head="", now=START)
    assert [sorted(who(two, name).sections) for name in ("budi", "tono", "umar")] == [["pelayanan"], ["umum"], ["umum"]]
    assert who(two, "tono").title == "Kepala", "of none by name"


def test_a_retired_section_has_no_head(two: Journal) -> None:
    set_section(two, who(two, "ratna"), code="umum", name="Subbagian Umum", head="tono", now=START, active=False)
    assert queries.own_section(two.db, "tono") == ""
    assert "umum" not in queries.section_heads(two.db)


@pytest.mark.parametrize(
    ("instead_of", "reached"),
    [("tono", ["umum"]), ("budi", ["pelayanan"]), ("umar", []), ("", [])],
    ids=["for the one", "for the other", "for a head without section", "for a vacant post: none is"],
)
def test_who_acts_for_a_head_has_that_heads_section(two: Journal, instead_of: str, reached: list[str]) -> None:
    appoint(two, "ida", "kasi", "plt", who(two, instead_of).person_id if instead_of else None, until=1)
    assert sorted(who(two, "ida").sections) == reached
    assert sorted(who(two, "ida", TODAY + ONE_DAY).sections) == reached
    assert [who(two, "ida", day).sections for day in (TODAY - ONE_DAY, TODAY + 2 * ONE_DAY)] == [frozenset()] * 2


def test_who_only_signs_for_a_head_has_no_section(two: Journal) -> None:
    appoint(two, "ida", "kasi", "an", who(two, "tono").person_id)
    assert who(two, "ida").sections == frozenset()


def test_a_decree_for_a_vacant_post_reaches_the_section_whose_head_has_left(two: Journal) -> None:
    tono = who(two, "tono").person_id
    appoint(two, "ida", "kasi", "plt")
    agree(two, changes.SetRoles(tono, ("counter",)), now=START)
    assert sorted(who(two, "ida").sections) == ["umum"], "his role is gone"
    agree(two, changes.SetRoles(tono, ("kasi",)), now=START)
    assert who(two, "ida").sections == frozenset()
    agree(two, changes.Disable(tono, "Pindah"), now=START)
    assert sorted(who(two, "ida").sections) == ["umum"], "he himself is"


def signer(journal: Journal, section: str = "", on: date = TODAY) -> str:
    """Name and title of who signs as head of a section: `Plt. Ida, Kasi Pelayanan Umum`."""
    found = queries.who_signs(journal.db, "kasi", on, section)
    return f"{found.prefix}{found.name}, {found.title}" if found else ""


def test_each_section_is_signed_for_by_its_own_head(two: Journal) -> None:
    assert signer(two) == signer(two, "pelayanan") == "Budi Santoso, Kasi Pelayanan Umum"
    assert signer(two, "umum") == "Tono, Kepala Subbagian Umum dan Kepegawaian"
    agree(two, changes.Disable(who(two, "tono").person_id, "Pindah"), now=START)
    assert signer(two, "umum") == "", "no other head in his place"


def test_a_title_of_ones_own_stands_before_the_words_of_the_post(journal: Journal) -> None:
    agree(journal, changes.Disable(who(journal, "budi").person_id, "Pindah"), now=START)
    add(journal, "tono", "kasi", title="Kepala Seksi Muda")
    assert signer(journal) == "Tono, Kepala Seksi Muda"


def test_who_acts_signs_with_the_own_title_or_else_the_words_of_the_own_first_role(two: Journal) -> None:
    """Of two decrees the newer begins later; of two from one day the one given last."""
    add(two, "tata", "operator", "information", title="Pranata Muda")
    budi = who(two, "budi").person_id
    appoint(two, "ida", "kasi", "plh", budi, TODAY - ONE_DAY, until=9)
    assert signer(two) == "Plh. Ida Rahayu, Petugas Layanan Informasi"
    appoint(two, "tata", "kasi", "an", budi, until=9)
    assert signer(two) == "a.n. Tata, Pranata Muda"
    assert signer(two, on=TODAY - ONE_DAY) == "Plh. Ida Rahayu, Petugas Layanan Informasi"
    appoint(two, "oki", "kasi", "plt", budi, until=1)
    assert signer(two) == "Plt. Oki Setiawan, Petugas Operator"
    assert signer(two, on=TODAY + 2 * ONE_DAY) == "a.n. Tata, Pranata Muda"
    assert signer(two, "umum") == "Tono, Kepala Subbagian Umum dan Kepegawaian", "it is not his decree"


def test_an_official_who_was_disabled_signs_no_more(two: Journal) -> None:
    appoint(two, "ida", "kasi", "plh", who(two, "budi").person_id)
    agree(two, changes.Disable(who(two, "ida").person_id, "Pindah"), now=START)
    assert signer(two) == "Budi Santoso, Kasi Pelayanan Umum"
    assert queries.actor_named(two.db, "ida", TODAY) is None


def test_somebody_is_found_by_the_name_as_typed(journal: Journal) -> None:
    assert who(journal, "  RATNA ").username == "ratna"
    assert queries.actor_named(journal.db, "nobody", TODAY) is None


def test_who_may_is_whoever_is_active_and_has_a_role_with_it(two: Journal) -> None:
    assert set(queries.people_who_may(two.db, "complaint.answer")) == {"budi", "tono", "umar", "ida"}
    agree(two, changes.Disable(who(two, "umar").person_id, "Pindah"), now=START)
    assert set(queries.people_who_may(two.db, "complaint.answer")) == {"budi", "tono", "ida"}


def test_a_decree_runs_from_its_first_to_its_last_day(journal: Journal) -> None:
    appoint(journal, "ida", "camat", "plh", until=2)
    [line] = queries.acting_officials(journal.db)
    assert [n for n in range(-1, 4) if line.runs(TODAY + n * ONE_DAY)] == [0, 1, 2]
    assert (line.heading, line.instead_name) == ("Plh. Camat", "")
    endless = queries.ActingLine(1, "camat", "plt", 1, "Ida", "9", TODAY, None)
    assert (endless.runs(TODAY - ONE_DAY), endless.runs(TODAY + 9999 * ONE_DAY)) == (False, True)


def test_pages_call_somebody_by_the_own_title_where_a_role_is_that_of_several_posts(two: Journal, web: Flask) -> None:
    add(two, "kiki", "kasi", title="Kasubbag Kepegawaian")
    staff = text_of_page(Browser(web, "ratna").get("/pengaturan/petugas/"))
    assert "Kasubbag Kepegawaian dengan hak Kasi Pelayanan Umum" in staff
    assert staff.count("dengan hak") == 1, "nobody else has a title"
    assert "Kasubbag Kepegawaian. Nama pengguna kiki" in text_of_page(Browser(web, "kiki").get("/saya"))


def text_of_page(answer: TestResponse) -> str:
    """What a reader sees, with single spaces."""
    return " ".join(re.sub("<[^>]+>", " ", answer.get_data(as_text=True)).split())
