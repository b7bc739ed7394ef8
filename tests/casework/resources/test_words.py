"""One kind of thing in words: when it is short, since when, and how its row of the inventory reads."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from app.casework.resources.papers import competence_rows, fit_words, inventory_row, item_words
from app.casework.resources.queries import Asked, FacilityLine, facility_key, first_short_day


def thing(state: str = "working", since: str = "2026-03-03", **more: Any) -> Any:
    return SimpleNamespace(**({"id": 1, "label": "", "place": "", "note": ""} | more), state=state, since=since)


def line(*items: Any, required: tuple[int, ...] = (2,), known: bool | None = None, noted: Any = None) -> FacilityLine:
    asked = tuple(Asked("KTP-el", f"8.{n}", count) for n, count in enumerate(required, 3))
    return FacilityLine(
        "kamera", "Kamera", "buah", asked, items, bool(items) if known is None else known, noted, date(2026, 3, 3)
    )


WORKS, BROKEN, SENT = thing(), thing("broken", note="Lensa retak."), thing("sent", "2026-03-09", note="Di bengkel")
NOTED = SimpleNamespace(works=False, note="Mati total")


@pytest.mark.parametrize(
    ("found", "short"),
    [
        (line(WORKS, WORKS), False),
        (line(WORKS, BROKEN), True),
        (line(WORKS, SENT), True),
        (line(), False),  # nobody has listed any: nothing is said
        (line(noted=NOTED), True),
        (line(noted=SimpleNamespace(works=True, note="")), False),
        (line(required=()), False),
        (line(BROKEN, required=()), False),
    ],
)
def test_it_is_short_when_fewer_work_than_the_greatest_number_asked(found: FacilityLine, short: bool) -> None:
    assert found.short is short


def test_the_greatest_number_counts_and_services_share() -> None:
    assert line(required=(1, 3, 2)).required == 3
    assert line(required=()).required == 0


def test_the_fault_is_of_what_broke_last() -> None:
    assert line(BROKEN, SENT, WORKS).fault == "Di bengkel"
    assert line(SENT, BROKEN).fault == "Di bengkel"
    assert line(WORKS).fault == ""
    assert line(noted=NOTED).fault == "Mati total"
    assert line(WORKS, noted=NOTED).fault == "", "the note of before counts as long as nothing is listed"


def test_the_sentence_names_number_day_and_fault() -> None:
    assert line(WORKS, BROKEN).sentence == "Kamera: diperlukan 2, berfungsi 1 sejak 3 Maret 2026. Lensa retak"


def test_a_row_of_the_inventory() -> None:
    broken = thing("broken", label="INV-03", place="ruang rekam", note="Lensa retak")
    assert item_words(broken) == "INV-03, ruang rekam: Rusak sejak Selasa, 3 Maret 2026"
    assert item_words(thing(label="INV-04")).startswith("INV-04: ")
    assert ":" not in item_words(thing())
    clauses, name, required, count, working, items, state = inventory_row(line(broken, WORKS))
    assert (clauses, name, required, count, working) == ("8.3 KTP-el", "Kamera", 2, 2, 1)
    assert str(items).startswith("INV-03, ruang rekam: Rusak sejak Selasa, 3 Maret 2026; ")
    assert state == "Kamera: diperlukan 2, berfungsi 1 sejak 3 Maret 2026. Lensa retak"
    assert inventory_row(line(WORKS, WORKS))[-1] == "Cukup"
    assert inventory_row(line())[-1] == "Belum dicatat"
    assert inventory_row(line(WORKS, required=()))[0] == "di luar standar"
    assert inventory_row(line(WORKS, WORKS, required=(1, 2)))[0] == "8.3 KTP-el, 8.4 KTP-el"


def test_one_key_for_the_same_thing() -> None:
    assert facility_key("Alat Pemindai Mata") == facility_key("alat-pemindai  mata") == "alatpemindaimata"


@pytest.mark.parametrize(
    ("used", "broken", "required", "since"),
    [
        ([("2026-01-05", ""), ("2026-01-05", "")], [], 2, ""),
        ([("2026-01-05", ""), ("2026-01-05", "")], [("2026-02-02", "")], 2, "2026-02-02"),
        ([("2026-01-05", ""), ("2026-01-05", "")], [("2026-02-02", "")], 1, ""),
        ([("2026-01-05", ""), ("2026-01-05", "2026-03-02")], [("2026-02-02", "2026-02-09")], 2, "2026-03-02"),
        ([("2026-01-05", "2026-03-02"), ("2026-01-05", "")], [("2026-03-01", "")], 2, "2026-03-01"),
    ],
)
def test_the_first_day_of_the_present_shortage(
    used: list[tuple[str, str]], broken: list[tuple[str, str]], required: int, since: str
) -> None:
    """A shortage that was mended in between does not count."""
    assert first_short_day(used, broken, required) == since


def fit(*lacking: str, asked: bool = True, filled: bool = True) -> Any:
    holder = SimpleNamespace(name="Oki")
    known = SimpleNamespace(filled=filled)
    return SimpleNamespace(line=SimpleNamespace(asked=asked), known=known, lacking=lacking, holder=holder, demands=[])


def test_how_a_person_fits_a_post() -> None:
    assert fit_words(fit()) == "Memenuhi"
    assert fit_words(fit("S1", "Diklat")) == "Belum: S1; Diklat"
    assert fit_words(fit(filled=False)) == "Belum diisi"
    assert fit_words(fit("S1", asked=False, filled=False)) == "Standar tidak menyebut syarat"


def test_a_vacant_post_has_a_row_of_its_own() -> None:
    post = SimpleNamespace(service="KTP-el", title="Operator", staff=2, holders=["oki"], vacant=1, sentence="Kurang 1")
    head = ("KTP-el", "Operator", 2, 1)
    assert competence_rows(post, [fit()]) == [(*head, "Oki", "", "Memenuhi"), (*head, "", "", "Kurang 1")]  # type: ignore[arg-type]
    post.vacant = 0
    assert competence_rows(post, [fit()]) == [(*head, "Oki", "", "Memenuhi")]  # type: ignore[arg-type]
    assert competence_rows(post, []) == []  # type: ignore[arg-type]
