"""Scans of handwritten pages: who may open them, of which lines, and that every look is logged."""

from typing import Any

import pytest
from flask import Flask

from app.core.problems import Problem
from app.services.complaints import limits, transitions
from app.services.complaints import service as writing
from tests.platform.files.pictures import png
from tests.platform.people import Browser
from tests.services.complaints.desk import BookDesk

PNG = png(30, 40)
LINES: dict[str, dict[str, Any]] = {
    "own": {"category": "speed", "name": "Tumini"},
    "other section": {"category": "comfort", "name": "Tumini"},
    "confidential": {"category": "speed", "name": "Tumini", "confidential": True, "second_word": "melati"},
    "anonymous": {"category": "speed", "anonymous": True},
}
OPENED = {
    "ida": set(LINES),
    "camat": set(LINES),
    "ratna": {"own", "other section"},
    "budi": {"own"},
    "tono": {"other section"},
    "sari": set[str](),
    "oki": set[str](),
    "desi": set[str](),
}
"""Who → the lines whose scans open. Budi heads *pelayanan*, Tono *umum*."""


@pytest.fixture
def lines(book: BookDesk) -> dict[str, int]:
    """A line of each kind with a scan."""
    book.other_kasi("tono")
    for code, head in (("pelayanan", "budi"), ("umum", "tono")):
        limits.set_section(book.journal, book.who("ratna"), code=code, name=code.title(), head=head, now=book.clock())
    made = {name: book.write(**more).id for name, more in LINES.items()}
    for one in made.values():
        writing.attach_scan(book.journal, book.who("ida"), complaint_id=one, data=PNG, now=book.clock())
    return made


def looks(book: BookDesk, line: int) -> list[tuple[str, str]]:
    """(user name, detail) of everybody who was logged as looking."""
    return list(
        book.journal.db.run(
            "SELECT p.username, l.detail FROM access_log l JOIN person p ON p.id = l.person_id WHERE l.subject = ?"
            " AND l.action = 'complaint.identity' ORDER BY l.id",
            (f"complaint/{line}",),
        )
    )


@pytest.mark.parametrize("name", OPENED)
def test_each_role_opens_the_scans_it_may_and_every_look_is_logged(
    name: str, web: Flask, book: BookDesk, lines: dict[str, int]
) -> None:
    browser = Browser(web, name)
    for kind, line in lines.items():
        path = f"/pengaduan/{line}/pindaian/{line}"
        answer = browser.post(path)
        opened = kind in OPENED[name]
        assert (answer.status_code, answer.get_data() == PNG) == ((200, True) if opened else (403, False)), kind
        assert looks(book, line) == ([(name, "pindaian")] if opened else []), kind
        page = browser.get(f"/pengaduan/{line}")
        if page.status_code == 200:
            assert (f'action="{path}"' in page.get_data(as_text=True)) == opened, kind


def test_a_refusal_says_whether_the_section_or_the_secret_stands_in_the_way(
    book: BookDesk, lines: dict[str, int]
) -> None:
    said = {}
    for kind in ("other section", "confidential", "anonymous"):
        with pytest.raises(Problem) as refused:
            transitions.open_scan(
                book.journal.db, book.who("budi"), complaint_id=lines[kind], scan_id=lines[kind], now=book.clock()
            )
        said[kind] = refused.value.sentence
    assert said["confidential"] == said["anonymous"] != said["other section"]
    assert "Petugas Layanan Informasi" in said["anonymous"]


def test_a_line_that_goes_to_another_section_takes_its_scans_along(
    web: Flask, book: BookDesk, lines: dict[str, int]
) -> None:
    line = lines["own"]
    budi, tono = Browser(web, "budi"), Browser(web, "tono")
    assert tono.post(f"/pengaduan/{line}/pindaian/{line}").status_code == 403
    Browser(web, "ida").post(f"/pengaduan/{line}/teruskan", {"section": "umum", "reason": "Ruang tunggu"})
    assert budi.post(f"/pengaduan/{line}/pindaian/{line}").status_code == 403
    assert tono.post(f"/pengaduan/{line}/pindaian/{line}").status_code == 200


def test_a_scan_is_found_under_its_own_line_only(web: Flask, lines: dict[str, int]) -> None:
    ratna = Browser(web, "ratna")
    path = f"/pengaduan/{lines['own']}/pindaian/{lines['confidential']}"
    assert ratna.post(path).status_code == 404
