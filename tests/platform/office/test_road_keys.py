"""An office gets other keys with the administrator's code: by network, by stick, after a cut, after a fence."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.messages import HeadsAnchored
from app.platform.office.exchange import OfficeExchange
from sync import enrolment, nodes
from sync.acknowledgements import kept_files
from sync.enrolment import write_centre_keys
from sync.incoming_files import receive_file
from sync.keys import make_keys
from sync.nodes import Node, peer_keys, read_peers
from sync.outgoing_files import make_note, make_parcels
from sync.problems import EnvelopeError
from sync.runs import read_stick
from tests.proof.pair import OFFICE, Pair, pair
from tests.sync.http import serving


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Pair]:
    made = pair(tmp_path)
    yield made
    made.close()


@pytest.fixture
def desk(stage: Pair, tmp_path: Path) -> OfficeExchange:
    """The exchange of that office as its pages see it, with the keys of its data folder."""
    return OfficeExchange(stage.office.journal, tmp_path / "kantor")


def code_of(stage: Pair, address: str = "127.0.0.1:9") -> str:
    return enrolment.issue_code(
        stage.centre, OFFICE, "Yosowilangun", address=address, actor="yuni", now=stage.now
    ).text()


def signers(stage: Pair) -> list[tuple[str, bool]]:
    """(fingerprint, in force) of the office's keys as the centre knows them."""
    return [(key.keys.signer, not key.fenced_at) for key in peer_keys(stage.centre.db, OFFICE)]


def test_new_keys_over_the_network(stage: Pair, desk: OfficeExchange) -> None:
    old = desk.open_node()
    with serving(stage.centre, lambda: stage.now) as address:
        assert desk.enrol(code_of(stage, address), stage.now).ok
        fresh = desk.open_node()
        assert fresh.keys.public.signer != old.keys.public.signer
        assert fresh.journal.epoch == 2
        assert signers(stage) == [(fresh.keys.public.signer, True), (old.keys.public.signer, False)]
        assert desk.sync(stage.now).ok
    assert desk.state().unsent == 0


def test_what_was_under_way_is_sent_again_and_what_was_sealed_for_the_old_key_opens(
    stage: Pair, desk: OfficeExchange
) -> None:
    old = desk.open_node()
    with old.journal.transaction():
        body = HeadsAnchored("2026-03-01", 1, "0" * 64, "0" * 64)
        old.journal.record(body, subject="heads", actor="system", at=stage.now, stream="dukcapil")
    under_way = next(make_parcels(old, stage.peer, stage.now)).sealed
    [office] = read_peers(stage.centre.db)
    answer = make_note(stage.centre, office, stage.now).sealed
    with serving(stage.centre, lambda: stage.now) as address:
        assert desk.enrol(code_of(stage, address), stage.now).ok
        with pytest.raises(EnvelopeError) as fenced:
            receive_file(stage.centre, under_way, stage.now)
        assert fenced.value.code == "fenced"
        assert [kept.code for kept in kept_files(stage.centre.db)] == ["fenced"]
        assert desk.state().unsent > 0
        assert desk.sync(stage.now).ok
    assert desk.state().unsent == 0
    assert receive_file(desk.open_node(), answer, stage.now).problems == []


def test_new_keys_by_stick_work_only_when_the_answer_was_read(stage: Pair, desk: OfficeExchange) -> None:
    old, folder = desk.open_node(), desk.sticks()[-1][0]
    stick = Path(folder)
    write_centre_keys(stage.centre, stick)
    assert desk.request_enrolment(code_of(stage), folder, stage.now).ok
    assert desk.open_node().keys.public == old.keys.public
    with serving(stage.centre, lambda: stage.now) as address:
        stage.office.db.run("UPDATE road_peer SET address = ?", (address,))
        assert desk.sync(stage.now).ok  # the old keys go on working meanwhile
    assert read_stick(stage.centre, stick, stage.now).ok
    assert desk.read_stick(folder, stage.now).sentences == ["Kantor ini terdaftar di Pusat Cetak."]
    assert desk.open_node().keys.public.signer == signers(stage)[0][0] != old.keys.public.signer


def test_a_cut_between_answer_and_files_is_mended_at_the_next_start(
    stage: Pair, desk: OfficeExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise OSError("listrik padam")

    with serving(stage.centre, lambda: stage.now) as address:
        code = code_of(stage, address)
        with monkeypatch.context() as patch:
            patch.setattr(enrolment, "put_in_force", cut)  # the centre has answered, the office has not kept it
            with pytest.raises(OSError, match="listrik"):
                desk.enrol(code, stage.now)
        assert desk.enrol(code, stage.now).ok  # same code, same keys, same answer
        with monkeypatch.context() as patch:
            patch.setattr(nodes, "store_keys", cut)
            with pytest.raises(OSError, match="listrik"):
                desk.open_node()
        assert desk.open_node().keys.public.signer == signers(stage)[0][0]
        assert desk.sync(stage.now).ok


def test_a_fenced_pc_comes_back_with_a_code(stage: Pair, desk: OfficeExchange) -> None:
    """Somebody enrolled another PC in our name; the decision fell for this one."""
    twin = Node(stage.office.journal, make_keys(OFFICE), "Kembaran")
    code = enrolment.EnrolmentCode.read(code_of(stage))
    enrolment.accept_office(
        stage.centre, enrolment.request_file(twin, code, stage.centre.keys.public, stage.now)[0], stage.now
    )
    with serving(stage.centre, lambda: stage.now) as address:
        stage.office.db.run("UPDATE road_peer SET address = ?", (address,))
        assert "kunci lama" in " ".join(desk.sync(stage.now).sentences)
        assert desk.enrol(code_of(stage, address), stage.now).ok
        assert desk.sync(stage.now).ok
    assert desk.open_node().journal.epoch == 3


def test_a_wrong_code_makes_no_keys(stage: Pair, desk: OfficeExchange, tmp_path: Path) -> None:
    assert not desk.enrol("127.0.0.1:9 SALAH", stage.now).ok
    assert not (tmp_path / "kantor" / "keys" / nodes.WAITING_FOLDER).exists()
