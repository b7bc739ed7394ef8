"""The server of a centre's database dies and its standby takes over (short form of `prove failover`)."""

import logging
from pathlib import Path

import pytest

from app.platform.backups.service import standby_line
from sync import evidence
from tests.proof.failover import prove_takeover
from tests.proof.standby import two_servers
from tests.sync.test_many_processes import Process, returns, write_card
from tests.world.nightly import NIGHTLY

QUICK = ("fsync=off", "full_page_writes=off")


def see_two_processes_go_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Two processes of a centre: what one wrote and was acknowledged stands at the standby, and no epoch is opened."""
    with two_servers(*QUICK) as pair:
        one = Process(pair.address, tmp_path / "satu")
        one.journal.db.close()  # told with the first writing of each connection
        with caplog.at_level(logging.WARNING):
            write_card(one.journal, 1)
        assert "commits do not wait for it" in caplog.text
        assert (standby_line(one.journal.db).kind, standby_line(one.journal.db).word) == ("warn", "Tidak ditunggu")
        pair.wait_for_standby()
        two = Process(pair.address, tmp_path / "dua")
        assert (standby_line(two.journal.db).kind, standby_line(two.journal.db).word) == ("good", "Ditunggu")
        write_card(two.journal, 2)
        pair.primary.kill()
        pair.promote()
        for process in (one, two):
            write_card(process.journal, 3 if process is one else 4)
        assert returns(two.journal) == []
        assert (one.minute(), two.minute()) == ("", "")
        assert one.journal.db.one("SELECT count(*), max(epoch) FROM journal WHERE kind = 'card.printed'") == (4, 1)
        assert standby_line(one.journal.db).word == "Tidak ada"
        for process in (one, two):
            process.journal.db.close()


def see_offices_go_on(tmp_path: Path, synchronous: bool) -> None:
    made = prove_takeover(tmp_path, offices=8, entries=80, seed=2, synchronous=synchronous, options=QUICK)
    assert made.faults == [], made.line(2)
    assert made.returns == ([] if synchronous else [evidence.OLDER])
    assert bool(made.lost_entries) == (not synchronous)


@pytest.mark.parametrize("form", ["two processes", *(["synchronous", "asynchronous"] if NIGHTLY else [])])
def test_a_centre_goes_on_with_the_promoted_server(tmp_path: Path, caplog: pytest.LogCaptureFixture, form: str) -> None:
    """Several processes and offices by night only: they take a minute."""
    if form == "two processes":
        see_two_processes_go_on(tmp_path, caplog)
    else:
        see_offices_go_on(tmp_path, form == "synchronous")
