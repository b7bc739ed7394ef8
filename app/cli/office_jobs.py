"""What an office's PC does by itself while it is on: daily jobs, old drafts swept, the nightly way to the centre."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime

from app import compose
from app.core.clock import office_date
from app.office.queries import is_set_up
from sync.journal import Journal
from sync.nodes import Node, read_peers
from sync.problems import SyncError
from sync.runs import nightly_scheduler
from sync.scheduler import MinuteThread, Scheduler


class OfficeJobs(MinuteThread):
    """One thread that looks once a minute. `node` gives keys and journal of an enrolled office; without it nothing is
    exchanged. `keep_up` lets the marker beside the database follow the journal."""

    def __init__(
        self,
        journal: Journal,
        clock: Callable[[], datetime],
        node: Callable[[], Node] | None = None,
        keep_up: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__("clockwork", clock)
        self.journal, self.node, self.keep_up = journal, node, keep_up
        self.swept_on: date | None = None
        self.scheduler: Scheduler | None = None

    def tick(self, now: datetime) -> None:
        if not is_set_up(self.journal.db):
            return
        self.keep_up()
        if self.journal.clock_at(now) == "ok":
            self.daily(now)
        if self.node is not None and self.scheduler is None and read_peers(self.journal.db):
            with suppress(SyncError):  # damaged keys: the page of the way to the centre says how to go on
                self.scheduler = nightly_scheduler(self.node, self.clock)
                self.scheduler.start()

    def daily(self, now: datetime) -> None:
        """Jobs that go by the date. Under a clock that jumped they wait: a year ahead, every draft would be old."""
        from app.desk.drafts import sweep_drafts

        for job in (job for room in compose.rooms("office") for job in room.daily):
            job(self.journal, now)
        if self.swept_on != office_date(now):
            sweep_drafts(self.journal.db, now)
            self.swept_on = office_date(now)

    def stop(self) -> None:
        super().stop()
        if self.scheduler is not None:
            self.scheduler.stop()
