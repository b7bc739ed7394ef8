"""A new code of one partner leaves the other as it was: by network, by stick, after a restore, in both orders."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.platform.office.exchange import OfficeExchange
from sync.evidence import begin_after_restore
from sync.nodes import peer_keys, read_peers
from sync.problems import SyncReport
from sync.runs import sync_to_folder
from tests.browser import served
from tests.centre.test_there_and_back import without_keeping
from tests.platform.people import Clock
from tests.services.ktm.desk import CardDesk
from tests.services.ktm.test_bank import Bank
from tests.services.ktp.desk import Desk as CardsOfPeople

CODES = ("dukcapil-3508", "bank-3508")
OFFICE = "350899"
Partners = dict[str, Bank]


@pytest.fixture
def partners(tmp_path: Path, clock: Clock) -> Iterator[Partners]:
    """A print centre and a bank, each on its own port."""
    with ExitStack() as stack:
        made = {}
        for code in CODES:
            made[code] = Bank(tmp_path / code, clock)
            address = stack.enter_context(served(without_keeping(made[code].centre)))
            made[code].found(address, code=code, name=f"Mitra {code.title()}")
        yield made


def exchange(desk: CardDesk) -> OfficeExchange:
    return OfficeExchange(desk.journal, desk.folder)


def enrol(desk: CardDesk, partner: Bank) -> None:
    report = exchange(desk).enrol(partner.invite(), desk.now)
    assert report.ok, report.sentences


def send_to_both(desk: CardDesk, n: int) -> None:
    """One more line for each of the two."""
    desk.send(desk.register(n))
    people = CardsOfPeople(desk.journal, desk.now, made=n * 10)
    people.send(people.ready())


def counts(partners: Partners) -> list[int]:
    return [len(partners[code].lines()) for code in CODES]


def refused(partners: Partners) -> list[int]:
    """How often each partner has refused something of the office."""
    sql = "SELECT coalesce(sum(count), 0) FROM road_refusal"
    rows = (partners[code].centre.journal.db.one(sql) for code in CODES)
    return [int(row[0]) for row in rows if row]


@pytest.mark.parametrize("order", [CODES, CODES[::-1]], ids=["dukcapil first", "bank first"])
def test_a_new_code_of_one_changes_nothing_for_the_other(
    desk: CardDesk, partners: Partners, order: tuple[str, str]
) -> None:
    for code in order:
        enrol(desk, partners[code])
    send_to_both(desk, 1)
    assert exchange(desk).sync(desk.now).ok
    assert counts(partners) == [1, 1]
    for turn, code in enumerate([*order, order[0], order[0], order[1]], start=2):
        other = next(one for one in CODES if one != code)
        known = peer_keys(partners[other].centre.journal.db, OFFICE)
        enrol(desk, partners[code])
        send_to_both(desk, turn)
        report = exchange(desk).sync(desk.now)
        assert report.ok, report.sentences
        assert counts(partners) == [turn, turn]
        after = peer_keys(partners[other].centre.journal.db, OFFICE)
        assert [key.keys for key in after] == [key.keys for key in known], "the other knows the keys of before"
    assert refused(partners) == [0, 0]
    folder = desk.folder / "keys"
    assert sorted(path.name for path in (folder / "mitra").iterdir()) == sorted(CODES)
    assert not list((folder / "menunggu").iterdir())


def carry(desk: CardDesk, partners: Partners, stick: Path, clock: Clock) -> list[SyncReport]:
    """The stick goes from the office to both partners and back."""
    office = exchange(desk)
    reports = [sync_to_folder(office.open_node(), stick, desk.now)]
    for code in CODES:
        reports.append(partners[code].centre.desk.read_stick(stick, clock()))
        reports.append(partners[code].centre.desk.write_stick(stick, clock()))
    reports.append(office.read_stick(str(stick), desk.now))
    return reports


@pytest.mark.parametrize("order", [CODES, CODES[::-1]], ids=["dukcapil first", "bank first"])
def test_two_codes_are_under_way_on_one_stick(
    desk: CardDesk, partners: Partners, clock: Clock, order: tuple[str, str]
) -> None:
    office = exchange(desk)
    stick = Path(office.sticks()[-1][0])
    for code in CODES:
        partners[code].centre.desk.write_keys(stick)
    for turn in (1, 2, 3):
        asked = order if turn < 3 else order[:1]
        for code in asked:
            assert office.request_enrolment(partners[code].invite(), str(stick), desk.now).ok
        for code in asked:
            partners[code].centre.desk.read_stick(stick, clock())
        office.read_stick(str(stick), desk.now)
        send_to_both(desk, turn)
        for _ in range(2):
            carry(desk, partners, stick, clock)
        assert counts(partners) == [turn, turn]
        assert [one.unsent for one in (office.state(),)] == [0]
        for path in stick.glob("*.loket"):
            path.unlink()


@pytest.mark.parametrize("order", [CODES, CODES[::-1]], ids=["dukcapil first", "bank first"])
def test_an_office_restored_on_another_computer_waits_for_each_partner_by_name(
    desk: CardDesk, partners: Partners, order: tuple[str, str]
) -> None:
    for code in (*CODES, order[0]):
        enrol(desk, partners[code])
    send_to_both(desk, 1)
    assert exchange(desk).sync(desk.now).ok
    shutil.rmtree(desk.folder / "keys")
    begin_after_restore(desk.journal, desk.folder / "keys", desk.now)
    send_to_both(desk, 2)
    report = exchange(desk).sync(desk.now)
    labels = {peer.name: peer.label for peer in read_peers(desk.journal.db)}
    assert not report.ok
    assert {sentence.partition(":")[0] for sentence in report.sentences} <= set(labels.values())
    assert counts(partners) == [1, 1]
    first, second = order
    enrol(desk, partners[first])
    waiting = exchange(desk).sync(desk.now)
    assert not waiting.ok, "the second has not decided yet"
    assert any(labels[second] in sentence for sentence in waiting.sentences)
    assert [len(partners[code].lines()) for code in order] == [2, 1]
    enrol(desk, partners[second])
    both = exchange(desk).sync(desk.now)
    assert both.ok, both.sentences
    assert counts(partners) == [2, 2]
    send_to_both(desk, 3)
    assert exchange(desk).sync(desk.now).ok
    assert counts(partners) == [3, 3]
