"""An office with the print centre and a bank: what one of them says of lines that went to the other counts nowhere."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from app.casework.batches import queries
from app.casework.batches.day_sheet import journal_heads
from app.casework.batches.partners import partner_services
from app.casework.batches.tables import DispatchLineRow
from app.platform.updates.endorsements import endorsed_releases
from sync.enrolment import save_peer
from sync.entries import NO_HASH, NOT_SENT_TO, held_line_hash
from sync.keys import make_keys
from tests.proof.hostility import send
from tests.proof.messages import SOUND, subject_of
from tests.rules.kinds import every_kind
from tests.services.ktm.desk import CardDesk
from tests.services.ktp.desk import Desk

PARTNERS = {"dukcapil": ("dukcapil-3508", "Pusat Cetak Contoh"), "bank": ("bank-3508", "Bank Contoh")}
ABOUT_LINES = ("line.accepted", "line.refused", "line.printed", "line.spoiled", "shipment.sent")
ABOUT_STREAMS = ("fork.settled", "twin.told")
FREE = ("centre.state", "release.endorsed")
"""About no line: shown as the print centre's, and counted, only where the print centre wrote it."""


@pytest.fixture
def sent(desk: CardDesk) -> dict[str, str]:
    """One line in the stream of each partner, by stream."""
    centre = Desk(desk.journal, desk.now).enrol()
    code, label = PARTNERS["bank"]
    streams = ("bank", desk.journal.source)
    with desk.journal.db.writing():
        save_peer(desk.journal.db, make_keys(code).public, label, epoch=1, lane="", streams=streams, now=desk.now)
    desk.send(desk.register(1))
    centre.send(centre.ready())
    lines = [row.line for row in DispatchLineRow.rows(desk.journal.db)]
    return {line.split("/")[1]: line for line in lines}


def message(desk: CardDesk, kind: str, stream: str, line: str, *, hashed: bool = True) -> msgspec.Struct:
    """A sound message about a line that was truly sent, or about the stream in which it lies."""
    body: Any = SOUND[kind]
    digest = held_line_hash(desk.journal.db, desk.journal.source, line) if hashed else ""
    if kind == "shipment.sent":
        return replace(body, lines=[(line, "K001001")], hashes=[digest] if hashed else [])
    if kind in ABOUT_LINES:
        return replace(body, line=line, line_hash=digest)
    return replace(body, source=desk.journal.source, stream=stream) if kind in ABOUT_STREAMS else body


def hear(desk: CardDesk, partner: str, body: msgspec.Struct, kind: str) -> list[str]:
    """Let a partner's line come in; the reasons for which it was set aside."""
    source, stream = PARTNERS[partner][0], desk.journal.source
    return send(desk.journal, source, stream, [(kind, subject_of(body, stream), msgspec.json.encode(body))])


def state(desk: CardDesk) -> list[tuple[object, ...]]:
    """All that an answer, a shipment or a decision about a stream could change."""
    tables = ("dispatch_line", "answer_conflict", "answer_value", "shipment", "fork_settled", "twin_line", "case_file")
    return [tuple(desk.journal.db.run(f"SELECT * FROM {table}")) for table in tables]


def test_the_matrix_names_every_kind_that_a_partner_sends() -> None:
    kinds = {kind.name for kind in every_kind().values() if kind.travel and kind.travel.sender == "centre"}
    assert kinds == {*ABOUT_LINES, *ABOUT_STREAMS, *FREE}


@pytest.mark.parametrize(("partner", "other"), [("dukcapil", "bank"), ("bank", "dukcapil")])
@pytest.mark.parametrize("kind", [*ABOUT_LINES, *ABOUT_STREAMS])
def test_nobody_speaks_of_what_went_to_another_partner(
    desk: CardDesk, sent: dict[str, str], kind: str, partner: str, other: str
) -> None:
    before = state(desk)
    body = message(desk, kind, other, sent[other])
    assert hear(desk, partner, body, kind) == [NOT_SENT_TO.format(stream=other, sender=PARTNERS[partner][1])]
    assert state(desk) == before
    right = message(desk, kind, other, sent[other])
    assert hear(desk, other, right, kind) == [], "the partner to whom it went may say the very same"


@pytest.mark.parametrize("partner", list(PARTNERS))
@pytest.mark.parametrize("kind", ABOUT_LINES)
def test_an_answer_without_the_hash_of_its_line_does_not_pass(
    desk: CardDesk, sent: dict[str, str], kind: str, partner: str
) -> None:
    before = state(desk)
    assert hear(desk, partner, message(desk, kind, partner, sent[partner], hashed=False), kind) == [NO_HASH]
    assert state(desk) == before


def test_a_release_is_endorsed_by_the_print_centre_and_by_no_bank(desk: CardDesk, sent: dict[str, str]) -> None:
    assert set(sent) == set(PARTNERS)
    for partner, version, digest in (("bank", "9.2.0", "cd" * 32), ("dukcapil", "9.1.0", "ab" * 32)):
        said = replace(SOUND["release.endorsed"], version=version, digest=digest)
        assert hear(desk, partner, said, "release.endorsed") == []
    endorsed = endorsed_releases(desk.journal.db, desk.journal.source)
    assert [(row.source, row.version) for row in endorsed] == [(PARTNERS["dukcapil"][0], "9.1.0")]


def test_a_banks_blanks_are_not_shown_as_those_of_the_print_centre(desk: CardDesk, sent: dict[str, str]) -> None:
    assert set(sent) == set(PARTNERS)
    cards = partner_services(desk.journal.db)["ktp-el"]
    hear(desk, "dukcapil", replace(SOUND["centre.state"], blanks=20), "centre.state")
    hear(desk, "bank", replace(SOUND["centre.state"], blanks=9999, as_of="2026-03-12T01:00:00Z"), "centre.state")
    news = queries.centre_news(desk.journal.db, cards)
    assert news is not None
    assert news.blanks == 20


def test_the_sheet_of_the_day_names_each_partner_as_its_people_do(desk: CardDesk, sent: dict[str, str]) -> None:
    hear(desk, "dukcapil", replace(SOUND["centre.state"], blanks=20), "centre.state")
    words = [head.stream for head in journal_heads(desk.journal.db)]
    assert words == ["kantor ini", "untuk Bank Contoh", "untuk Pusat Cetak Contoh", "dari Pusat Cetak Contoh"]
    codes = {desk.journal.source, *sent, *(code for code, _ in PARTNERS.values())}
    assert not [code for code in codes if code in " ".join(words)]
