"""Clause 8: what the standard asks, what is there, what works; what breaks stands on desks until it is whole again."""

import random
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.casework.resources import queries, service
from app.casework.resources.events import DeviceNoted
from app.casework.resources.tables import FacilityItem
from app.core.problems import Problem
from schema.database import first_value
from schema.definitions import load_all
from schema.profiles import load_profile
from tests.platform.office.adopting import put_in_force, replayed
from tests.platform.people import CAST, START, Browser
from tests.services.ktp.desk import Desk

EIGHT = (
    ("8.1", "Komputer", 1),
    ("8.2", "Alat Pemindai Mata", 1),
    ("8.3", "Kamera", 1),
    ("8.4", "Alat Sidik Jari", 1),
    ("8.5", "Alat tandatangan elektronik", 1),
    ("8.6", "Buku Register", 1),
    ("8.7", "Meja", 3),
    ("8.8", "Kursi", 3),
)
"""Clause 8 of the seed (004), by hand."""
TODAY = START.date()


def line(desk: Desk, name: str, on: date = TODAY) -> queries.FacilityLine:
    return next(one for one in queries.facility_lines(desk.journal.db, on) if one.name == name)


def add(desk: Desk, name: str, count: int = 1, by: str = "ratna", on: date | None = None) -> list[int]:
    return service.add_items(desk.journal, desk.who(by), name=name, count=count, on=on, now=desk.now)


def change(
    desk: Desk, item_id: int, state: str, note: str = "Teknisi", by: str = "ratna", **more: object
) -> int | None:
    return service.change_state(
        desk.journal,
        desk.who(by),
        item_id=item_id,
        state=state,
        note=note,
        now=desk.now,
        **more,
    )


def page(browser: Browser, path: str = "/") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def test_all_eight_stand_there_with_the_numbers_of_the_standard(desk: Desk, web: Flask) -> None:
    lines = queries.facility_lines(desk.journal.db, TODAY)
    assert [(one.asked[0].clause, one.name, one.required) for one in lines] == list(EIGHT)
    assert not any(one.short for one in lines)
    for _, name, count in EIGHT[:7]:
        add(desk, name, count)
    assert "1 sarana belum dicatat" in page(Browser(web, "ratna"))
    add(desk, "kursi", 2)
    assert line(desk, "Kursi").sentence == "Kursi: diperlukan 3, berfungsi 2 sejak 12 Maret 2026"
    shown = page(Browser(web, "ida"), "/sarana")
    assert "Kursi: diperlukan 3, berfungsi 2 sejak 12 Maret 2026" in shown
    assert "Meja 8.7 KTP-el 3 3 3 Cukup" in shown
    assert "Catat barang" not in shown


def test_a_broken_camera_stands_on_every_desk_it_stops_until_it_works_again(desk: Desk, web: Flask) -> None:
    camera = add(desk, "Kamera", on=date(2026, 1, 5))[0]
    desk.complete()
    desk.complete()
    change(desk, camera, "broken", "Lensa retak", by="oki", on=date(2026, 3, 10))
    told = "Kamera: diperlukan 1, berfungsi 0 sejak 10 Maret 2026. Lensa retak. 2 berkas menunggu di langkah"
    for who in ("oki", "budi", "ratna"):
        assert told in page(Browser(web, who)), who
    assert "Kamera: diperlukan" not in page(Browser(web, "ida"))
    watched = page(Browser(web, "ratna"), "/pengawasan/")
    assert "1 jenis sarana kurang" in watched
    assert "2 berkas menunggu di langkah" in watched
    assert "Kamera" in page(Browser(web, "ratna"), "/keadaan/")
    assert "Lensa retak" in page(Browser(web, "oki"), "/perekaman/")
    change(desk, camera, "sent", "Servis resmi")
    assert line(desk, "Kamera").sentence.endswith("sejak 10 Maret 2026. Lensa retak")
    change(desk, camera, "working", "Lensa diganti", cost=0)
    assert not line(desk, "Kamera").short
    for who in ("oki", "ratna"):
        assert "Kamera: diperlukan" not in page(Browser(web, who)), who
    history = page(Browser(web, "oki"), f"/sarana/barang/{camera}")
    for part in ("Rusak Selasa, 10 Maret 2026", "Dikirim Kamis, 12 Maret 2026: Servis resmi", "Lensa diganti , Rp0"):
        assert part.replace(" ,", ",") in history, part


def test_a_device_that_nobody_chose_is_asked_for(web: Flask) -> None:
    """Where the standard names no device the page offers no form; a post without one is answered with a sentence."""
    answer = Browser(web, "oki").post("/perekaman/alat", {"works": "0", "note": "Mati"})
    assert answer.status_code == 422
    assert "Pilih alat dari daftar." in answer.text


def test_the_recorder_page_and_the_register_are_one_truth(desk: Desk, web: Flask) -> None:
    oki = Browser(web, "oki")
    assert oki.post("/perekaman/alat", {"name": "Kamera", "works": "0", "note": "Lensa retak"}).status_code == 303
    listed = line(desk, "Kamera")
    assert (len(listed.items), listed.working, listed.fault) == (1, 0, "Lensa retak")
    assert oki.post("/perekaman/alat", {"name": "Kamera", "works": "0", "note": "Lagi"}).status_code == 422
    change(desk, listed.items[0].id, "working")
    assert "Lensa retak" not in page(oki, "/perekaman/")
    change(desk, listed.items[0].id, "broken", "Lampu kilat mati")
    assert "Lampu kilat mati" in page(oki, "/perekaman/")


def test_a_note_of_an_earlier_program_counts_until_something_is_listed(desk: Desk, tmp_path: Path) -> None:
    old = DeviceNoted("Alat tanda tangan elektronik", works=False, note="Layar pecah", since="2026-02-03")
    with desk.journal.transaction():
        desk.journal.record(old, subject="device", actor="oki", at=desk.now)
    pad = line(desk, "Alat tandatangan elektronik")
    assert pad.sentence.endswith("berfungsi 0 sejak 3 Februari 2026. Layar pecah")
    add(desk, "Alat tandatangan elektronik")
    assert not line(desk, "Alat tandatangan elektronik").short
    again = replayed(desk.journal, tmp_path / "again.sqlite3")
    assert again.run("SELECT * FROM device").fetchall() == desk.journal.db.run("SELECT * FROM device").fetchall()


def test_a_standard_adopted_before_stops_were_written_still_knows_its_recorders(desk: Desk) -> None:
    text = (Path("schema/services/ktp-el.toml")).read_text(encoding="utf-8").replace('stops = ["record"]\n', "")
    put_in_force(desk.journal, text.replace('revision = "01"', 'revision = "02"'), on=date(2026, 2, 1))
    needed = queries.lines_needed_for(desk.journal.db, "ktp-el", "record", TODAY)
    assert [one.name for one in needed] == [name for _, name, _ in EIGHT[:5]]


def test_two_services_may_share_a_thing_and_more_must_not_be_asked_than_each_says(desk: Desk) -> None:
    market = Path("tests/services/izin-kios-pasar.toml").read_text(encoding="utf-8")
    assert "[[facilities]]" not in market
    more = '\n[[facilities]]\nclause = "8.1"\nname = "komputer"\nquantity = 2\nunit = "buah"\n'
    put_in_force(desk.journal, market + more, on=date(2026, 2, 1))
    shared = line(desk, "Komputer")
    assert [(one.clause, one.quantity) for one in shared.asked] == [("8.1", 1), ("8.1", 2)]
    assert shared.required == 2


# -- every move by everybody ---------------------------------------------------------------------------------------


def test_each_move_is_refused_to_everybody_else_and_in_every_other_state(desk: Desk) -> None:
    items = {state: add(desk, "Meja")[0] for state in service.STATES}
    for state in ("broken", "sent", "replaced"):
        change(desk, items[state], "broken", "Kaki patah")
    change(desk, items["sent"], "sent")
    change(desk, items["replaced"], "replaced")
    change(desk, items["written_off"], "written_off")
    rights = load_profile().rights
    allowed = {
        "broken": {"working"},
        "sent": {"broken"},
        "working": {"broken", "sent"},
        "replaced": {"broken", "sent"},
        "written_off": {"working", "broken", "sent"},
    }
    before = len(FacilityItem.rows(desk.journal.db))
    for state, befores in allowed.items():
        noting = state in ("broken", "working")
        able = rights["facility.manage"] | (rights["device.note"] if noting else frozenset())
        for who, person in CAST.items():
            for held, item_id in items.items():
                if able & set(person["roles"]) and held in befores:
                    continue
                with pytest.raises(Problem) as refused:
                    change(desk, item_id, state, by=who)
                wanted = "state" if able & set(person["roles"]) else "forbidden"
                assert refused.value.code == wanted, (state, who, held)
    for who, person in CAST.items():
        if not rights["facility.manage"] & set(person["roles"]):
            for try_it in (lambda: add(desk, "Meja", by=who), lambda: describe(desk, items["working"], who)):  # noqa: B023
                with pytest.raises(Problem) as refused:
                    try_it()
                assert refused.value.code == "forbidden"
    assert len(FacilityItem.rows(desk.journal.db)) == before


def describe(desk: Desk, item_id: int, by: str, label: str = "INV-1") -> None:
    service.describe_item(desk.journal, desk.who(by), item_id=item_id, label=label, place="", now=desk.now)


@pytest.mark.parametrize(
    ("field", "attempt"),
    [
        ("note", lambda desk, item: change(desk, item, "broken", "  ")),
        ("on", lambda desk, item: change(desk, item, "broken", on=TODAY + timedelta(days=1))),
        ("on", lambda desk, item: change(desk, item, "broken", on=TODAY - timedelta(days=1))),
        ("cost", lambda desk, item: change(desk, item, "broken", cost=-1)),
        ("state", lambda desk, item: change(desk, item, "describe")),
        ("count", lambda desk, item: add(desk, "Meja", 51)),
        ("name", lambda desk, item: add(desk, "!!!")),
        ("label", lambda desk, item: describe(desk, add(desk, "Meja")[0], "ratna")),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(desk: Desk, field: str, attempt: Callable[[Desk, int], None]) -> None:
    item = add(desk, "Meja")[0]
    describe(desk, item, "ratna")
    with pytest.raises(Problem) as refused:
        attempt(desk, item)
    assert field in refused.value.fields
    held = FacilityItem.first(desk.journal.db, id=item)
    assert held is not None
    assert held.state == "working"


def test_a_form_sent_twice_lists_nothing_twice(desk: Desk, web: Flask) -> None:
    ratna, sent = Browser(web, "ratna"), {"name": "Meja", "count": "3", "seen": "0"}
    assert [ratna.post("/sarana", sent).status_code for _ in range(2)] == [303, 422]
    assert len(line(desk, "Meja").items) == 3
    other = {"name": "+", "other": "Kipas angin", "count": "1", "seen": "3"}
    assert ratna.post("/sarana", other).status_code == 303
    assert "Kipas angin di luar standar 0 1 1 Cukup" in page(ratna, "/sarana")


def test_a_button_pressed_twice_breaks_a_thing_once(desk: Desk, web: Flask) -> None:
    item, oki = add(desk, "Kamera")[0], Browser(web, "oki")
    sent = {"broken-note": "Lensa retak"}
    assert [oki.post(f"/sarana/barang/{item}/broken", sent).status_code for _ in range(2)] == [303, 422]
    assert first_value(desk.journal.db, "SELECT count(*) FROM repair") == 1
    refused = oki.post(f"/sarana/barang/{item}/written_off", {"written_off-note": "Hilang"})
    assert refused.status_code == 403
    wrong = Browser(web, "ratna").post(
        f"/sarana/barang/{item}/working", {"working-note": "Selesai", "working-cost": "x"}
    )
    assert wrong.status_code == 422
    assert "Selesai" in wrong.get_data(as_text=True)


def test_a_replaced_thing_leaves_its_place_to_the_new_one(desk: Desk) -> None:
    item = add(desk, "Kamera")[0]
    describe(desk, item, "ratna")
    change(desk, item, "broken", "Hangus")
    new = change(desk, item, "replaced", "Kamera baru", cost=2_500_000)
    assert new is not None
    assert not line(desk, "Kamera").short
    describe(desk, new, "ratna")
    assert [one.label for one in line(desk, "Kamera").items] == ["INV-1"]


def test_the_first_day_is_that_of_counting_every_day(desk: Desk) -> None:
    """Random years of three desks: the first day of the shortage, day by day, and the tables of a replay."""
    chance, first = random.Random(4), date(2026, 1, 1)
    for round_ in range(3):
        desk_now = datetime(2026, 1, 1, 3, tzinfo=START.tzinfo)
        name, working = f"Meja {round_}", dict[int, list[date | None]]()
        required, history = 2, list[tuple[date, int]]()
        for day in (first + timedelta(days=n) for n in range(60)):
            desk_now = datetime(day.year, day.month, day.day, 3, tzinfo=START.tzinfo)
            act = service_at(desk, desk_now)
            live = [row for row in FacilityItem.rows(desk.journal.db, name=name) if row.state in queries.LIVE]
            if day == first:
                service.add_items(desk.journal, desk.who("ratna"), name=name, count=3, now=desk_now)
            elif live and chance.random() < 0.3:
                one = chance.choice(live)
                act(one.id, chance.choice(["broken"] if one.state == "working" else ["working", "working", "replaced"]))
            rows = FacilityItem.rows(desk.journal.db, name=name, state="working")
            history.append((day, len(rows)))
        assert not working
        lacking = next((n for n, (_, count) in enumerate(reversed(history)) if count >= required), len(history))
        wanted = history[-lacking][0].isoformat() if lacking else ""
        items = FacilityItem.rows(desk.journal.db, name=name, order="id")
        spans = queries.out_of_order_spans(desk.journal.db)
        broken = [span for item in items for span in spans.get(item.id, [])]
        assert queries.first_short_day([queries.used_span(item) for item in items], broken, required) == wanted


def service_at(desk: Desk, now: datetime) -> Callable[[int, str], None]:
    def act(item_id: int, state: str) -> None:
        said = {"item_id": item_id, "state": state, "note": "Patah", "now": now}
        service.change_state(desk.journal, desk.who("ratna"), **said)

    return act


def test_every_step_that_a_shipped_service_stops_is_one_of_its_own() -> None:
    for definition in load_all().values():
        assert {step for facility in definition.facilities for step in facility.stops} <= {
            known_step.id for known_step in definition.steps
        }


def test_a_label_is_of_one_thing_and_what_broke_is_said(desk: Desk) -> None:
    def wrong(act: Callable[[], object]) -> set[str]:
        try:
            act()
        except Problem as problem:
            return set(problem.fields)
        return set()

    ratna, given = desk.who("ratna"), {"name": "Kursi", "now": desk.now}
    assert wrong(lambda: service.add_items(desk.journal, ratna, count=2, label="INV-7", **given)) == {"label"}
    assert wrong(lambda: service.add_items(desk.journal, ratna, count=1, label="INV-7", **given)) == set()
    assert wrong(lambda: service.add_items(desk.journal, ratna, count=1, **(given | {"name": "---"}))) == {"name"}
    oki, camera = desk.who("oki"), {"name": "Kamera", "now": desk.now}
    assert wrong(lambda: service.note_facility(desk.journal, oki, works=False, note="", **camera)) == {"note"}
    assert wrong(lambda: service.note_facility(desk.journal, oki, works=False, note="Retak", **camera)) == set()
    assert wrong(lambda: service.note_facility(desk.journal, oki, works=False, note="Retak", **camera)) == {"name"}
    assert wrong(lambda: service.note_facility(desk.journal, oki, works=True, note="", **camera)) == set()
    other = camera | {"name": "Meja"}
    assert wrong(lambda: service.note_facility(desk.journal, oki, works=True, note="", **other)) == {"name"}
