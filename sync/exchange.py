"""One exchange over a line that answers. Whatever is cut, the next exchange goes on from the acknowledgements."""

from __future__ import annotations

from datetime import datetime

import msgspec

from schema.decoding import decode
from sync.acks import known_ack, lacking, own_acks, own_verdicts, shared_streams
from sync.answering import STATE_HASH, State
from sync.carriers import Carrier
from sync.clock import hear
from sync.epochs import granted_epoch
from sync.events import ClockDiffered
from sync.export import Where, note, parcel, spans, stops, version_parcels
from sync.forks import FORKED, MOST_KEPT, compared_from, is_closed, knows_version, mark_shown, open_stops
from sync.history import rewritten
from sync.keeping import full_disk_told
from sync.line import moment, stamp
from sync.problems import CarrierError, EnvelopeError, RoadError
from sync.report import SyncReport
from sync.road import Peer, Road, touch
from sync.scheduler import WIB
from sync.succession import well_dated
from sync.taking import Taken, take, take_kept

FOLLOWED = (
    "{peer} memakai kunci baru. Pengumumannya ditandatangani kunci lama yang dikenal di sini, jadi diikuti."
)
CLOCK = "Jam komputer ini perlu diperiksa: di sini {here}, di pusat cetak {told} WIB. Betulkan jamnya."
CUT = {"truncated", "damaged", "not_loket"}


def sync_now(road: Road, peer: Peer, carrier: Carrier, now: datetime) -> SyncReport:
    """Bring both sides level over a carrier that answers. Never raises RoadError: the report says what happened."""
    report = SyncReport()
    try:
        Exchange(road, peer, carrier, now, report).run()
    except RoadError as problem:
        report.fail(problem)
    report.summarise(peer.label)
    return report


class Exchange:
    """The steps of one exchange; each file that comes in is taken in a transaction of its own."""

    def __init__(self, road: Road, peer: Peer, carrier: Carrier, now: datetime, report: SyncReport) -> None:
        self.road, self.peer, self.carrier, self.now, self.report = road, peer, carrier, now, report
        self.forked: list[RoadError] = []

    def run(self) -> None:
        """State, lost lines of ours, our lines, their lines, and an acknowledgement of what came."""
        state, known = self.ask(), self.peer.epoch
        if state:
            self.compare_clocks(state)
        if state and self.level(state):
            self.tell_what_stands()
            return
        if not spans(self.road, self.peer) or not state or not self.agreed(state):
            self.send_note()
        self.fetch(self.road.name)
        self.send_around_stops()
        self.fetch(self.peer.name)
        if self.report.received or self.report.returned or self.peer.epoch != known:
            self.send_note()
        self.show_versions()
        if granted_epoch(self.road.journal) != self.road.journal.epoch:
            self.report.fail(RoadError("new_code"))
        self.tell_what_stands()

    def tell_what_stands(self) -> None:
        """What only a person can settle: streams that stand still, and history that is no longer what was signed."""
        if standing := stops(self.road, self.peer):  # a decision may have come with this very exchange
            for problem in self.forked or standing:
                self.report.fail(problem)
        for one in rewritten(self.road.journal):
            self.report.fail(RoadError("rewritten", one.sentence))

    def ask(self) -> State | None:
        """The state. When the key that we know did not sign it, an answer to a note may announce the next one."""
        try:
            return read_state(self.carrier.state())
        except CarrierError as problem:
            if problem.code != "wrong_centre":
                raise
        known = self.peer.keys
        try:
            self.send_note()
        except CarrierError as problem:
            raise CarrierError("wrong_centre") from problem
        if self.peer.keys == known:
            raise CarrierError("wrong_centre")
        return None

    # -- what the state says ----------------------------------------------------------------------------------

    def compare_clocks(self, state: State) -> None:
        """Note the contact and what the centre's clock says; a difference is kept with both times and told."""
        with full_disk_told(), self.road.journal.transaction():
            touch(self.road.db, self.peer, self.now)
            if state.clock != "ok" or not well_dated(state.at):
                return
            told = moment(state.at)
            if hear(self.road.db, told, self.now, fresh=True):
                body = ClockDiffered(stamp(self.now), state.at, self.peer.name)
                self.road.journal.record(body, subject="clock", actor="road", at=self.now)
        if self.road.journal.clock_at(self.now) != "ok":
            self.report.sentences.append(CLOCK.format(here=wall(self.now), told=wall(told)))

    def level(self, state: State) -> bool:
        """Whether both sides hold the same and know it, and no verdict waits to be told."""
        told = {(a.origin, a.epoch, a.stream): (a.n, a.head) for a in state.ack}
        for ack in own_acks(self.road, self.peer):
            n, head = told.pop((ack.origin, ack.epoch, ack.stream), (0, ""))
            if n != ack.n or (n and head != ack.head[:STATE_HASH]):
                return False
            if ack.origin == self.road.name and self.acked((ack.origin, ack.epoch, ack.stream)) != n:
                return False
        left = {where: n for where, (n, _) in told.items() if not is_closed(self.road.db, where)}
        unknown = [epoch for origin, epoch, _ in left if origin == self.peer.name]
        return (
            not any(left.values())
            and max(unknown, default=0) <= self.peer.epoch
            and granted_epoch(self.road.journal) == self.road.journal.epoch
            and not own_verdicts(self.road, self.peer)
        )

    def agreed(self, state: State) -> bool:
        """Whether the other side acknowledges of our streams just what we already know of."""
        return all(
            self.acked((a.origin, a.epoch, a.stream)) == a.n for a in state.ack if a.origin == self.road.name
        )

    def acked(self, where: Where) -> int:
        """Last number that the peer says it has of a stream."""
        known = known_ack(self.road, self.peer, *where)
        return known.n if known else 0

    # -- sending ----------------------------------------------------------------------------------------------

    def send_note(self) -> None:
        """Our acknowledgements alone; the answer brings theirs."""
        made = note(self.road, self.peer, self.now)
        self.take_answer(self.carrier.send(made.sealed), made.digest)

    def send(self) -> None:
        """File by file from the first unacknowledged line; only a signed answer moves us on."""
        tried: set[tuple[Where, int]] = set()
        while todo := spans(self.road, self.peer):
            span = todo[0]
            if (span.where, span.after) in tried:
                raise CarrierError("no_progress", n=span.after + 1)
            tried.add((span.where, span.after))
            made = parcel(self.road, self.peer, span, self.now)
            self.take_answer(self.carrier.send(made.sealed), made.digest)
            moved = max(0, self.acked(span.where) - span.after)
            if span.returned:
                self.report.given_back += moved
            else:
                self.report.sent += moved
            self.report.files += 1

    def send_around_stops(self) -> None:
        """Send; when the other side says that a stream stands still, its acknowledgements say where, and the rest
        goes on."""
        while True:
            try:
                self.send()
                return
            except RoadError as problem:
                if problem.code not in FORKED:
                    raise
                before = stops(self.road, self.peer)
                self.send_note()
                if len(stops(self.road, self.peer)) == len(before):
                    self.report.fail(
                        problem
                    )  # it stands still there alone: a twin of this PC has written, not we
                    return

    # -- two versions of a stream -----------------------------------------------------------------------------

    def show_versions(self) -> None:
        """Of each stopped stream: bring their version here and ours there, so that people can see both."""
        for where, shown in open_stops(self.road.db):
            if where in shared_streams(self.road, self.peer):
                self.bring_version(where)
                if shown < self.road.journal.tail(*where).n:
                    self.show_version(where)

    def bring_version(self, where: Where) -> None:
        """Their lines from well before the first place that differs; those that differ are kept beside the journal."""
        _, epoch, stream = where
        n = compared_from(self.road.db, where)
        most = n + 2 * MOST_KEPT
        while not knows_version(self.road.db, where) and n < most:
            taken = take(
                self.road, self.carrier.fetch(f"{epoch}/{stream}/{n}"), self.now, sender=self.peer.name
            )
            header = taken.header
            if not header.count or (header.source, header.epoch, header.stream) != where:
                return
            n = header.last

    def show_version(self, where: Where) -> None:
        """Our lines after that number; the other side keeps them and says again that the stream stands still."""
        for made in version_parcels(self.road, self.peer, where, self.now):
            try:
                self.take_answer(self.carrier.send(made.sealed), made.digest)
            except RoadError as problem:
                if problem.code not in FORKED:
                    raise
        with self.road.journal.transaction():
            mark_shown(self.road.db, where, self.road.journal.tail(*where).n)

    def take_answer(self, answer: bytes, digest: str) -> None:
        """An answer counts only when it opens, is signed by the peer and names our file by its digest."""
        try:
            taken = take(self.road, answer, self.now, answers=digest, sender=self.peer.name)
        except EnvelopeError as problem:
            raise CarrierError("cut_answer") if problem.code in CUT else problem from problem
        if taken.header.answers != digest:
            raise CarrierError("cut_answer")
        self.add(taken)

    # -- fetching ---------------------------------------------------------------------------------------------

    def fetch(self, source: str) -> None:
        """Lines of a shared stream that the peer says it has and we lack, until we are level; old epochs first."""
        while missing := lacking(self.road, self.peer, source):
            epoch, stream, n = missing[0]
            try:
                found = self.carrier.fetch(f"{epoch}/{stream}/{n}")
                taken = take(self.road, found, self.now, sender=self.peer.name)
            except EnvelopeError as problem:
                raise CarrierError("cut_answer") if problem.code in CUT else problem from problem
            self.add(taken)
            if lacking(self.road, self.peer, source) == missing:
                raise CarrierError("no_progress", n=n + 1)

    def add(self, taken: Taken) -> None:
        """Count what one file brought. Raises the first problem that it brought."""
        add_taken(self.report, taken)
        self.peer = taken.peer
        for problem in taken.problems:
            if problem.code not in FORKED:
                raise problem
            self.forked.append(problem)
        for kept in take_kept(self.road, taken, self.now):
            add_taken(self.report, kept)


def wall(at: datetime) -> str:
    """A moment as the office's wall clock shows it: `12-03-2026 09.42`."""
    return at.astimezone(WIB).strftime("%d-%m-%Y %H.%M")


def add_taken(report: SyncReport, taken: Taken) -> None:
    """Add one file's numbers to a report."""
    fresh = taken.received.fresh
    if taken.returned:
        report.returned += fresh
    else:
        report.received += fresh
    report.set_aside_here += len(taken.received.set_aside)
    report.set_aside_there += taken.told
    if taken.followed:
        report.sentences.append(FOLLOWED.format(peer=taken.peer.label))


def read_state(text: bytes) -> State | None:
    """The other side's state, or None where a carrier cannot ask. Raises CarrierError."""
    if not text:
        return None
    try:
        return decode(text, State)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CarrierError("cut_answer") from error
