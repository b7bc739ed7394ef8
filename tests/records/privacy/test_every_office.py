"""Every profile has somebody for each of these rights; an office without a service, and its kiosk, answer too."""

import pytest
from flask import Flask

from app import compose
from app.core.holdings import read_sought
from app.records.privacy.notice import notice_parts
from app.records.privacy.queries import find_person
from app.records.privacy.register import register_lines
from app.records.privacy.views.kiosk import make_kiosk_app
from app.room import hooks_of
from schema.profiles import load_profile
from sync.journal import Journal
from tests.platform.people import START, Browser, Clock, actor_of
from tests.records.privacy.conftest import NAME, NIK

SERVICES_OWN = {"Pembandingan formulir dengan acuan penduduk", "Catatan perekaman KTP-el", "Hotline dan SMS"}
"""What rooms do for one service only, so that other offices do not read of it."""
RIGHTS = ("privacy.view", "privacy.answer", "privacy.incident", "privacy.lead", "privacy.read")


@pytest.mark.parametrize("name", ["kecamatan", "biro", "poltekkes"])
def test_a_profile_gives_each_right_to_its_posts(name: str) -> None:
    profile = load_profile(name)
    assert all(profile.rights[right] for right in RIGHTS)
    assert profile.overseer in profile.rights["privacy.lead"]
    assert profile.rights["privacy.read"] == {profile.chief}
    assert profile.rights["privacy.answer"] <= profile.rights["privacy.incident"] <= profile.rights["privacy.view"]
    assert not profile.rights["privacy.answer"] & profile.marked("administers")


class TestEmpty:
    """An office that was set up this morning: no standard, nobody served."""

    @pytest.fixture
    def office_file(self, furnished_office: object) -> object:
        return furnished_office

    def test_everything_answers_before_the_first_service(self, journal: Journal) -> None:
        assert any(
            "Melayani permohonan" in sentence for part in notice_parts(journal.db, START) for sentence in part.sentences
        )
        assert "Buku pengaduan dan kotak saran" in {line.activity for line in register_lines(journal.db, START)}
        assert SERVICES_OWN & {line.activity for line in register_lines(journal.db, START)} == set()
        ida = actor_of(journal.db, "ida", START.date())
        assert find_person(journal.db, ida, read_sought(NIK, NAME)).is_empty


@pytest.fixture
def kiosk(journal: Journal, clock: Clock) -> Flask:
    """The visitors' kiosk."""
    return make_kiosk_app(journal, {"CLOCK": clock})


def test_a_visitor_reads_the_notice_at_the_kiosk(kiosk: Flask, journal: Journal) -> None:
    visitor = Browser(kiosk)
    assert 'href="/data-pribadi"' in visitor.get("/").get_data(as_text=True)
    page = visitor.get("/data-pribadi").get_data(as_text=True)
    for part in notice_parts(journal.db, START):
        assert part.title in page
        for said in part.sentences:
            assert said in page.replace("&#39;", "'"), said


def test_the_rooms_are_asked_lowest_first(journal: Journal) -> None:
    assert [kept.find for kept in hooks_of(journal.db).kept if kept.find] == [
        room.kept.find for room in compose.rooms("office") if room.kept.find
    ]
