"""A flood of SMS: ten thousand of four hundred senders in a working day. What leaves stays within the bounds, and who
wrote before is answered all the same."""

import os
from datetime import timedelta

from app.services.hotline.messages import exchange_messages
from app.services.hotline.tables import Sms
from sync.journal import Journal
from tests.platform.people import Clock
from tests.services.hotline.phone import Phone
from tests.services.hotline.test_bounds import FRIEND, phone, sent
from tests.services.hotline.test_messages import CALM, hold_ups
from tests.world.nightly import by_day

__all__ = ["phone"]
SENDERS, HOURS, EVERY_HOUR, EVERY_DAY = 400, 10, 16, 40
MESSAGES = by_day(1_000, 10_000)


def arrive(phone: Phone, number: str, text: str, second: int) -> None:
    """A message as the daemon leaves it, under the second of the day in which it came."""
    at = f"{second // 3600:02}{second // 60 % 60:02}{second % 60:02}"
    path = phone.base / "inbox" / f"IN20260312_{at}_00_{number}_00.txt"
    path.write_bytes(b"\xfe\xff" + text.encode("utf-16-be"))
    os.utime(path, (path.stat().st_mtime + CALM,) * 2)


def test_ten_thousand_messages_of_four_hundred_senders(phone: Phone, journal: Journal, clock: Clock) -> None:
    arrive(phone, FRIEND, "Apakah KTM saya sudah jadi?", 0)
    exchange_messages(journal, clock())
    clock.forward(days=2)
    begun, before = clock(), sent(phone, journal)
    for hour in range(HOURS):
        second = 3600 * (hour + 8)
        for n in range(MESSAGES // HOURS):
            arrive(phone, f"+62812{(hour * 40 + n) % SENDERS:08d}", f"Menang undian {n}?", second + n)
        arrive(phone, FRIEND, f"Masih menunggu, jam {hour}.", second + 3599)
        hourly = sent(phone, journal)
        for _ in range(12):  # every five minutes
            exchange_messages(journal, clock())
            clock.forward(minutes=5)
        assert sent(phone, journal) - hourly <= EVERY_HOUR
        assert sent(phone, journal) - before <= EVERY_DAY
    assert clock() - begun == timedelta(hours=HOURS)
    answered = Sms.rows(journal.db, number="081300000001", purpose="reply", state="handed")
    assert len(answered) == 1 + HOURS, "who wrote before is answered every time"
    assert [told for told in hold_ups(journal, clock) if "pengirim baru belum dibalas" in told], "one row for all"
    senders = {row.number for row in Sms.rows(journal.db, direction="incoming")}
    assert len(senders) == SENDERS + 1
    assert len(Sms.rows(journal.db, direction="incoming")) == MESSAGES + 1 + HOURS, "none is lost"
