"""The block of signatures: order of rank, capacity, nobody twice, two people where two must sign."""

import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.platform.office.papers import (
    chief_official,
    find_by_username,
    official_above,
    post_of,
    staff_official,
    standing_of,
    to_official,
)
from app.platform.people.queries import Signatory
from app.platform.printing.data.common import Paper
from app.platform.printing.papers import render_paper
from schema.database import open_office
from schema.profiles import load_profile
from tests.platform.printing import samples as people
from tests.platform.printing import sheets_books, sheets_road
from tests.platform.printing.layout import Word, sheets_of
from tests.platform.printing.reading import text_of

CAMAT, SECRETARY = replace(people.CAMAT, standing=4), replace(people.SECRETARY, standing=3)


def place_of(words: list[Word], text: str) -> Word:
    return next(word for word in words if word.text == text)


def test_the_higher_rank_stands_at_the_right_and_names_share_a_line(tmp_path: Path) -> None:
    book = replace(sheets_books.register(3), keeper=CAMAT, approver=SECRETARY)  # given the other way round
    words = sheets_of(render_paper("register", book), tmp_path)[-1].words
    low, high = place_of(words, "Wiwik"), place_of(words, "Hendra")
    assert low.right < high.left
    assert abs(low.top - high.top) < 0.1
    text = text_of(render_paper("register", book), tmp_path)
    assert "Sekretaris Kecamatan," in text
    assert "Camat Yosowilangun," in text


ELSEWHERE = {
    "minutes": "the witness of a handing over stands below the two parties, as its form has it",
    "blank_form": "the head of the village signs on a line of the form itself",
    "filled_form": "the same form",
}
"""Papers whose acknowledging official stands elsewhere, and why."""


def test_who_acknowledges_stands_at_the_left_of_who_made_it_on_every_paper(
    samples: Mapping[str, Paper], printed: Callable[..., bytes], tmp_path: Path
) -> None:
    """Whatever their ranks: place and day stand above the last at the right."""
    seen: dict[str, set[str]] = {}
    for name in sorted(set(samples) - set(ELSEWHERE)):
        for sheet in sheets_of(printed(name), tmp_path):
            for left in (word for word in sheet.words if word.text == "Mengetahui,"):
                beside = [word for word in sheet.words if abs(word.top - left.top) < 1 and word.left > left.right]
                seen.setdefault(name, set()).add(" ".join(word.text for word in beside[:1]))
    assert seen.keys() >= {"register", "paten", "by_area", "by_hand", "inventory", "integrity_pact", "people_list"}
    assert {name: words for name, words in seen.items() if words - {"Yang", "Dibuat"}} == {}


def test_nobody_signs_twice_and_a_second_pair_of_eyes_is_another_person(tmp_path: Path) -> None:
    book = replace(sheets_books.register(3), keeper=SECRETARY, approver=SECRETARY)
    text = text_of(render_paper("register", book), tmp_path)
    assert text.count("Wiwik Handayani") == 1
    assert "Yang mencatat," in text
    assert "Mengetahui," in text
    alone = replace(sheets_road.reconciliation(), officer=SECRETARY, checker=SECRETARY)
    counted = text_of(render_paper("reconciliation", alone), tmp_path)
    assert counted.count("Wiwik Handayani") == 1
    assert counted.count("Dicocokkan oleh,") == counted.count("Diperiksa oleh,") == 1


def test_who_bears_the_name_of_the_officer_signs_for_himself(samples: Mapping[str, Paper], tmp_path: Path) -> None:
    given = samples["hand_over"]
    officer = replace(given.handed_by, name="SITI AMINAH", nip="")
    words = text_of(render_paper("hand_over", replace(given, handed_by=officer, receiver="SITI AMINAH")), tmp_path)
    assert words.count("SITI AMINAH SITI AMINAH") == 2, "both sign on each half"
    sent = samples["shipping_list"]
    taken = text_of(render_paper("shipping_list", replace(sent, carrier=sent.sender.name)), tmp_path)
    assert taken.count(sent.sender.name) == 3, "in the head, as carrier, as who printed: one signature"
    assert "Yang menyerahkan, Pembawa," in taken


def test_nobody_is_witness_of_what_he_hands_over(samples: Mapping[str, Paper], tmp_path: Path) -> None:
    minutes = samples["minutes"]
    assert "Mengetahui," in text_of(render_paper("minutes", minutes), tmp_path)
    own = replace(minutes, giving=replace(minutes.giving, name=minutes.witness.name, nip=minutes.witness.nip))
    text = text_of(render_paper("minutes", own), tmp_path)
    assert text.count(minutes.witness.name) == 2, "as first party in the text and in its signature"
    assert "Mengetahui" not in text
    check = samples["internal_check"]
    alone = text_of(render_paper("internal_check", replace(check, head_official=check.overseer)), tmp_path)
    assert "Yang menjawab," in alone
    assert alone.count(check.overseer.name) == 1 + (check.printed_by == check.overseer.name)


def test_who_receives_a_letter_signs_on_the_line_of_who_sends_it(samples: Mapping[str, Paper], tmp_path: Path) -> None:
    letter = samples["covering_letter"]
    words = sheets_of(render_paper("covering_letter", letter), tmp_path)[0].words
    name, room = place_of(words, letter.signer.name.split()[0]), place_of(words, "(")
    assert abs(room.bottom - name.bottom) < 0.1


def test_a_kasubbag_signs_for_the_camat_through_the_secretary(tmp_path: Path) -> None:
    """`under` of the role says through whom; Plt. and Plh. are proved in test_papers.py."""
    assert load_profile().roles["kasubbag"].under == "sekretaris"
    signer = replace(CAMAT, acting="ub", on_behalf_of="Camat Contoh", through="Sekretaris Kecamatan", post="Kasubbag")
    text = text_of(render_paper("statement", replace(sheets_books.statement(), signer=signer)), tmp_path)
    assert "a.n. Camat Contoh Sekretaris Kecamatan u.b. Kasubbag," in text


def test_who_acknowledges_ranks_above_who_recorded(adopted_office: Path, tmp_path: Path) -> None:
    """A clerk's register is acknowledged by the head of the section, the Sekretaris' own by the Camat, never the other
    way round."""
    shutil.copy(adopted_office, tmp_path / "kantor.sqlite3")
    db, on = open_office(tmp_path / "kantor.sqlite3"), date(2026, 3, 12)
    for recorder, wanted in (("sari", "kasi"), ("budi", "sekretaris"), ("ratna", "camat"), ("camat", "camat")):
        above = official_above(db, staff_official(db, recorder), on)
        assert above.standing == standing_of(db, (wanted,)), recorder
    assert staff_official(db, "camat").post == chief_official(db, on).post == "Camat Contoh", "one post, one name"
    db.close()


@pytest.mark.parametrize(
    ("username", "title", "roles", "post"),
    [
        ("sari", "Pengelola Layanan", "own", "Pengelola Layanan"),
        ("sari", "Pengelola Layanan", "none", "Pengelola Layanan"),
        ("sari", "", "none", "Petugas"),
        ("sari", "", "own", "Petugas Loket"),
        ("budi", "", "own", "Kasi Pelayanan Umum"),
        ("budi", "Kasi Pelayanan", "own", "Kasi Pelayanan"),
    ],
)
def test_a_post_is_the_own_title_else_that_of_the_first_role(
    adopted_office: Path, tmp_path: Path, username: str, title: str, roles: str, post: str
) -> None:
    shutil.copy(adopted_office, tmp_path / "kantor.sqlite3")
    db = open_office(tmp_path / "kantor.sqlite3")
    person = find_by_username(db, username)
    assert person is not None
    person.title = title
    if roles == "none":
        person.roles = ()
    assert post_of(db, person) == post
    db.close()


@pytest.mark.parametrize(
    ("kind", "title", "post", "on_behalf_of"),
    [
        ("", "Camat", "Camat Contoh", ""),
        ("plt", "Sekretaris Kecamatan", "Camat Contoh", ""),
        ("plh", "Sekretaris Kecamatan", "Camat Contoh", ""),
        ("an", "Sekretaris Kecamatan", "Sekretaris Kecamatan", "Camat Contoh"),
        ("", "Camat Pertama", "Camat Pertama", ""),
    ],
)
def test_who_acts_signs_under_the_post_and_who_signs_for_it_under_his_own(
    adopted_office: Path, tmp_path: Path, kind: Any, title: str, post: str, on_behalf_of: str
) -> None:
    shutil.copy(adopted_office, tmp_path / "kantor.sqlite3")
    db = open_office(tmp_path / "kantor.sqlite3")
    (secretary,) = db.one("SELECT id FROM person WHERE username = 'ratna'") or (0,)
    made = to_official(db, Signatory("camat", kind, secretary, "Wiwik", "", "", title, "SK 1"))
    assert (made.name, made.post, made.on_behalf_of, made.through) == ("Wiwik", post, on_behalf_of, "")
    assert (made.acting, made.decree, made.standing) == (kind, "SK 1", standing_of(db, ("camat",)))
    db.close()
