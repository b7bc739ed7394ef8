"""One office's bad line changes nobody else's page, queue or exchange: every field, every hostile value, every page."""

from pathlib import Path

import msgspec
import pytest

from app.centre import service
from schema.structs import BoundError, check_fields
from tests.centre.desk import Desk
from tests.centre.print_centre import OFFICE, OTHER, YUNI
from tests.platform.people import Clock
from tests.platform.web.walking import failed
from tests.proof.hostility import crawl, poisoned, send, without_tokens
from tests.proof.messages import SOUND


@pytest.mark.parametrize("kind", SOUND)
def test_sound_messages_are_within_their_bounds_and_hostile_ones_are_not(kind: str) -> None:
    check_fields(SOUND[kind])
    for number in (2**63, -(2**63)):
        for field, hint in type(SOUND[kind]).__annotations__.items():
            if field in ("dispatch_id", "ordinal", "case_id", "count", "n", "blanks", "queue"):
                with pytest.raises(BoundError):
                    check_fields(msgspec.structs.replace(SOUND[kind], **{field: number}))
            assert hint


def test_an_office_that_sends_anything_harms_nobody(tmp_path: Path, clock: Clock) -> None:
    desk = Desk(tmp_path / "pusat", clock)
    print_centre, journal = desk.print_centre, desk.centre.journal
    print_centre.enrol(OTHER)
    good = print_centre.comes(2, OTHER)
    service.accept_lines(journal, YUNI, office=OTHER, lines=good, now=clock())
    own = print_centre.comes(2)
    paths = {"/kantor/" + OTHER, "/antrean/"}
    before = {path: desk.yuni.get(path).get_data(as_text=True) for path in paths}
    reasons = send(journal, OFFICE, "dukcapil", list(poisoned("office", "dukcapil")))
    assert len(reasons) > 1000
    assert all(len(reason) <= 300 and reason.endswith(".") for reason in reasons)
    seen = crawl(desk.yuni, "/") | crawl(desk.eko, "/") | crawl(desk.eko, f"/kantor/{OFFICE}")
    assert len(seen) > 15
    assert {path: status for path, status in seen.items() if status >= 500} == {}
    assert failed(desk.eko, "GET", 1) == {}
    assert print_centre.balance(OTHER).came == 2
    after = desk.yuni.get("/kantor/" + OTHER).get_data(as_text=True)
    assert without_tokens(after) == without_tokens(before["/kantor/" + OTHER])
    print_centre.print(good[0], "AB00001", OTHER)
    assert [print_centre.state(line, OTHER) for line in good] == ["printed", "accepted"]
    assert [print_centre.state(line) for line in own] == ["waiting", "waiting"]
    assert print_centre.comes(1, OTHER)
    assert service.receive_blanks(journal, YUNI, count=1, letter="471/2", now=clock()) is None
