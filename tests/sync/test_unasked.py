"""A few lines go before anything is asked, packed with words that both sides know; a return is noticed as ever."""

import hashlib
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from sync import answers, outgoing_files
from sync.acknowledgements import READS, forget_forms, read_forms
from sync.carriers import MemoryCarrier
from sync.entries import keep_fact
from sync.exchange import MOST_UNASKED, sync_now
from sync.file_format import FORMS, WORDS, compress_plain, expand_packed
from sync.outgoing_files import make_parcels
from sync.problems import CarrierError, EnvelopeError, SyncError, SyncReport, Unreached
from tests.sync.test_restored import back, copy_of
from tests.sync.world import OFFICE, OUT, World


class Told:
    """A line between both sides that tells what was asked, and may lose or refuse a file."""

    def __init__(self, world: World, sending: Callable[[bytes], bytes] | None = None) -> None:
        self.world, self.asked = world, list[str]()
        self.sending = sending or self.answer

    def answer(self, data: bytes) -> bytes:
        return answers.answer_batch(self.world.centre, self.world.office.name, data, self.world.now)

    def send(self, data: bytes) -> bytes:
        self.asked.append("file")
        return self.sending(data)

    def state(self) -> bytes:
        self.asked.append("state")
        return answers.answer_state(self.world.centre, self.world.office.name, self.world.now)

    def sync(self) -> SyncReport:
        name = self.world.office.name
        line = MemoryCarrier(
            self.send,
            lambda after: answers.answer_fetch(self.world.centre, name, after, self.world.now),
            self.state,
        )
        return sync_now(self.world.office, self.world.peer, line, self.world.now)


@pytest.fixture
def known(world: World) -> World:
    """Both sides level, each with the other's word on what it reads."""
    world.ask(3)
    assert world.sync().ok
    assert read_forms(world.office.db, world.centre.name) == FORMS
    assert read_forms(world.centre.db, world.office.name) == FORMS
    return world


def test_a_few_lines_are_one_question_and_their_answer_says_the_rest(known: World) -> None:
    known.ask(10, start=4)
    line = Told(known)
    report = line.sync()
    assert (report.ok, report.sent, report.files, line.asked) == (True, 10, 1, ["file"])
    assert known.level()


def test_what_the_centre_has_for_the_office_comes_in_the_same_exchange(known: World) -> None:
    known.ask(1, start=4)
    known.print_cards(2)
    line = Told(known)
    report = line.sync()
    assert (report.ok, report.sent, report.received, line.asked[0]) == (True, 1, 2, "file")
    assert known.level()


@pytest.mark.parametrize(("count", "first"), [(MOST_UNASKED, "file"), (MOST_UNASKED + 1, "state")])
def test_more_lines_are_asked_for_first(known: World, count: int, first: str) -> None:
    known.ask(count, start=4)
    line = Told(known)
    assert line.sync().ok
    assert line.asked[0] == first
    assert known.level()


def test_a_partner_of_before_is_asked_and_gets_gzip(known: World) -> None:
    forget_forms(known.office.db, known.centre.name)
    known.ask(1, start=4)
    line = Told(known)
    assert line.sync().ok
    assert line.asked == ["state", "file"]
    assert read_forms(known.office.db, known.centre.name) == FORMS  # its answer said so again


def test_a_partner_that_reads_the_words_no_more_is_written_to_in_gzip_again(known: World) -> None:
    def refuse(_data: bytes) -> bytes:
        raise SyncError("not_loket")

    known.ask(1, start=4)
    assert not Told(known, refuse).sync().ok
    assert not read_forms(known.office.db, known.centre.name)
    assert known.sync().ok
    assert known.level()


def test_an_answer_that_was_lost_is_asked_for_and_nothing_counts_twice(known: World) -> None:
    line = Told(known)

    def lose(data: bytes) -> bytes:
        answer = line.answer(data)
        if line.asked.count("file") == 1:
            raise CarrierError("cut_answer")
        return answer

    line.sending = lose
    known.ask(5, start=4)
    assert line.sync().ok
    assert line.asked[:2] == ["file", "state"]
    assert known.level()


def test_where_nothing_was_reached_nothing_more_is_tried(known: World) -> None:
    def away(_data: bytes) -> bytes:
        raise Unreached("offline")

    known.ask(1, start=4)
    line = Told(known, away)
    report = line.sync()
    assert ([problem.code for problem in report.problems], line.asked) == (["offline"], ["file"])


@pytest.mark.parametrize("unasked", [True, False])
def test_an_office_that_came_back_unnoticed_is_told_the_same(known: World, tmp_path: Path, unasked: bool) -> None:
    yesterday = copy_of(known.office, tmp_path / "yesterday.db")
    known.ask(5, start=4)
    assert known.sync().ok
    known.office = back(known, known.office, yesterday, "office")
    if not unasked:
        forget_forms(known.office.db, known.centre.name)
    known.ask(5, start=100)
    line = Told(known)
    report = line.sync()
    assert line.asked[: 1 + unasked] == (["file", "state"] if unasked else ["state"])
    assert [problem.code for problem in report.problems] == ["fork"]
    assert [n for _, n in known.centre.db.run("SELECT 1, n FROM road_stop")] == [
        8
    ]  # by the note that follows the state
    assert known.centre.journal.tail(OFFICE, 1, OUT).n == 8


def test_a_centre_that_came_back_keeps_no_file_aside_and_gets_all(known: World, tmp_path: Path) -> None:
    yesterday = copy_of(known.centre, tmp_path / "yesterday.db")
    known.ask(5, start=4)
    assert known.sync().ok
    known.centre = back(known, known.centre, yesterday, "centre")
    known.ask(5, start=9)
    line = Told(known)
    line.sync()
    assert line.asked[:2] == ["file", "state"]
    assert known.centre.db.one("SELECT count(*) FROM road_aside") == (0,)
    known.sync()
    assert known.level()


def test_the_words_are_never_changed_and_others_are_refused() -> None:
    assert hashlib.sha256(WORDS).hexdigest() == "f5c37ac201f1f27cd27c84362b769fa79722575ac1129dcb1e47bc3498c095af"
    plain = b'{"format":"loket/1","type":"batch"}\n'
    packed = compress_plain(plain, reads=1)
    assert expand_packed(packed) == plain
    assert len(packed) < len(compress_plain(plain))
    other = zlib.compressobj(6, zdict=WORDS + b"x")
    with pytest.raises(EnvelopeError) as refused:
        expand_packed(other.compress(plain) + other.flush())
    assert refused.value.code == "newer_format"


@pytest.mark.parametrize(("reads", "form"), [("2", b"\xfd7zXZ\x00"), ("1", b"\x1f\x8b"), ("", b"\x1f\x8b")])
def test_many_lines_go_as_xz_to_a_partner_that_reads_it(known: World, reads: str, form: bytes) -> None:
    """A program of before said 1, one before it nothing; each gets what it knows, until it says more."""
    keep_fact(known.office.db, READS + known.centre.name, reads)
    known.ask(400, start=4)
    line, forms = Told(known), list[bytes]()

    def send(data: bytes) -> bytes:
        forms.append(known.centre.keys.open(data)[: len(form)])
        return line.answer(data)

    line.sending = send
    assert line.sync().ok
    assert forms == [form]
    assert known.level()
    assert read_forms(known.office.db, known.centre.name) == FORMS


@pytest.mark.parametrize(("reads", "form"), [(2, b"\xfd7zXZ\x00"), (1, b"\x1f\x8b")])
def test_an_office_put_back_to_an_older_program_fetches_what_that_one_reads(
    known: World, reads: int, form: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The centre remembers 2; the first file says what the office reads now, and fetching comes after it."""
    monkeypatch.setattr(outgoing_files, "FORMS", reads)
    known.print_cards(400)
    line, forms = known.memory(), list[bytes]()

    def fetch(after: str) -> bytes:
        sealed = line.fetch(after)
        forms.append(known.office.keys.open(sealed)[: len(form)])
        return sealed

    report = sync_now(known.office, known.peer, MemoryCarrier(line.send, fetch, line.state), known.now)
    assert (report.ok, report.received) == (True, 400)
    assert forms == [form]


def test_a_stick_opens_with_stock_tools_whatever_the_partner_reads(known: World) -> None:
    known.ask(1, start=4)
    (made,) = make_parcels(known.office, known.peer, known.now)
    assert known.centre.keys.open(made.sealed).startswith(b"\x1f\x8b")
