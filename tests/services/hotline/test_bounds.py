"""What SMS may cost: a flood goes no further than the bounds, and whoever wrote before is answered all the same."""

from pathlib import Path

import pytest
from flask import Flask

from app.casework.desk.tables import CaseFile
from app.core.problems import Problem
from app.services.hotline import bounds, messages
from app.services.hotline.messages import exchange_messages, waiting_senders
from app.services.hotline.tables import Sms
from sync.journal import Journal
from tests.platform.people import Browser, Clock
from tests.services.hotline.desk import HotlineDesk
from tests.services.hotline.phone import Phone
from tests.services.hotline.staff import person
from tests.services.hotline.test_messages import arrive, hold_ups

FRIEND = "+6281300000001"


def settings(journal: Journal, clock: Clock, base: Path, **more: object) -> None:
    told = {"on": True, "folder": str(base), "number": "", "blocked": [], "now": clock()}
    messages.change_sms_settings(journal, person(journal, "ratna"), **told | more)  # type: ignore[arg-type]


@pytest.fixture
def phone(tmp_path: Path, journal: Journal, clock: Clock) -> Phone:
    """A telephone that may send sixteen messages an hour and forty a day; a reply takes two."""
    made = Phone(tmp_path / "gammu")
    settings(journal, clock, made.base, most_hour=16, most_day=40)
    return made


def flood(phone: Phone, senders: int, start: int = 0) -> None:
    for n in range(senders):
        arrive(phone, f"+62812{start + n:08d}", "Menang undian?", n)


def sent(phone: Phone, journal: Journal) -> int:
    """What lies in the outbox, as the network counts it."""
    rows = {row.file: row.text for row in Sms.rows(journal.db, direction="outgoing")}
    return sum(bounds.cost_of(rows[name]) for name in phone.names("outbox"))


def test_a_flood_goes_no_further_than_the_bounds_and_a_known_sender_is_answered(
    phone: Phone, journal: Journal, clock: Clock
) -> None:
    arrive(phone, FRIEND, "Apakah KTM saya sudah jadi?")
    exchange_messages(journal, clock())
    clock.forward(days=2)
    before = sent(phone, journal)
    for hour in range(3):
        flood(phone, 40, 1000 * hour)
        exchange_messages(journal, clock())
        assert sent(phone, journal) - before <= 8 * (hour + 1), "half of the bound of an hour"
        clock.forward(minutes=61)
    arrive(phone, FRIEND, "Masih menunggu.", 99)
    exchange_messages(journal, clock())
    [last] = Sms.rows(journal.db, number="081300000001", purpose="reply", order="id")[1:]
    assert last.state == "handed"
    assert sent(phone, journal) - before <= 40
    assert [told for told in hold_ups(journal, clock) if "pengirim baru belum dibalas" in told], "one row for all"


def test_nothing_leaves_beyond_the_bound_whoever_wrote_it_and_the_rest_follows(
    phone: Phone, journal: Journal, clock: Clock
) -> None:
    for n in range(30):
        messages.send_test(journal, person(journal, "ratna"), number=f"08121234{n:04d}", now=clock())
    for _ in range(3):
        exchange_messages(journal, clock())
    assert sent(phone, journal) == 16
    assert [told for told in hold_ups(journal, clock) if told.startswith("Batas SMS tercapai")]
    clock.forward(minutes=61)
    exchange_messages(journal, clock())
    assert sent(phone, journal) == 30
    assert len(set(phone.names("outbox"))) == 30, "each once"


def test_the_switch_stops_replies_and_chosen_ones_are_answered_once(
    phone: Phone, journal: Journal, clock: Clock, web: Flask
) -> None:
    settings(journal, clock, phone.base, replies=False)
    flood(phone, 3)
    exchange_messages(journal, clock())
    assert phone.names("outbox") == []
    ida = Browser(web, "ida")
    assert "3 pengirim baru belum dibalas" in ida.get("/hotline/sms").text
    assert ida.post("/hotline/sms/balas").status_code == 422
    chosen = [sender.id for sender in waiting_senders(journal.db)][:2]
    for _ in range(2):
        ida.post("/hotline/sms/balas", {"chosen": chosen})
        exchange_messages(journal, clock())
    assert len(phone.names("outbox")) == 2
    assert len(waiting_senders(journal.db)) == 1


@pytest.mark.parametrize(
    ("number", "reached"),
    [
        ("+6281234567890", True),
        ("085712345678", True),
        ("+60123456789", False),
        ("+8801712345678", False),
        ("0809123456789", False),
        ("08001234567", False),
        ("0334123456", False),
        ("3456", False),
    ],
)
def test_only_mobile_numbers_of_this_country_are_answered(
    phone: Phone, journal: Journal, clock: Clock, hotline: HotlineDesk, number: str, reached: bool
) -> None:
    arrive(phone, number, "Berapa biayanya?")
    exchange_messages(journal, clock())
    [case] = CaseFile.rows(journal.db, service="hotline")
    if not reached:
        hotline.go(case.id, "replied")
    hotline.go(case.id, "answered_desk", note="Gratis.")
    exchange_messages(journal, clock())
    assert len(phone.names("outbox")) == (2 if reached else 0)
    if not reached:
        with pytest.raises(Problem):
            messages.send_test(journal, person(journal, "ratna"), number=number, now=clock())
