"""Villages over the network: real HTTP on the loopback, what comes and goes, and whom nobody answers."""

import shutil
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import requests
from flask import Flask

from app.casework.desk.tables import CaseFile, Draft
from app.casework.villages import network, own_network, service
from app.casework.villages.events import WITHDRAWN
from app.casework.villages.files import DRAFTS, KnownList, Withdrawn, seal_lines
from app.casework.villages.own_folder import VillageFolder
from app.casework.villages.own_network import VillageClock, exchange_with_office, join_office
from app.casework.villages.tables import VillageContact
from app.cli.serving import Running, free_port
from app.core.problems import Problem
from schema.body_limits import BODY_LIMIT
from sync import keys
from sync.enrolment import EnrolmentCode
from sync.problems import CarrierError, SyncError
from sync.verification import verify_side
from tests.casework.villages.conftest import Counter, Line
from tests.casework.villages.test_drafts import register, typed, waiting
from tests.platform.people import KRAI, MUNDER
from tests.services.ktp.desk import Desk


def states(own: VillageFolder) -> dict[str, tuple[str, str]]:
    told = own.newest()
    assert told is not None
    return {fate.code: (fate.state, fate.reason or fate.number) for fate in told.fates}


def send(line: Line, own: VillageFolder, *lines: msgspec.Struct) -> bytes:
    """What a village with its own key may send, whatever it is."""
    sealed = seal_lines(own.keys(), own.office(), DRAFTS, lines, epoch=1, now=line.desk.now)
    where = f"{own.keys().node}/drafts"
    return own_network.ask_office(line.running.address, where, sealed, own.keys(), own.office())


# -- the way there and back --------------------------------------------------------------------------------------------


def test_a_code_lets_a_village_in_and_a_draft_comes_back_as_a_case(
    line: Line, near: VillageFolder, desk: Desk, web: Flask, tmp_path: Path
) -> None:
    told = near.newest()
    assert told is not None
    assert [offered.id for offered in told.services] == ["ktp-el"]
    form = typed(desk, near)
    assert exchange_with_office(near, desk.now) == "1 draf dikirim. Daftar dari kecamatan diperbarui."
    assert states(near) == {form.code: ("waiting", "")}
    case = register(desk, web, waiting(desk.journal.db)[0].id)
    assert case is not None
    exchange_with_office(near, desk.now)
    assert states(near) == {form.code: ("registered", case.number)}
    known = near.newest()
    assert known is not None
    assert [each.number for each in known.cases] == [case.number]
    assert near.drafts() == []
    assert verify_side(desk.journal, "office", tmp_path / "leer.sqlite3").faults == []


def test_a_question_without_news_is_answered_with_nothing_and_written_nowhere(
    line: Line, near: VillageFolder, desk: Desk
) -> None:
    """kolibri#7270: rounds that bring nothing left something behind each time."""
    desk.open(village=MUNDER)
    exchange_with_office(near, desk.now)
    before, lists = (
        desk.journal.tail(desk.journal.source, desk.journal.epoch, "office"),
        line.entries("village.list_sealed"),
    )
    for _ in range(12):
        desk.now += timedelta(hours=1)
        assert exchange_with_office(near, desk.now) == "Tidak ada yang baru di kecamatan."
    assert desk.journal.tail(desk.journal.source, desk.journal.epoch, "office") == before
    assert (lists, len(list(near.folder.rglob("*.json")))) == (2, 5)
    contact = VillageContact.first(desk.journal.db, village=MUNDER)
    assert contact is not None
    assert contact.at == desk.now.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_the_journal_names_a_case_once_however_often_its_village_is_told(
    line: Line, near: VillageFolder, desk: Desk
) -> None:
    for _ in range(3):
        desk.open(village=MUNDER)
        exchange_with_office(near, desk.now)
    rows = desk.journal.db.run(
        "SELECT CAST(b.body AS TEXT) FROM journal j JOIN journal_body b ON b.id = j.id"
        " WHERE j.kind = 'village.list_sealed' ORDER BY j.id"
    )
    bodies = [msgspec.json.decode(body) for (body,) in rows]
    assert [(len(body["case_ids"]), body.get("again", 0)) for body in bodies] == [(0, 0), (1, 0), (1, 1), (1, 2)]
    cases = [row[0] for row in desk.journal.db.run("SELECT cases FROM village_list ORDER BY id")]
    assert cases == [0, 1, 2, 3], "the page says how many the list held"


def test_a_list_whose_answer_was_cut_comes_with_the_next_question(
    line: Line, near: VillageFolder, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open(village=MUNDER)
    monkeypatch.setattr(near, "open_list", lambda _sealed: (_ for _ in ()).throw(CarrierError("cut_answer")))
    with pytest.raises(CarrierError):
        exchange_with_office(near, desk.now)
    monkeypatch.undo()
    lists = line.entries("village.list_sealed")
    assert exchange_with_office(near, desk.now) == "Daftar dari kecamatan diperbarui."
    assert line.entries("village.list_sealed") == lists, "the same list, not another one"
    told = near.newest()
    assert told is not None
    assert len(told.cases) == 1


def test_stick_and_network_may_be_mixed(line: Line, near: VillageFolder, desk: Desk, counter: Counter) -> None:
    form = typed(desk, near)
    near.write_drafts(counter.stick, desk.now)
    exchange_with_office(near, desk.now)
    assert (counter.take().repeated, len(waiting(desk.journal.db))) == (1, 1)
    counter.list_for(MUNDER)
    near.read_list(counter.stick)
    assert exchange_with_office(near, desk.now) == "Tidak ada yang baru di kecamatan."
    assert states(near) == {form.code: ("waiting", "")}


# -- a draft that the village takes back -------------------------------------------------------------------------------


def test_a_draft_that_waits_is_taken_back(line: Line, near: VillageFolder, desk: Desk) -> None:
    form = typed(desk, near)
    exchange_with_office(near, desk.now)
    near.take_back(form.code)
    exchange_with_office(near, desk.now)
    assert (waiting(desk.journal.db), states(near)) == ([], {form.code: ("returned", WITHDRAWN)})
    assert (near.drafts(), near.taken_back()) == ([], [])


def test_what_was_taken_back_before_it_came_is_not_taken(
    line: Line, near: VillageFolder, desk: Desk, counter: Counter
) -> None:
    """getodk/central#669: what came before the thing that it was about."""
    form = typed(desk, near)
    name, _ = near.write_drafts(counter.stick, desk.now)
    near.take_back(form.code)
    exchange_with_office(near, desk.now)
    assert (counter.stick / name).exists()
    assert (counter.take().taken, waiting(desk.journal.db)) == (0, [])


def test_what_became_a_case_is_not_taken_back(line: Line, near: VillageFolder, desk: Desk, web: Flask) -> None:
    form = typed(desk, near)
    exchange_with_office(near, desk.now)
    near.take_back(form.code)
    case = register(desk, web, waiting(desk.journal.db)[0].id)
    assert case is not None
    exchange_with_office(near, desk.now)
    assert states(near) == {form.code: ("registered", case.number)}
    assert near.taken_back() == []
    assert CaseFile.first(desk.journal.db, id=case.id) is not None


def test_a_file_that_takes_back_and_brings_the_same_draft_brings_nothing(
    line: Line, near: VillageFolder, desk: Desk
) -> None:
    form = typed(desk, near)
    send(line, near, Withdrawn(form.code), form, Withdrawn(form.code))
    other = typed(desk, near)
    send(line, near, other, Withdrawn(other.code), other)
    assert waiting(desk.journal.db) == []


# -- whom nobody answers -----------------------------------------------------------------------------------------------


def test_nobody_is_answered_until_it_is_chosen(line: Line, near: VillageFolder, desk: Desk, tmp_path: Path) -> None:
    code = line.code(KRAI)
    line.turn_on("")
    with pytest.raises(SyncError) as off:
        exchange_with_office(near, desk.now)
    assert off.value.code == "village_network_off"
    with pytest.raises(SyncError):
        join_office(VillageFolder(tmp_path / "krai"), KRAI, code, desk.now)
    assert requests.get(f"http://{line.running.address}/api/v1/villages/key", timeout=5).status_code == 404
    with pytest.raises(Problem) as none:
        line.code(MUNDER)
    assert "alamat" in none.value.sentence


def test_a_village_hears_of_its_kecamatan_not_of_a_centre(near: VillageFolder, desk: Desk) -> None:
    near.keep_address(f"127.0.0.1:{free_port(0)}")
    with pytest.raises(CarrierError) as away:
        exchange_with_office(near, desk.now)
    assert away.value.code == "offline"
    assert away.value.sentence.startswith("Kecamatan tidak terjangkau.")


def test_a_village_that_the_kecamatan_does_not_have_is_told_so(line: Line, desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(SyncError, match="Periksa 10 angka kode desanya"):
        join_office(VillageFolder(tmp_path / "desa"), "3508990099", line.code(MUNDER), desk.now)


@pytest.mark.parametrize("address", ["dua kata", "https://x/y", "ftp://a", "a" * 91, "http://", "a:1"])
def test_an_address_that_no_village_could_ask_is_refused(line: Line, address: str) -> None:
    with pytest.raises(Problem):
        line.turn_on(address)


def test_a_code_is_good_for_one_computer_of_one_village(line: Line, desk: Desk, tmp_path: Path) -> None:
    code = line.code(MUNDER)
    with pytest.raises(SyncError) as other:
        join_office(VillageFolder(tmp_path / "krai"), KRAI, code, desk.now)
    assert other.value.code == "code_office"
    first = VillageFolder(tmp_path / "satu")
    join_office(first, MUNDER, code, desk.now)
    join_office(first, MUNDER, code, desk.now)
    assert line.entries("village.key_noted") == 1, "typed twice, noted once"
    second = VillageFolder(tmp_path / "dua")
    with pytest.raises(SyncError) as used:
        join_office(second, MUNDER, code, desk.now)
    assert (used.value.code, second.address()) == ("code_used", "")
    desk.now += timedelta(days=7)
    late = line.code(KRAI)
    desk.now += timedelta(days=7)
    with pytest.raises(SyncError) as expired:
        join_office(VillageFolder(tmp_path / "krai"), KRAI, late, desk.now)
    assert expired.value.code == "code_expired"


def test_a_replaced_computer_is_let_in_and_the_one_before_no_more(
    line: Line, near: VillageFolder, desk: Desk, tmp_path: Path
) -> None:
    """open-msupply#11908, over the network: the new one works at once, the stolen one is refused, with its old code
    too."""
    form = typed(desk, near)
    exchange_with_office(near, desk.now)
    first = line.code(MUNDER)
    fresh = VillageFolder(tmp_path / "baru")
    join_office(fresh, MUNDER, first, desk.now)
    exchange_with_office(fresh, desk.now)
    assert states(fresh) == {form.code: ("waiting", "")}
    typed(desk, near)
    with pytest.raises(SyncError) as gone:
        exchange_with_office(near, desk.now)
    assert gone.value.code == "village_unknown"
    third = line.joined(tmp_path / "ketiga", MUNDER)
    with pytest.raises(SyncError) as again:
        join_office(fresh, MUNDER, first, desk.now)
    assert again.value.code == "code_replaced"
    assert exchange_with_office(third, desk.now) == "Tidak ada yang baru di kecamatan."
    assert len(waiting(desk.journal.db)) == 1


def test_the_kecamatan_is_the_one_of_the_code(line: Line, desk: Desk, tmp_path: Path) -> None:
    """Whoever stands between them has other keys than those that the code names."""
    code = line.code(MUNDER)
    shutil.rmtree(line.exchange.keys)
    with pytest.raises(SyncError) as wrong:
        join_office(VillageFolder(tmp_path / "desa"), MUNDER, code, desk.now)
    assert wrong.value.code in ("code_centre", "no_keys")


def test_a_kecamatan_with_new_keys_tells_its_villages_what_to_do(
    line: Line, near: VillageFolder, desk: Desk, tmp_path: Path
) -> None:
    """A replaced PC of the office, whose keys stand in no backup: new codes, and nothing that was typed is lost."""
    form = typed(desk, near)
    shutil.rmtree(line.exchange.keys)
    with pytest.raises(SyncError) as changed:
        exchange_with_office(near, desk.now)
    assert (changed.value.code, [each.code for each in near.drafts()]) == ("village_unknown", [form.code])
    join_office(near, MUNDER, line.code(MUNDER), desk.now)
    exchange_with_office(near, desk.now)
    assert [draft.brought for draft in waiting(desk.journal.db)] == [form.code]


def test_no_village_speaks_for_another(line: Line, near: VillageFolder, desk: Desk, tmp_path: Path) -> None:
    krai = line.joined(tmp_path / "krai", KRAI)
    form = typed(desk, krai)
    sealed = krai.seal_due([KnownList(0, 0), form], desk.now)
    for own, where in ((krai, MUNDER), (near, MUNDER)):
        with pytest.raises(SyncError):
            own_network.ask_office(line.running.address, f"{where}/drafts", sealed, own.keys(), own.office())
    moved = msgspec.structs.replace(form, fields={**form.fields, "village": MUNDER})
    send(line, krai, KnownList(0, 0), moved)
    assert waiting(desk.journal.db) == []


def test_a_request_is_refused_before_it_is_opened_unless_its_village_signed_it(
    line: Line, near: VillageFolder, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed, target = near.seal_due([typed(desk, near)], desk.now), f"/api/v1/villages/{MUNDER}/drafts"
    good = keys.sign_text(near.keys(), keys.signed_request_text("POST", target, sealed, near.office().signer))
    monkeypatch.setattr(network, "open_lines", lambda *_given: pytest.fail("opened"))
    for signature, body in (("", sealed), (good, sealed + b"x"), ("x" * 86, sealed), ("\u00e9", sealed)):
        answer = requests.post(
            f"http://{line.running.address}{target}",
            data=body,
            headers={keys.SIGNATURE_HEADER: signature.encode("latin-1")},
            timeout=5,
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "village_unknown")
    unknown = requests.post(f"http://{line.running.address}/api/v1/villages/%00/drafts", data=b"x", timeout=5)
    assert unknown.status_code == 403


def test_a_request_that_is_played_back_doubles_nothing(line: Line, near: VillageFolder, desk: Desk) -> None:
    form = typed(desk, near)
    for _ in range(3):
        send(line, near, KnownList(0, 0), form)
    assert len(waiting(desk.journal.db)) == 1
    assert line.entries("village.draft_taken") == 1
    for _ in range(3):
        send(line, near, KnownList(0, 0), Withdrawn(form.code))
    assert waiting(desk.journal.db) == []
    assert line.entries("village.draft_taken") == 2


def test_an_answer_that_the_kecamatan_did_not_sign_counts_for_nothing(
    line: Line, near: VillageFolder, desk: Desk
) -> None:
    """Whoever stands between them says that there is nothing new."""
    between = Flask("between")
    between.extensions[BODY_LIMIT] = lambda: 1 << 20
    between.add_url_rule("/<path:where>", view_func=lambda where: b"", methods=["POST"])
    running = Running(between, 0)
    near.keep_address(running.address)
    try:
        with pytest.raises(CarrierError) as unsigned:
            exchange_with_office(near, desk.now)
    finally:
        running.stop()
    assert unsigned.value.code == "cut_answer"


def test_a_body_larger_than_a_file_is_refused(line: Line) -> None:
    where = f"http://{line.running.address}/api/v1/villages"
    large = requests.post(f"{where}/{MUNDER}/drafts", data=b"x" * (5 << 20), timeout=20)
    assert large.json()["code"] == "too_big"
    assert requests.post(f"{where}/key", data=b"x" * 20_000, timeout=5).status_code == 413
    assert requests.get(f"{where}/nothing", timeout=5).json()["code"] == "bad_request"
    assert requests.post(f"{where}/key", data=b"x", timeout=5).status_code in (400, 415)


def test_a_flood_of_codes_ends_with_the_day(
    line: Line, near: VillageFolder, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_A_DAY", 5)
    for start in range(0, 60, 20):
        send(line, near, KnownList(0, 0), *[Withdrawn(f"{n:032x}") for n in range(start, start + 20)])
    assert desk.journal.db.one("SELECT count(*) FROM brought_draft") == (5,)
    form = typed(desk, near)
    exchange_with_office(near, desk.now)
    assert waiting(desk.journal.db) == []
    desk.now += timedelta(days=1)
    exchange_with_office(near, desk.now)
    assert [draft.brought for draft in waiting(desk.journal.db)] == [form.code], "nothing is lost by it"


# -- what comes back from old days -------------------------------------------------------------------------------------


def test_a_kecamatan_that_lost_its_drafts_gets_them_again(line: Line, near: VillageFolder, desk: Desk) -> None:
    form = typed(desk, near)
    exchange_with_office(near, desk.now)
    Draft.remove(desk.journal.db, brought=form.code)
    exchange_with_office(near, desk.now)
    exchange_with_office(near, desk.now)
    assert [draft.brought for draft in waiting(desk.journal.db)] == [form.code]
    assert states(near) == {form.code: ("waiting", "")}


# -- by itself ---------------------------------------------------------------------------------------------------------


def test_the_village_asks_by_itself_and_waits_longer_while_nobody_answers(
    line: Line, near: VillageFolder, desk: Desk
) -> None:
    clock = VillageClock(near, lambda: desk.now)
    assert clock.tick(desk.now)
    assert not clock.tick(desk.now + timedelta(minutes=14))
    assert clock.tick(desk.now + timedelta(minutes=15))
    line.turn_on("")
    waits, now = [], desk.now + timedelta(hours=1)
    for _ in range(6):
        assert clock.tick(now)
        assert clock.next_at is not None
        waits.append((clock.next_at - now) // timedelta(minutes=1))
        now = clock.next_at
    assert waits == [15, 30, 60, 120, 120, 120]
    assert "tidak menjawab desa" in clock.said
    assert clock.tick(now - timedelta(days=400)), "a clock that fell back stops nothing"
    assert not VillageClock(VillageFolder(near.folder / "lain"), lambda: now).tick(now), "never joined"


def test_a_key_that_another_village_has_is_refused(line: Line, near: VillageFolder, desk: Desk) -> None:
    token = EnrolmentCode.read(line.code(KRAI)).token.hex()
    request = network.EnrolRequest(token, msgspec.structs.replace(near.keys().public, node=KRAI), KRAI, 1)
    with pytest.raises(SyncError) as refused, desk.journal.transaction():
        network.admit_keys(desk.journal, request, desk.now)
    assert refused.value.code == "code_unknown"
    assert line.entries("village.key_noted") == 1
