"""All that the centre holds of one person, on his request: found by number and name, printed, and who looked."""

from pathlib import Path

import msgspec
import pytest

from app.centre import service
from app.centre.people_data import find_person
from app.core.holdings import read_sought
from app.platform.people.access_log import log_access
from tests.centre.desk import Desk, line_path
from tests.centre.print_centre import NOW, OFFICE, PrintCentre, a_line
from tests.platform.people import Clock
from tests.platform.printing.reading import text_of


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    return Desk(tmp_path, clock)


def access_lines(desk: Desk) -> list[tuple[str, str, str]]:
    sql = "SELECT p.username, l.action, l.subject FROM access_log l JOIN person p ON p.id = l.person_id ORDER BY l.id"
    rows = desk.centre.journal.db.run(sql)
    return [(who, action, subject) for who, action, subject in rows if subject.startswith(("line/", "person_data"))]


def test_a_person_is_found_by_number_and_whoever_looked_stands_there(desk: Desk, tmp_path: Path) -> None:
    sent = [a_line(1, 1, 1), a_line(1, 2, 2)]
    mine, other = desk.print_centre.senders[OFFICE].dispatch(sent)
    number, name = sent[0].main_key, sent[0].name
    assert desk.yuni.post(f"{line_path(mine)}buka").status_code == 303
    asked = {"number": f"{number[:6]} {number[6:]}", "name": name}
    page = desk.eko.post("/data-pribadi/cari", asked).text
    assert "Miliknya (1)" in page
    assert sent[0].number in page
    assert sent[1].number not in page
    assert "Yuni Astutik" in page, "she had opened the line"
    answer = desk.eko.post("/data-pribadi/cetak", asked)
    told = " ".join(text_of(answer.data, tmp_path).split())
    assert answer.headers["Content-Disposition"] == 'inline; filename="data-tersimpan.pdf"'
    people = ("Yuni Astutik: Membuka baris", "Eko Prabowo", "Pasal 7 dan 32")
    for said in (number, name, sent[0].fields["kk"], "12 Maret 1979", *people):
        assert str(said) in told
    assert sent[1].main_key not in told
    here = f"line/{OFFICE}/{mine}"
    assert access_lines(desk) == [
        ("yuni", service.LINE_OPENED, here),
        ("eko", "privacy.looked", "person_data"),
        ("eko", "privacy.looked", here),
        ("eko", "privacy.printed", "person_data"),
        ("eko", "privacy.printed", here),
    ]
    kept = [str(row) for row in desk.centre.journal.db.run("SELECT * FROM access_log")]
    assert not any(number in row or other in row for row in kept)


def test_both_engines_find_the_lines_and_who_opened_them(print_centre: PrintCentre) -> None:
    sent = [a_line(1, 1, 1), a_line(1, 2, 2)]
    [line, _] = print_centre.senders[OFFICE].dispatch(sent)
    log_access(print_centre.db, at=NOW, person_id=None, action=service.LINE_OPENED, subject=f"line/{OFFICE}/{line}")
    found = find_person(print_centre.db, read_sought(sent[0].main_key, sent[0].name))
    assert [holding.number for holding in found.sure] == [sent[0].number]
    assert [(look.number, look.at) for look in found.looks] == [(sent[0].number, NOW)]


def test_who_only_bears_the_name_is_printed_when_he_is_ticked(desk: Desk, tmp_path: Path) -> None:
    namesake = msgspec.structs.replace(a_line(1, 2, 2), name=a_line(1, 1, 1).name)
    mine, other = desk.print_centre.senders[OFFICE].dispatch([a_line(1, 1, 1), namesake])
    asked = {"number": a_line(1, 1, 1).main_key, "name": namesake.name.lower()}
    page = desk.eko.post("/data-pribadi/cari", asked).text
    assert "Mungkin orang lain (1)" in page
    assert namesake.main_key not in page, "of another person only the masked number"
    for own, stands in (([], False), ([f"line/{OFFICE}/{other}"], True)):
        paper = text_of(desk.eko.post("/data-pribadi/cetak", asked | {"own": own}).data, tmp_path)
        assert (namesake.main_key in paper) is stands
    assert mine


def test_a_search_asks_number_and_name_and_only_of_the_administrator(desk: Desk) -> None:
    desk.print_centre.senders[OFFICE].dispatch([a_line(1, 1, 1)])
    for asked in ({"number": "12", "name": "SITI"}, {"number": a_line(1, 1, 1).main_key, "name": ""}):
        refused = desk.eko.post("/data-pribadi/cari", asked)
        assert refused.status_code == 422
        assert asked["number"] in refused.text, "what was typed stays"
        assert "Miliknya" not in refused.text
    known = {"number": a_line(1, 1, 1).main_key, "name": a_line(1, 1, 1).name}
    assert desk.yuni.post("/data-pribadi/cari", known).status_code == 403
    assert desk.yuni.get("/data-pribadi").status_code == 403
    nobody = desk.eko.post("/data-pribadi/cari", known | {"number": "3508990101900007", "name": "Tidak Dikenal"})
    assert "Tidak ada yang tersimpan" in nobody.text
