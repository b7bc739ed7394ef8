"""The same three pages in other kinds of office, from their own files; the head of another section answers nothing."""

import re
from pathlib import Path

import pytest

from app.compose_office import make_office_app
from app.core.problems import Problem
from app.demo.offices import OFFICES
from app.demo.sides import make_office
from app.resources.posts import post_lines
from schema.profiles import load_profile
from tests.checks.year import answer, answering
from tests.ktp.desk import Desk
from tests.ktp.test_other_section import heads
from tests.people import SECRET_KEY, START, Browser, Clock

__all__ = ["heads"]


@pytest.mark.parametrize("kind", ["poltekkes", "biro"])
def test_posts_things_and_checks_come_from_the_files_of_the_office(kind: str, tmp_path: Path) -> None:
    """Neither standard lists things: the office's own can be listed; posts are the performers of the procedure."""
    journal = make_office(tmp_path, OFFICES[kind], now=START, on=START.date(), starts={})
    app = make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": Clock()})
    profile, cast = load_profile(OFFICES[kind].profile), OFFICES[kind].cast
    overseer = Browser(app, next(one.username for one in cast if profile.overseer in one.roles))
    lines = post_lines(journal.db, START.date())
    assert lines
    assert not any(line.vacant for line in lines)
    shown = overseer.get("/pelaksana").get_data(as_text=True)
    assert all(line.title in shown for line in lines)
    assert "Tanpa syarat tertulis" in shown
    assert "tidak menyebut sarana" in overseer.get("/sarana").get_data(as_text=True)
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
