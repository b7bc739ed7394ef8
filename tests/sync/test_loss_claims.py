"""A lying acknowledgement costs its speaker alone; our own signature in a file proves that we came back."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from sync import enrolment, loss_claims, outgoing_files
from sync.acknowledgements import missing_streams, own_acks, shared_streams
from sync.answers import answer_batch, answer_fetch, answer_state
from sync.carriers import MemoryCarrier
from sync.enrolment import save_peer
from sync.entries import GENESIS, StreamKey
from sync.epochs import open_provisional
from sync.exchange import sync_now
from sync.file_format import Ack, SignedAcks, seal_file
from sync.forks import REWOUND
from sync.incoming_files import receive_file
from sync.loss_claims import decide_claim, has_claim, kept_statement, open_claims, sign_acks
from sync.nodes import Node, Peer, find_peer, read_peers
from sync.outgoing_files import make_note, missing_spans
from sync.problems import SyncError, SyncReport
from tests.sync.test_restored import back, copy_of
from tests.sync.world import CENTRE, NOW, OFFICE, OUT, CardAsked, CardPrinted, World, enrol, keys_of, open_side

LIAR, BANK = "350999", "simpan-3508"


class Liar:
    """An office with a valid key of its own whose files say that it holds what was never written."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world, self.says = world, {}
        journal = open_side(world.folder / "liar.db", "office", LIAR)
        self.node = Node(journal, keys_of(world.folder, LIAR), "Tempeh")
        enrol(self.node, world.centre, world.now)
        monkeypatch.setattr(outgoing_files, "own_acks", self.acks)

    def acks(self, node: Node, peer: Peer, shared: Sequence[StreamKey]) -> list[Ack]:
        true = own_acks(node, peer, shared)
        if node is not self.node:
            return true
        return [msgspec.structs.replace(ack, **self.says.get(ack.origin, {})) for ack in true]

    def ask(self, number: int) -> None:
        with self.node.journal.transaction():
            self.node.journal.record(
                CardAsked(number, "Warga"), subject=f"card/{number}", actor="x", at=NOW, stream=OUT
            )

    def sync(self) -> SyncReport:
        centre, now = self.world.centre, self.world.now
        carrier = MemoryCarrier(
            lambda data: answer_batch(centre, LIAR, data, now),
            lambda after: answer_fetch(centre, LIAR, after, now),
            lambda: answer_state(centre, LIAR, now),
        )
        return sync_now(self.node, read_peers(self.node.db)[0], carrier, now)

    def lie(self, **says: object) -> None:
        """Send one file whose acknowledgement of the centre's stream is a lie."""
        self.says = {CENTRE: says}
        note = make_note(self.node, read_peers(self.node.db)[0], self.world.now)
        answer_batch(self.world.centre, LIAR, note.sealed, self.world.now)
        self.says = {}


@pytest.fixture
def liar(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Liar]:
    made = Liar(world, monkeypatch)
    yield made
    made.node.db.close()


def causes(node: Node) -> list[str]:
    return [cause for (cause,) in node.db.run("SELECT cause FROM side_return ORDER BY epoch")]


def print_card(node: Node, office: str, number: int) -> None:
    with node.journal.transaction():
        node.journal.record(
            CardPrinted(number, "S"), subject=f"card/{number}", actor="eko", at=NOW, stream=office, lane=office
        )


@pytest.mark.parametrize("says", [{"n": 1000, "head": "ab" * 32}, {"n": 1000, "epoch": 98_000_000}])
def test_a_lie_opens_no_epoch_and_holds_the_liar_alone(world: World, liar: Liar, says: dict[str, object]) -> None:
    world.ask(3)
    assert world.sync().ok
    assert liar.sync().ok
    liar.lie(**says)
    assert (world.centre.journal.epoch, causes(world.centre)) == (1, [])
    assert [(claim.peer, claim.said, claim.held) for claim in open_claims(world.centre.db)] == [(LIAR, 1000, 0)]
    print_card(world.centre, OFFICE, 1)
    print_card(world.centre, LIAR, 99)
    for name, waiting in ((OFFICE, 1), (LIAR, 0)):
        peer = find_peer(world.centre.db, name)
        assert peer is not None
        assert len(missing_spans(world.centre, peer)) == waiting
    assert world.sync().received == 1
    assert world.level()
    assert liar.sync().received == 0


def test_of_what_was_read_too_a_lie_is_a_lie(world: World, liar: Liar) -> None:
    """It says that the centre had acknowledged more of its own lines than the centre holds."""
    liar.ask(7)
    assert liar.sync().ok
    liar.says = {LIAR: {"told": 500}}
    liar.ask(8)
    assert liar.sync().ok
    assert [(claim.peer, claim.origin, claim.said) for claim in open_claims(world.centre.db)] == [(LIAR, LIAR, 500)]
    assert causes(world.centre) == []


def test_a_person_refutes_it_once_and_the_liar_goes_on(world: World, liar: Liar) -> None:
    liar.lie(n=1000)
    liar.lie(n=2000)
    assert [claim.said for claim in open_claims(world.centre.db)] == [1000], "one word at a time"
    decide_claim(world.centre.journal, LIAR, believed=False, note="Tidak ada yang hilang", actor="yuni", now=NOW)
    assert open_claims(world.centre.db) == []
    print_card(world.centre, LIAR, 2)
    liar.lie(n=900)
    assert open_claims(world.centre.db) == [], "what was refuted is not asked again"
    assert liar.sync().received == 1
    liar.lie(n=1001)
    assert [claim.said for claim in open_claims(world.centre.db)] == [1001]
    assert causes(world.centre) == []
    with pytest.raises(SyncError) as nothing:
        decide_claim(world.centre.journal, OFFICE, believed=False, note="x", actor="yuni", now=NOW)
    assert nothing.value.code == "no_claim"


def test_an_epoch_that_was_opened_since_has_answered_a_word(world: World, liar: Liar) -> None:
    liar.lie(n=1000)
    assert has_claim(world.centre.db, LIAR)
    open_provisional(world.centre.journal, REWOUND, NOW)
    assert not has_claim(world.centre.db, LIAR)
    assert open_claims(world.centre.db) == []


def test_a_stream_is_shared_too_that_the_word_of_the_peer_alone_names(world: World) -> None:
    """A side that came back from before an epoch knows of it from the other side alone."""
    world.ask(1)
    assert world.sync().ok
    world.office.db.run(
        "INSERT INTO road_ack SELECT peer, origin, 7, stream, 5, head, 3, written_at, 1 FROM road_ack WHERE origin = ?",
        (OFFICE,),
    )
    shared = shared_streams(world.office, world.peer)
    assert list(shared) == [(OFFICE, 1, OUT), (OFFICE, 7, OUT), (CENTRE, 1, OFFICE)]
    assert shared[OFFICE, 7, OUT] == (5, 3, 1)


def test_a_word_that_a_person_believes_opens_an_epoch(world: World, liar: Liar) -> None:
    liar.lie(n=1000)
    decide_claim(world.centre.journal, LIAR, believed=True, note="Mesin dikembalikan", actor="yuni", now=NOW)
    assert causes(world.centre) == ["rewound"]
    assert open_claims(world.centre.db) == []
    world.ask(1)
    assert world.sync().ok
    assert world.level()


@pytest.mark.parametrize("wrong", ["other signer", "other text", "other reader", "other writer"])
def test_only_our_own_signature_to_this_very_peer_proves_it(world: World, liar: Liar, wrong: str) -> None:
    centre, peer = world.centre, find_peer(world.centre.db, LIAR)
    assert peer is not None
    acks = [Ack(CENTRE, 1, LIAR, 1000, "ab" * 32), Ack(LIAR, 1, OUT, 0, GENESIS.hex())]
    said = sign_acks(centre, world.office_peer if wrong == "other reader" else peer, acks)
    if wrong == "other signer":
        said = sign_acks(liar.node, read_peers(liar.node.db)[0], acks)
    if wrong == "other text":
        said = msgspec.structs.replace(said, acks=[msgspec.structs.replace(acks[0], n=1001), acks[1]])
    if wrong == "other writer":
        said = sign_acks(msgspec.structs.replace(centre, keys=liar.node.keys), peer, acks)
    bring_back(liar, said)
    liar.lie(n=1000)
    assert (world.centre.journal.epoch, len(open_claims(world.centre.db))) == (1, 1)
    bring_back(liar, sign_acks(centre, peer, acks))
    liar.lie(n=1000)
    assert causes(world.centre) == ["rewound"], "what the centre did sign is believed at once"


def bring_back(liar: Liar, said: SignedAcks) -> None:
    with liar.node.db.writing():
        key = f"{loss_claims.KEPT}{CENTRE}"
        liar.node.db.run("DELETE FROM identity WHERE key = ?", (key,))
        liar.node.db.run("INSERT INTO identity (key, value) VALUES (?, ?)", (key, msgspec.json.encode(said).decode()))


def test_a_centre_that_lost_lines_of_an_office_alone_is_shown_its_own_word(world: World) -> None:
    """It wrote nothing itself meanwhile; what it acknowledged proves it all the same."""
    world.ask(3)
    assert world.sync().ok
    copy = copy_of(world.centre, world.folder / "copy.db")
    world.ask(3, start=4)
    assert world.sync().ok
    world.centre = back(world, world.centre, copy, "centre")
    world.later(hours=1)
    assert world.sync().ok
    assert (causes(world.centre), open_claims(world.centre.db)) == (["rewound"], [])
    assert world.level()


def test_an_office_that_came_back_and_wrote_more_than_it_lost_is_still_shown_its_own_word(world: World) -> None:
    """Its own lines go on from where they were; of the centre's it signed for two that it holds no more."""
    world.ask(3)
    assert world.sync().ok
    copy = copy_of(world.office, world.folder / "copy.db")
    for number in (1, 2):
        print_card(world.centre, OFFICE, number)
    assert world.sync().received == 2
    world.office = back(world, world.office, copy, "office")
    world.ask(5, start=4)
    world.later(hours=1)
    assert world.sync().code == "new_code"
    assert (causes(world.office), open_claims(world.office.db)) == (["rewound"], [])


def test_an_office_that_was_restored_and_enrolled_again_believes_its_centre(world: World) -> None:
    """What it had read before its new epoch is no word about what it holds in it. A stick has told it beforehand what
    the centre holds, so that it asks for its lost lines before it says a word of its own."""
    world.ask(3)
    assert world.sync().ok
    copy = copy_of(world.office, world.folder / "copy.db")
    world.ask(1, start=4)
    for number in (1, 2):
        print_card(world.centre, OFFICE, number)
    assert world.sync().received == 2
    assert world.sync().ok
    world.office = back(world, world.office, copy, "office")
    world.office.journal.open_epoch(OFFICE, NOW, epoch=2, actor="restore")
    stick = make_note(world.centre, world.office_peer, world.now)
    receive_file(world.office, stick.sealed, world.now, sender=CENTRE)
    enrol(world.office, world.centre, NOW)
    world.ask(5, start=5)
    world.later(hours=1)
    report = world.sync()
    assert (report.problems, open_claims(world.office.db), report.received) == ([], [], 2)
    assert world.level()


def test_who_gives_none_of_our_lines_that_it_says_it_holds_is_gone_on_with(world: World) -> None:
    """A lie about an epoch of ours that is closed asks for nobody's word; asked for those lines, the liar has none."""
    world.office.journal.open_epoch(OFFICE, NOW, epoch=2, actor="restore")
    enrol(world.office, world.centre, NOW)
    receive_file(world.office, false_state(world, Ack(OFFICE, 1, OUT, 1000, "ab" * 32)), NOW, sender=CENTRE)
    assert [stream[2] for stream in missing_streams(world.office, world.peer, OFFICE)] == [0]
    world.ask(2)
    report = world.sync()
    assert (report.problems, report.sent) == ([], 2)
    assert world.level()


@pytest.mark.parametrize(
    ("origin", "stream"), [(LIAR, OUT), (OFFICE, OFFICE), (OFFICE, "office"), (CENTRE, OUT), (CENTRE, LIAR)]
)
def test_what_a_file_says_of_a_stream_that_is_not_between_the_two_is_not_kept(
    world: World, origin: str, stream: str
) -> None:
    said = Ack(origin, 1, stream, 0, GENESIS.hex())
    ours = Ack(OFFICE, 1, OUT, 0, GENESIS.hex())
    receive_file(world.office, false_state(world, said, ours), NOW, sender=CENTRE)
    kept = list(world.office.db.run("SELECT origin, stream FROM road_ack WHERE peer = ?", (CENTRE,)))
    assert kept == [(OFFICE, OUT)]


def false_state(world: World, *acks: Ack) -> bytes:
    """A file of the centre with these acknowledgements."""
    header = outgoing_files.make_header(world.centre, world.office_peer, "state", NOW)
    lie = msgspec.structs.replace(header, ack=list(acks))
    return seal_file(lie, [], world.centre.keys, world.office_peer.keys)[0]


def test_who_says_it_again_whenever_it_is_asked_is_not_asked_for_ever(world: World) -> None:
    """Of two closed epochs in turn: an exchange in which nothing moves ends."""
    world.office.journal.open_epoch(OFFICE, NOW, epoch=2, actor="restore")
    world.office.journal.open_epoch(OFFICE, NOW, epoch=3, actor="restore")
    enrol(world.office, world.centre, NOW)
    lie = false_state(world, *(Ack(OFFICE, epoch, OUT, 1000, "ab" * 32) for epoch in (1, 2)))
    receive_file(world.office, lie, NOW, sender=CENTRE)
    world.ask(1)
    carrier = MemoryCarrier(
        lambda data: answer_batch(world.centre, OFFICE, data, NOW),
        lambda after: lie,
        lambda: answer_state(world.centre, OFFICE, NOW),
    )
    assert sync_now(world.office, world.peer, carrier, NOW).code == "drip"


def test_lines_of_its_own_that_a_partner_announces_and_never_gives_stay_a_fault(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def announced(node: Node, peer: Peer, shared: Sequence[StreamKey]) -> list[Ack]:
        acks = own_acks(node, peer, shared)
        lied = {CENTRE: {"n": 1000, "head": "ab" * 32}} if node is world.centre else {}
        return [msgspec.structs.replace(ack, **lied.get(ack.origin, {})) for ack in acks]

    monkeypatch.setattr(outgoing_files, "own_acks", announced)
    world.ask(1)
    assert world.sync().code == "no_progress"
    assert [stream[2] for stream in missing_streams(world.office, world.peer, CENTRE)] == [0]


@pytest.mark.parametrize(
    ("epoch", "own", "ours_epoch", "ours", "further"),
    [
        (1, 5, 1, 4, True),  # the same again
        (1, 6, 1, 4, True),
        (1, 5, 1, 6, True),
        (1, 9, 1, 3, False),  # more of its own, less of ours: it came back
        (1, 4, 1, 9, False),
        (1, 5, 2, 0, True),  # we began anew
        (2, 0, 1, 0, True),  # it began anew: what it holds now counts
        (0, 9, 1, 9, False),  # from before it began anew
    ],
)
def test_a_statement_gives_way_to_one_that_goes_as_far_in_every_stream_or_is_of_a_newer_epoch(
    epoch: int, own: int, ours_epoch: int, ours: int, further: bool
) -> None:
    def said(epoch: int, own: int, ours_epoch: int, ours: int) -> SignedAcks:
        acks = [Ack(OFFICE, epoch, OUT, own, "ab" * 32), Ack(CENTRE, ours_epoch, OFFICE, ours, "cd" * 32)]
        return SignedAcks(acks, "signer", "signature")

    assert loss_claims.goes_further(said(epoch, own, ours_epoch, ours), said(1, 5, 1, 4), OFFICE) is further


def test_a_statement_that_names_a_known_stream_no_more_goes_less_far() -> None:
    whole = SignedAcks([Ack(OFFICE, 1, OUT, 5, ""), Ack(CENTRE, 1, OFFICE, 4, "")], "signer", "signature")
    part = SignedAcks(whole.acks[:1], "signer", "signature")
    assert not loss_claims.goes_further(part, whole, OFFICE)
    assert loss_claims.goes_further(whole, part, OFFICE)


def test_a_statement_that_comes_late_does_not_take_the_place_of_a_newer_one(world: World) -> None:
    world.ask(2)
    old = make_note(world.office, world.peer, world.now)
    world.ask(2, start=3)
    assert world.sync().ok
    newer = kept_statement(world.centre.db, OFFICE)
    receive_file(world.centre, old.sealed, world.now)
    assert kept_statement(world.centre.db, OFFICE) == newer


def test_a_lying_partner_costs_an_office_that_partner_alone(world: World, tmp_path: Path) -> None:
    """A bank says that it holds a thousand lines of the office: the print centre goes on, no epoch, no new code."""
    bank = Node(open_side(tmp_path / "bank.db", "centre", BANK), keys_of(tmp_path, BANK), "Bank Contoh")
    save_peer(world.office.db, bank.keys.public, "Bank Contoh", epoch=1, lane="", streams=("bank", OFFICE), now=NOW)
    assert enrolment.own_stream(world.centre.db) == OUT
    office = world.office.keys.public
    save_peer(bank.db, office, "Kantor", epoch=1, lane=OFFICE, streams=(OFFICE, "bank"), now=NOW)
    as_bank = find_peer(bank.db, OFFICE)
    assert as_bank is not None
    world.ask(2)
    lie = [Ack(OFFICE, 1, "bank", 1000, "ab" * 32), Ack(BANK, 1, OFFICE, 0, GENESIS.hex())]
    told = outgoing_files.make_header(bank, as_bank, "state", NOW)
    with world.office.journal.transaction():
        peer = find_peer(world.office.db, BANK)
        assert peer is not None
        loss_claims.note_rewound(world.office, peer, told, lie, NOW)
    assert [(claim.peer, claim.stream, claim.said) for claim in open_claims(world.office.db)] == [(BANK, "bank", 1000)]
    assert (world.office.journal.epoch, causes(world.office)) == (1, [])
    assert world.sync().sent == 2
    assert world.level()
    with world.office.journal.transaction():
        world.office.journal.record(CardAsked(9, "W"), subject="card/9", actor="s", at=NOW, stream="bank")
    assert missing_spans(world.office, peer) == []
    decide_claim(world.office.journal, BANK, believed=False, note="Tidak benar", actor="admin", now=NOW)
    assert len(missing_spans(world.office, peer)) == 1
    bank.db.close()
