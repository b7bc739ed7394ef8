"""The centre changes its own keys: who may, what is asked, what stays typed; the exchange takes them up at once."""

import re
from pathlib import Path

import pytest

from app.centre import settings
from app.centre.offices import CentreExchange
from sync.keys import load_or_make_keys
from sync.nodes import own_successions
from sync.verification import verify_side
from tests.centre.desk import Desk
from tests.centre.print_centre import EKO, OFFICE, OTHER, YUNI, PrintCentre, refused
from tests.platform.people import PIN, Clock, keep_pin

PAGE = "/pengaturan/pusat/kunci/"
TYPED = {"way": "announced", "reason": "Pergantian tahunan", "pin": PIN}


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    return Desk(tmp_path, clock)


def with_pin(desk: Desk) -> Desk:
    keep_pin(desk.centre.journal.db, desk.eko.actor.person_id, now=desk.clock())
    return desk


def centre_of(print_centre: PrintCentre, folder: Path) -> CentreExchange:
    """What keeps the keys of a centre, in a folder."""
    load_or_make_keys(folder / "keys", print_centre.journal.source)
    return CentreExchange(print_centre.journal, folder / "keys")


def known_to_offices(desk: Desk) -> object:
    """The public keys that the interface for offices shows."""
    return desk.centre.face().test_client().get("/api/v1/centre").get_json()


def test_the_page_asks_the_pin_and_keeps_what_was_typed(desk: Desk) -> None:
    assert "Anda belum punya PIN" in desk.eko.get(PAGE).get_data(as_text=True)
    with_pin(desk)
    before = known_to_offices(desk)
    for changed, sentence in (
        ({"pin": "000000"}, "PIN tidak cocok"),
        ({"pin": ""}, "Isi PIN."),
        ({"reason": ""}, "Tulis alasannya."),
        ({"way": "entah"}, "Pilih salah satu."),
    ):
        answer = desk.eko.post(PAGE, TYPED | changed)
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert sentence in page
        assert changed.get("reason", "Pergantian tahunan") in page
    assert known_to_offices(desk) == before
    assert settings.list_key_changes(desk.centre.journal) == []


def test_only_the_administrator_changes_keys(desk: Desk) -> None:
    assert desk.yuni.get(PAGE).status_code == 403
    assert desk.yuni.post(PAGE, TYPED).status_code == 403
    assert desk.stranger.get(PAGE).status_code == 303


def test_the_road_speaks_with_the_new_keys_at_once(desk: Desk) -> None:
    before = known_to_offices(desk)
    assert with_pin(desk).eko.post(PAGE, TYPED).status_code == 303
    after = known_to_offices(desk)
    assert after != before
    page = re.sub(r"\s+", " ", desk.eko.get(PAGE).get_data(as_text=True))
    assert desk.centre.desk.keys().public.signer[:16] in page
    assert "Pergantian tahunan (Eko Prabowo; diumumkan dengan kunci sebelumnya)" in page
    again = desk.eko.post(PAGE, TYPED)
    assert again.status_code == 422
    assert "baru saja diganti" in again.get_data(as_text=True)
    assert known_to_offices(desk) == after


def test_after_a_theft_the_page_of_codes_follows(desk: Desk) -> None:
    answer = with_pin(desk).eko.post(PAGE, TYPED | {"way": "stolen"})
    assert answer.headers["Location"] == "/kantor/"
    assert own_successions(desk.centre.desk.open_node()) == []
    assert "tanpa pengumuman, kecamatan mendaftar lagi" in desk.eko.get(PAGE).get_data(as_text=True)


def test_who_still_seals_for_an_earlier_key_is_named(desk: Desk) -> None:
    desk.print_centre.enrol(OTHER)
    mine = desk.centre.desk.keys().public.sealed_to
    for office, key in ((OFFICE, mine), (OTHER, mine)):
        desk.print_centre.db.run("UPDATE road_peer SET seals_to = ? WHERE name = ?", (key, office))
    assert "belum mengenal kunci ini" not in desk.eko.get(PAGE).get_data(as_text=True)
    with_pin(desk).eko.post(PAGE, TYPED)
    fresh = desk.centre.desk.keys().public.sealed_to
    desk.print_centre.db.run("UPDATE road_peer SET seals_to = ? WHERE name = ?", (fresh, OFFICE))
    assert [code for code, _ in settings.list_offices_behind(desk.print_centre.db, fresh)] == [OTHER]
    assert "belum mengenal kunci ini" in desk.eko.get(PAGE).get_data(as_text=True)


def test_the_journal_keeps_the_change_on_both_engines(print_centre: PrintCentre, tmp_path: Path) -> None:
    centre = centre_of(print_centre, tmp_path)
    old = centre.own_keys()

    def change(actor: object = EKO, **changed: str) -> None:
        typed = {"way": "announced", "reason": "Pergantian tahunan"} | changed
        settings.rotate_keys(print_centre.journal, actor, rotate=centre.rotate, now=print_centre.now, **typed)

    refused(lambda: change(YUNI), "forbidden")
    assert set(refused(lambda: change(way="", reason=" "), "invalid").fields) == {"way", "reason"}
    change()
    refused(change, "conflict")
    print_centre.later(days=365)
    change(reason="Tahun berikutnya")
    assert [one.reason for one in settings.list_key_changes(print_centre.journal)] == [
        "Tahun berikutnya",
        "Pergantian tahunan",
    ]
    said = own_successions(centre.open_node())
    assert said[0].before == old.signer
    assert said[-1].signing == centre.keys().public.signing
    another = centre_of(print_centre, tmp_path)
    assert another.own_keys() == centre.own_keys()
    verdict = verify_side(print_centre.journal, "centre", tmp_path / "ulang.sqlite3")
    assert verdict.faults == []


def test_another_process_takes_up_the_new_keys(print_centre: PrintCentre, tmp_path: Path) -> None:
    one, other = centre_of(print_centre, tmp_path), centre_of(print_centre, tmp_path)
    assert one.own_keys() == other.own_keys()
    settings.rotate_keys(
        print_centre.journal, EKO, way="announced", reason="Uji", rotate=one.rotate, now=print_centre.now
    )
    assert one.own_keys() == other.own_keys()
