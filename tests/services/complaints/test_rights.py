"""Who may do what with a line, asked of every deed that the office knows: each role, in its own and in another section.

The deeds are read from the program's own routes: one that is new fails here until the table says who may.
"""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.people.changes import Appoint, SetRoles
from app.services.complaints import service
from app.services.complaints.limits import set_section
from app.services.complaints.service import WrittenLine
from app.services.complaints.suggestion_box import explain_missed_days
from tests.platform.files.pictures import pdf
from tests.platform.people import START, Browser, agree
from tests.platform.web.walking import every_rule
from tests.services.complaints.desk import BookDesk

OWN, OTHER = "budi", "tono"
"""Heads of the sections `pelayanan`, which has the line, and `umum`."""
DEEDS: dict[str, str] = {
    "buka-kembali": "ida ratna",
    "catatan": "ida ratna sari budi",
    "cetak/surat": "ida budi",
    "cetak/tanda-terima": "",
    "coret/1": "ida",
    "golongan": "ida ratna",
    "jawaban": "ida budi",
    "jawaban-pertama": "ida budi",
    "jeda": "budi",
    "kepuasan": "ida budi",
    "kode-baru": "ida",
    "lanjutkan": "budi",
    "pengadu": "ida camat",
    "pindaian": "ida ratna sari budi",
    "pindaian/1": "ida ratna camat budi",
    "tanpa-sms": "ida budi ratna sari",
    "selesai": "ida budi",
    "sisihan/kembalikan": "ida ratna",
    "sisihan/periksa": "ratna",
    "sisihkan": "ida",
    "terkait": "ida ratna",
    "teruskan": "ida ratna",
    "tindak-lanjut": "budi",
    "tte": "ida",
    "tte/kembali": "ida",
    "tte/pdf": "ida",
}
"""Deed → who gets past the door with a line of `pelayanan`. The receipt is for whoever has just made the code."""
FORMS = {
    "type": "complaint",
    "category": "speed",
    "weight": "light",
    "handling": "desk",
    "section": "umum",
    "text": "Isi",
    "reason": "field",
    "satisfied": "1",
    "number": "2",
}


@pytest.fixture
def two(book: BookDesk) -> BookDesk:
    """Two sections with a head each."""
    book.other_kasi(OTHER)
    for code, head in (("pelayanan", OWN), ("umum", OTHER)):
        set_section(book.journal, book.who("ratna"), code=code, name=code.title(), head=head, now=START)
    return book


def deeds(web: Flask) -> Iterator[str]:
    """Every route that changes, prints or opens something of a line, as its address below the line."""
    for rule in every_rule(web):
        if "POST" in (rule.methods or ()) and "complaint_id" in rule.arguments:
            tail = rule.rule.partition("<int:complaint_id>/")[2]
            yield tail.replace("<int:column_id>", "1").replace("<int:scan_id>", "1")


def test_the_table_names_every_deed_of_the_program(web: Flask) -> None:
    assert sorted(set(deeds(web))) == sorted(DEEDS)


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_on_a_line_is_for_the_information_officer_and_the_head_of_its_own_section(
    web: Flask, two: BookDesk, deed: str
) -> None:
    line = prepared(two)
    allowed = set()
    for who in ("ida", "ratna", "camat", "sari", "oki", "desi", OWN, OTHER):
        data = FORMS | ({"scan": (io.BytesIO(pdf()), "x.pdf")} if deed == "pindaian" else {})
        status = Browser(web, who).post(f"/pengaduan/{line.id}/{deed}", data).status_code
        gone = deed == "cetak/tanda-terima" and status == 409
        allowed |= {who} if status not in (403, 404) and not gone else set()
    assert allowed == set(DEEDS[deed].split())


def prepared(book: BookDesk) -> WrittenLine:
    """A line with a note of Ida, so that its first column is hers, follow-up, answer and a scan."""
    from app.services.complaints import service as writing

    line = book.write(name="Tumini", category="speed")
    book.write("Yang lain")
    ida, now = book.who("ida"), book.clock()
    writing.add_note(book.journal, ida, complaint_id=line.id, text="Menelepon", now=now)
    writing.attach_scan(book.journal, ida, complaint_id=line.id, data=pdf(), now=now)
    book.follow(line)
    book.answer(line)
    assert book.row(line).section == "pelayanan"
    return line


def test_the_head_of_the_other_section_reads_the_line_and_is_offered_nothing(web: Flask, two: BookDesk) -> None:
    page = Browser(web, OTHER).get(f"/pengaduan/{prepared(two).id}").get_data(as_text=True)
    own = page[page.index('class="split split-wide"') :]
    offered = [part.partition('"')[0] for part in own.split('action="')[1:]]
    assert [text for text in offered if text.startswith("/pengaduan/")] == []
    assert "Anda membacanya saja" in page


COMMANDS: dict[str, dict[str, Any]] = {
    "pause_clock": {"reason": "field", "text": ""},
    "write_first_answer": {"text": "Isi"},
    "write_follow_up": {"text": "Isi"},
    "write_answer": {"text": "Isi"},
    "record_satisfaction": {"satisfied": True, "text": ""},
    "close_line": {},
}


def refusal(book: BookDesk, who: Actor, line: WrittenLine, command: str) -> str:
    """How a command of the Kasi ends, and with what code."""
    try:
        getattr(service, command)(book.journal, who, complaint_id=line.id, now=book.clock(), **COMMANDS[command])
    except Problem as problem:
        return problem.code
    return "done"


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_themselves_refuse_whatever_a_page_forgets(two: BookDesk, command: str) -> None:
    assert refusal(two, two.who(OTHER), prepared(two), command) == "forbidden"


def test_a_refusal_inside_a_page_names_who_may(two: BookDesk) -> None:
    """The head of another section reads whose line it is, everybody else the roles; never a bare "not yours"."""
    line = prepared(two)
    with pytest.raises(Problem) as other:
        service.write_follow_up(two.journal, two.who(OTHER), complaint_id=line.id, text="Isi", now=two.clock())
    assert other.value.sentence.endswith("Yang berwenang: Kasi Pelayanan Umum.")
    with pytest.raises(Problem) as missed:
        explain_missed_days(two.journal, two.who("sari"), reason="Hujan", now=two.clock())
    assert missed.value.sentence.endswith("Yang berwenang: Sekretaris atau Petugas Layanan Informasi.")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_routed_line_and_an_acting_head_take_the_right_along(two: BookDesk, command: str) -> None:
    line, ratna = prepared(two), two.who("ratna")
    service.route_line(two.journal, ratna, complaint_id=line.id, section="umum", reason="Sarana", now=two.clock())
    assert refusal(two, two.who(OWN), line, command) == "forbidden"
    decree = Appoint(
        two.who("oki").person_id,
        "kasi",
        "plh",
        "800/1",
        START.date(),
        None,
        instead_of=two.who(OTHER).person_id,
    )
    agree(two.journal, decree, now=two.clock())
    assert refusal(two, two.who("oki"), line, command) != "forbidden"


def test_another_role_of_the_same_person_counts_on_every_line(two: BookDesk) -> None:
    agree(two.journal, SetRoles(two.who(OTHER).person_id, ("kasi", "information")), now=two.clock())
    line, both = prepared(two), two.who(OTHER)
    assert refusal(two, both, line, "close_line") == "done"
    assert refusal(two, both, two.write(), "pause_clock") == "forbidden"
    with pytest.raises(Problem) as refused:
        service.confirm_aside(two.journal, both, complaint_id=line.id, now=two.clock())
    assert refused.value.code == "forbidden"
