"""The same three pages in other kinds of office, from their own files; the head of another section answers nothing."""

import re
from pathlib import Path

import pytest

from app.casework.resources.posts import fits_of, post_lines
from app.casework.resources.queries import facility_lines
from app.cli.demo.offices import OFFICES
from app.cli.demo.sides import make_office
from app.compose_office import make_office_app
from app.core.problems import Problem
from schema.profiles import load_profile
from tests.platform.people import SECRET_KEY, START, Browser, Clock
from tests.quality.checks.year import answer, answering
from tests.services.ktp.desk import Desk
from tests.services.ktp.test_other_section import heads

__all__ = ["heads"]


ASKED = {
    "poltekkes": (
        ("11.1 KTM", "Alat tulis kantor"),
        ("11.2 KTM", "Komputer"),
        ("11.3 KTM", "Jaringan Internet"),
        *(("8 Hotline", name) for name in ("Buku", "Alat tulis", "Hand phone", "Telepon", "Desk information")),
    ),
    "biro": tuple(
        ("Kartu PNS", name)
        for name in (
            "Perangkat komputer",
            "Perangkat pembuatan Kartu Tanda Pengenal",
            "Lemari arsip (filing cabinet)",
        )
    ),
}
"""What the procedures ask for in their rows *Peralatan/Perlengkapan*, and where: eleven lines."""
DEMANDS = {"poltekkes": 4 + 2, "biro": 4}
"""How many different things the rows *Kualifikasi pelaksana* ask of a person; the line of the hotline asks two."""


@pytest.mark.parametrize("kind", ["poltekkes", "biro"])
def test_posts_things_and_checks_come_from_the_files_of_the_office(kind: str, tmp_path: Path) -> None:
    """Things and qualifications are those that the procedures list; who performs without one is a post all the same."""
    journal = make_office(tmp_path, OFFICES[kind], now=START, on=START.date(), starts={})
    app = make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": Clock()})
    profile, cast = load_profile(OFFICES[kind].profile), OFFICES[kind].cast
    overseer = Browser(app, next(person.username for person in cast if profile.overseer in person.roles))
    lines = post_lines(journal.db, START.date())
    assert lines
    assert not any(line.vacant for line in lines)
    shown = overseer.get("/pelaksana").get_data(as_text=True)
    assert all(line.title in shown for line in lines)
    demands = {demand.asked for fit in fits_of(journal.db, START.date()) for demand in fit.demands if demand.asked}
    assert len(demands) == DEMANDS[kind]
    asked = [(one.words, line.name) for line in facility_lines(journal.db, START.date()) for one in line.asked]
    assert sorted(asked) == sorted(ASKED[kind])
    things = overseer.get("/sarana").get_data(as_text=True)
    assert all(f">{name}</a>" in things for _, name in ASKED[kind])
    sent = {"name": "+", "other": "Mesin cetak kartu", "count": "1", "seen": "0"}
    assert overseer.post("/sarana", sent).status_code == 303
    form = overseer.get("/pemeriksaan/baru").get_data(as_text=True)
    process = re.findall(r'name="process_questions"[^>]*>([^<]+)<', form)[0]
    assert process.strip().count("\n") > 2
    assert [overseer.post(path).status_code for path in ("/sarana/cetak", "/pelaksana/cetak")] == [200, 200]
    journal.db.close()


def test_the_head_of_another_section_reads_a_finding_and_answers_none(heads: Desk) -> None:
    made = answering(heads)
    with pytest.raises(Problem) as refused:
        answer(heads, made, 1, by="tono")
    assert refused.value.code == "other_section"
    answer(heads, made, 1, by="budi")
