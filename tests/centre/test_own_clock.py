"""The centre's clock jumped: its pages say so, offices do not go by it, and a person settles it."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.centre import settings
from schema.zone import IN_USE, stored_zone, use_zone
from sync.verification import verify_side
from tests.centre.desk import Desk
from tests.centre.print_centre import EKO, YUNI, PrintCentre, refused
from tests.platform.people import Clock

PAGE = "/pengaturan/pusat/"


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    return Desk(tmp_path, clock)


def test_after_a_long_holiday_the_administrator_settles_it(desk: Desk) -> None:
    assert "clock-warning" not in desk.eko.get("/").get_data(as_text=True)
    desk.clock.forward(days=12)
    desk = desk.again()
    warned = desk.yuni.get("/").get_data(as_text=True)
    assert "Jam komputer ini perlu dipastikan" in warned
    assert "Periksa jam" not in warned  # only whoever may open the page is sent there
    assert "Periksa jam" in desk.eko.get("/").get_data(as_text=True)
    assert "Pastikan jam komputer" in desk.eko.get(PAGE).get_data(as_text=True)
    empty = desk.eko.post(f"{PAGE}jam", {"note": ""})
    assert empty.status_code == 422
    assert "Tulis dengan apa jam dicocokkan." in empty.get_data(as_text=True)
    assert desk.yuni.post(f"{PAGE}jam", {"note": "telepon"}).status_code == 403
    assert desk.eko.post(f"{PAGE}jam", {"note": "Jam dinding dan telepon"}).status_code == 303
    page = desk.eko.get(PAGE).get_data(as_text=True)
    assert "Pastikan jam komputer" not in page
    assert "clock-warning" not in page


def test_settling_is_journalled_on_both_engines(print_centre: PrintCentre) -> None:
    at = print_centre.later(days=30)
    refused(lambda: settings.confirm_clock(print_centre.journal, YUNI, note="telepon", now=at), "forbidden")
    refused(lambda: settings.confirm_clock(print_centre.journal, EKO, note=" ", now=at), "invalid")
    settings.confirm_clock(print_centre.journal, EKO, note="telepon", now=at)
    [entry] = print_centre.journal.about("clock")
    assert (entry.kind, entry.actor, entry.body.note) == ("clock.settled", "eko", "telepon")
    refused(
        lambda: settings.confirm_clock(print_centre.journal, EKO, note="lagi", now=at + timedelta(hours=1)),
        "conflict",
    )


def test_a_centre_east_of_java_chooses_its_zone_before_its_first_dispatch(
    print_centre: PrintCentre, tmp_path: Path
) -> None:
    journal, at = print_centre.journal, print_centre.later(days=1)
    try:
        refused(lambda: settings.change_settings(journal, YUNI, values={"centre.zone": "WITA"}, now=at), "forbidden")
        settings.change_settings(journal, EKO, values={"centre.zone": "WITA"}, now=at)
        assert (settings.get_setting(journal.db, "centre.zone"), IN_USE.name) == ("WITA", "WITA")
        use_zone("WIB")
        assert verify_side(journal, "centre", tmp_path / "ulang.sqlite3").faults == []
        assert IN_USE.name == "WITA", "a replay reckons as the side does"
        assert stored_zone(journal.db, "centre") == "WITA"
    finally:
        use_zone("WIB")
