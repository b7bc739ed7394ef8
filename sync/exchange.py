"""One exchange over a line that answers. Whatever is cut, the next exchange goes on from the acknowledgements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import msgspec

from schema.structs import decode_json
from schema.zone import IN_USE
from sync.acknowledgements import (
    SAID_NOTHING,
    forget_forms,
    forget_word,
    known_ack,
    missing_streams,
    note_unread,
    own_acks,
    own_verdicts,
    read_forms,
    shared_streams,
    unread_there,
)
from sync.carriers import Carrier
from sync.entries import StreamKey, parse_utc_text, stream_columns, to_utc_text
from sync.epochs import is_granted
from sync.events import ClockDiffered, ForkStop
from sync.evidence import rewritten_history
from sync.file_format import Ack
from sync.forks import FORKED, MOST_KEPT, compared_from, is_closed, knows_version, open_stops
from sync.incoming_files import ReceivedFile, full_disk_as_problem, receive_file, receive_kept_files
from sync.journal import differs_anew, keep_centre_time
from sync.keys import is_utc_text
from sync.loss_claims import has_claim
from sync.nodes import Node, Peer, note_contact
from sync.outgoing_files import (
    Parcel,
    Span,
    asked_pieces,
    drop_parcel,
    keep_parcel,
    kept_parcel,
    make_note,
    make_parcel,
    make_piece_parcel,
    make_version_parcels,
    missing_spans,
    stopped_streams,
)
from sync.problems import CarrierError, EnvelopeError, SyncError, SyncReport, Unreached, format_count
from sync.unfinished import INTERRUPTED, WHOLE_BELOW

FOLLOWED = "{peer} memakai kunci baru. Pengumumannya ditandatangani kunci lama yang dikenal di sini, jadi diikuti."
CLOCK = "Jam komputer ini perlu diperiksa: di sini {here}, di pusat {told}. Betulkan jamnya."
UNREAD_THERE = (
    "{count} catatan sudah di {peer}, tetapi baru terpakai sesudah Loket di sana diperbarui. Beri tahu {peer}."
)
EARLIER = (
    "Jam komputer ini sama dengan jam pusat ({told}), tetapi catatan sebelumnya memakai jam yang lain. Pastikan jam "
    "komputer di halaman Keadaan sistem."
)
FEW_LINES, MOST_THIN = 4, 40
"""A file with fewer lines than a file of the longest ones holds, though more are missing, and how many of them are
borne in one exchange: an honest side closes a file at 500 lines, a mebibyte or the other's signed head."""
MOST_UNASKED, UNASKED_BYTES = 40, 4096
"""Lines, and bytes of their sealed file, that go before the other side was asked how far it is."""
CUT = {"truncated", "damaged", "not_loket"}


def sync_now(node: Node, peer: Peer, carrier: Carrier, now: datetime) -> SyncReport:
    """Bring both sides level over a carrier that answers. Never raises SyncError: the report says what happened."""
    report = SyncReport()
    try:
        Exchange(node, peer, carrier, now, report).run()
    except SyncError as problem:
        if problem.code == "not_loket":  # its program is one of before again: the next file goes in the first form
            forget_forms(node.db, peer.name)
        report.fail(problem)
    report.summarise(peer.label)
    return report


class Exchange:
    def __init__(self, node: Node, peer: Peer, carrier: Carrier, now: datetime, report: SyncReport) -> None:
        self.node = node
        self.peer = peer
        self.carrier = carrier
        self.now = now
        self.report = report
        self.forked: list[SyncError] = []
        self.thin = 0
        self.ask_by_file = False

    def run(self) -> None:
        known = self.peer.epoch
        if not self.begin_with_lines():
            state = self.ask_state()
            if state:
                self.compare_clocks(state)
            if state and self.level(state):
                self.tell_what_stands()
                return
            if not missing_spans(self.node, self.peer) or not state or not self.agreed(state):
                self.send_note()
        self.fetch(self.node.name)
        self.send_around_stops()
        self.fetch(self.peer.name)
        if self.report.received or self.report.returned or self.peer.epoch != known:
            self.send_note()
        self.send_pieces()
        self.show_versions()
        if not is_granted(self.node.journal, self.peer.name):
            self.report.fail(SyncError("new_code", partner=self.peer.label))
        self.tell_what_stands()

    def tell_what_stands(self) -> None:
        """What only a person can settle: streams that stand still, and history that is no longer what was signed."""
        if stopped := stopped_streams(self.node, self.peer):  # a decision may have come with this very exchange
            for problem in self.forked or stopped:
                self.report.fail(problem)
        if unread := unread_there(self.node.db, self.peer.name):
            self.report.sentences.append(UNREAD_THERE.format(count=format_count(unread), peer=self.peer.label))
        if has_claim(self.node.db, self.peer.name):
            self.report.fail(SyncError("claimed", partner=self.peer.label))
        for difference in rewritten_history(self.node.journal):
            self.report.fail(SyncError("rewritten", difference.sentence))

    def begin_with_lines(self) -> bool:
        """Whether a few lines of ours went before anything was asked: their answer says what the state would have said.

        The other side takes them only if it holds exactly those before them, so a return to an older state, theirs or
        ours, is noticed as ever: by asking. Raises SyncError where it was not reached.
        """
        span = self.few_lines()
        if span is None:
            return False
        made = make_parcel(self.node, self.peer, span, self.now, online=True, continues=True)
        if made.last < span.last or len(made.sealed) > UNASKED_BYTES:
            return False
        self.ask_by_file = True
        try:
            self.take_answer(self.carrier.send(made.sealed), made.digest)
        except Unreached:
            raise
        except SyncError:  # whatever it was, asking finds it out
            self.ask_by_file = False
            return False
        self.count_sent(span, made)
        return True

    def few_lines(self) -> Span | None:
        """The lines that may go unasked: few, all that is missing, after others that were acknowledged."""
        node = self.node
        peer = self.peer
        where = (node.name, node.journal.epoch, peer.stream_out)
        known = self.acked(where)
        last = node.journal.tail(*where).n
        if not known or not 0 < last - known <= MOST_UNASKED:
            return None
        span = Span(where, known, last, returned=False)
        if not read_forms(node.db, peer.name) or not is_granted(node.journal, peer.name):
            return None
        if missing_spans(node, peer) != [span] or missing_streams(node, peer, node.name):
            return None
        if kept_parcel(node, peer, batch_name(span), self.now):
            return None
        return span

    def ask_state(self) -> State | None:
        """The state; None: ask again, by a file or with the next key of the centre.

        When the key that we know did not sign the state, the answer to a note may announce the next one.
        """
        try:
            return read_state(self.carrier.state())
        except CarrierError as problem:
            if problem.code == "stale_request":
                self.ask_by_file = True
                return None
            if problem.code != "wrong_centre":
                raise
        keys_before = self.peer.keys
        try:
            self.send_note()
        except CarrierError as problem:
            raise CarrierError("wrong_centre") from problem
        if self.peer.keys == keys_before:
            raise CarrierError("wrong_centre")
        return None

    # -- what the state says ----------------------------------------------------------------------------------

    def compare_clocks(self, state: State) -> None:
        """Note the contact and what the centre's clock says; a difference is kept with both times and told."""
        db = self.node.db
        known = state.clock == "ok" and is_utc_text(state.at)
        if known:
            stated = parse_utc_text(state.at)
        else:
            stated = self.now
        if differs_anew(db, stated, self.now):
            transaction = self.node.journal.transaction
        else:
            transaction = db.learning
        with full_disk_as_problem(), transaction():
            note_contact(db, self.peer, self.now)
            note_unread(db, self.peer.name, state.unread)
            if not known:
                return
            if keep_centre_time(db, stated, self.now, fresh=True):
                body = ClockDiffered(to_utc_text(self.now), state.at, self.peer.name)
                self.node.journal.record(body, subject="clock", actor="road", at=self.now)
        if self.node.journal.clock_at(self.now) != "ok":
            self.report.sentences.append(clock_sentence(wall_clock_text(self.now), wall_clock_text(stated)))

    def level(self, state: State) -> bool:
        stated = {(a.origin, a.epoch, a.stream): (a.n, a.head) for a in state.ack}
        shared = shared_streams(self.node, self.peer)
        for ack in own_acks(self.node, self.peer, shared):
            n, head = stated.pop(ack.where, (0, ""))
            if n != ack.n or (n and head != ack.head[:STATE_HASH]):
                return False
            known = shared[ack.where] or SAID_NOTHING
            if ack.origin == self.node.name and known.n != n:
                return False
        left = {where: n for where, (n, _) in stated.items() if not is_closed(self.node.db, where)}
        unknown = [epoch for origin, epoch, _ in left if origin == self.peer.name]
        if any(left.values()) or max(unknown, default=0) > self.peer.epoch:
            return False
        if not is_granted(self.node.journal, self.peer.name):
            return False
        return not own_verdicts(self.node, shared) and not asked_pieces(self.node, self.peer)

    def agreed(self, state: State) -> bool:
        own = [ack for ack in state.ack if ack.origin == self.node.name]
        return all(self.acked((ack.origin, ack.epoch, ack.stream)) == ack.n for ack in own)

    def acked(self, where: StreamKey) -> int:
        known = known_ack(self.node, self.peer, *where) or SAID_NOTHING
        return known.n

    # -- sending ----------------------------------------------------------------------------------------------

    def send_note(self) -> None:
        made = make_note(self.node, self.peer, self.now, online=True)
        self.take_answer(self.carrier.send(made.sealed), made.digest)

    def send(self) -> None:
        """File by file from the first unacknowledged line; only a signed answer moves us on."""
        tried: set[tuple[StreamKey, int]] = set()
        while todo := missing_spans(self.node, self.peer):
            span = todo[0]
            if (span.where, span.after) in tried:
                raise CarrierError("no_progress", n=span.after + 1)
            tried.add((span.where, span.after))
            make = partial(make_parcel, self.node, self.peer, span, self.now, online=True)
            self.count_sent(span, self.bring(batch_name(span), make))

    def count_sent(self, span: Span, made: Parcel) -> None:
        """Tell how far a file of lines moved us on. Raises CarrierError."""
        moved = max(0, self.acked(span.where) - span.after)
        self.note_thin(moved, made.count)
        if span.returned:
            self.report.given_back += moved
        else:
            self.report.sent += moved
        self.report.files += 1

    def bring(self, what: str, make: Callable[[], Parcel]) -> Parcel:
        """Bring one file across and take its answer; one whose way was cut before, in the bytes of then."""
        kept = kept_parcel(self.node, self.peer, what, self.now)
        made = kept or make()
        if not kept and self.carrier.resumes and len(made.sealed) >= WHOLE_BELOW:
            keep_parcel(self.node, self.peer, what, made, self.now)
        try:
            if kept:
                answer = self.carrier.send(made.sealed, again=True)
            else:
                answer = self.carrier.send(made.sealed)
            self.take_answer(answer, made.digest)
        except SyncError as problem:
            if problem.code not in INTERRUPTED:
                drop_parcel(self.node, self.peer)
            if problem.code != "taken":
                raise
            self.send_note()
            return made
        drop_parcel(self.node, self.peer)
        return made

    def note_thin(self, moved: int, whole: int) -> None:
        """Who gives or takes a few lines at a time only holds us up. Raises CarrierError."""
        self.thin += moved < min(whole, FEW_LINES)
        if self.thin > MOST_THIN:
            raise CarrierError("drip")

    def send_pieces(self) -> None:
        """Bytes of files, one piece in a file, as long as the other side says that it lacks some: a cut costs one."""
        while asked := asked_pieces(self.node, self.peer):
            self.bring(f"piece {asked[0]}", partial(make_piece_parcel, self.node, self.peer, asked[:1], self.now))
            if asked[0] in asked_pieces(self.node, self.peer):
                raise CarrierError("stuck_piece")
            self.report.pieces += 1

    def send_around_stops(self) -> None:
        """Send; when the other side says that a stream stands still, its acknowledgements say where, and the rest
        goes on."""
        while True:
            try:
                self.send()
                return
            except SyncError as problem:
                if problem.code not in FORKED:
                    raise
                before = stopped_streams(self.node, self.peer)
                self.send_note()
                if len(stopped_streams(self.node, self.peer)) == len(before):
                    self.report.fail(problem)  # it stands still there alone: a twin of this PC has written, not we
                    return

    # -- two versions of a stream -----------------------------------------------------------------------------

    def show_versions(self) -> None:
        for where, shown in open_stops(self.node.db):
            if where in shared_streams(self.node, self.peer):
                self.bring_version(where)
                if shown < self.node.journal.tail(*where).n:
                    self.show_version(where)

    def bring_version(self, where: StreamKey) -> None:
        """Their lines from well before the first place that differs; those that differ are kept beside the journal."""
        _, epoch, stream = where
        n = compared_from(self.node.db, where)
        most = n + 2 * MOST_KEPT
        while not knows_version(self.node.db, where) and n < most:
            taken = receive_file(
                self.node, self.carrier.fetch(f"{epoch}/{stream}/{n}"), self.now, sender=self.peer.name
            )
            header = taken.header
            if not header.count or (header.source, header.epoch, header.stream) != where:
                return
            n = header.last

    def show_version(self, where: StreamKey) -> None:
        """Our lines after that number; the other side keeps them and says again that the stream stands still."""
        for made in make_version_parcels(self.node, self.peer, where, self.now):
            try:
                self.take_answer(self.carrier.send(made.sealed), made.digest)
            except SyncError as problem:
                if problem.code not in FORKED:
                    raise
        with self.node.journal.transaction():
            ForkStop.alter(self.node.db, stream_columns(where), shown=self.node.journal.tail(*where).n)

    def take_answer(self, answer: bytes, digest: str) -> None:
        """An answer counts only when it opens, is signed by the peer and names our file by its digest."""
        try:
            taken = receive_file(self.node, answer, self.now, answers=digest, sender=self.peer.name)
        except EnvelopeError as problem:
            if problem.code in CUT:
                raise CarrierError("cut_answer") from problem
            raise
        if taken.header.answers != digest:
            raise CarrierError("cut_answer")
        if self.ask_by_file:  # an answer to our own file tells the time of now, as the state would have
            self.ask_by_file = False
            clock = "ok"
            if isinstance(taken.header.clock, str):
                clock = taken.header.clock
            unread = unread_there(self.node.db, self.peer.name)  # noted with the file already
            self.compare_clocks(State(taken.header.created, [], clock, unread))
        self.add(taken)

    # -- fetching ---------------------------------------------------------------------------------------------

    def fetch(self, source: str) -> None:
        """Lines of a shared stream that the peer says it has and we lack, until we are level; old epochs first."""
        while missing := missing_streams(self.node, self.peer, source):
            epoch, stream, n = missing[0]
            try:
                sealed = self.carrier.fetch(f"{epoch}/{stream}/{n}")
                taken = receive_file(self.node, sealed, self.now, sender=self.peer.name)
            except EnvelopeError as problem:
                if problem.code in CUT:
                    raise CarrierError("cut_answer") from problem
                raise
            self.add(taken)
            left = missing_streams(self.node, self.peer, source)
            if left == missing and source != self.node.name:
                raise CarrierError("no_progress", n=n + 1)
            if left == missing:
                forget_word(self.node, self.peer, (source, epoch, stream))
            least = FEW_LINES if left else 0
            self.note_thin(taken.header.count, least)

    def add(self, taken: ReceivedFile) -> None:
        """Count what one file brought. Raises the first problem that it brought."""
        add_taken(self.report, taken)
        self.peer = taken.peer
        for problem in taken.problems:
            if problem.code not in FORKED:
                raise problem
            self.forked.append(problem)
        for kept in receive_kept_files(self.node, taken, self.now):
            add_taken(self.report, kept)


def batch_name(span: Span) -> str:
    """What a file of lines is called while it is kept for going on."""
    return f"batch {span.where} {span.after}"


def clock_sentence(here: str, told: str) -> str:
    """What is wrong with this clock: not the same time twice, where it is right again and only its past is not."""
    if here == told:
        return EARLIER.format(told=told)
    return CLOCK.format(here=here, told=told)


def wall_clock_text(at: datetime) -> str:
    return f"{at.astimezone(IN_USE.zone):%d-%m-%Y %H.%M} {IN_USE.name}"


def add_taken(report: SyncReport, taken: ReceivedFile) -> None:
    fresh = taken.received.fresh
    if taken.returned:
        report.returned += fresh
    else:
        report.received += fresh
    report.pieces += taken.pieces
    report.set_aside_here += len(taken.received.set_aside)
    report.set_aside_there += taken.newly_aside
    if taken.followed:
        report.sentences.append(FOLLOWED.format(peer=taken.peer.label))


def read_state(text: bytes) -> State | None:
    """The other side's state, or None where a carrier cannot ask. Raises CarrierError."""
    if not text:
        return None
    try:
        if not text.startswith(b"["):
            return decode_json(text, State)
        said = decode_json(text, ShortState)
        return State(to_utc_text(datetime.fromtimestamp(said.at, UTC)), said.ack)
    except (msgspec.MsgspecError, ValueError, OverflowError, OSError) as error:  # a moment may be none
        raise CarrierError("cut_answer") from error


STATE_HASH = 16
"""Hex characters of a hash in the state; enough to see a difference, the file itself proves it."""


class StateAck(msgspec.Struct, frozen=True, array_like=True):
    origin: str
    epoch: int
    stream: str
    n: int
    head: str


def state_ack(ack: Ack) -> StateAck:
    """How far a stream is held; where nothing is held there is no hash."""
    head = ack.head[:STATE_HASH] if ack.n else ""
    return StateAck(ack.origin, ack.epoch, ack.stream, ack.n, head)


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """The centre's small answer to "anything new?": its clock and what it holds of the shared streams.

    `clock` is not `ok` while the centre does not trust its own clock; then nobody should go by `at`. `unread`: entries
    of the office that wait for the update of the centre's program.
    """

    at: str
    ack: list[StateAck]
    clock: str = "ok"
    unread: int = 0


class ShortState(msgspec.Struct, frozen=True, array_like=True):
    """The state of a centre that trusts its clock and has nothing unread, for an office that asks for this form; `at`
    in seconds since 1970. It also says that files may come in parts."""

    at: int
    ack: list[StateAck]
