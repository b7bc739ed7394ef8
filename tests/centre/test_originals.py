"""What a village typed at the centre: compared with what its office sent, and what a hostile or tired side changes."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from app import compose
from app.casework.villages.files import DRAFTS, seal_lines, seal_original
from app.centre import service
from app.centre.originals import read_originals, tell_original
from app.centre.people_data import line_values
from app.centre.queries import find_line
from app.centre.tables import LineOriginal
from app.core.messages import LEAST_ORIGINAL, LONGEST_ORIGINAL, DispatchLine, OriginalForwarded, TypedOriginal
from schema.migrations import migrate_database
from schema.person_fields import redacted_json
from schema.postgres import open_centre
from sync.entries import NO_LINE, OTHER_LINE
from sync.erasure import erase_people
from sync.incoming_entries import apply_waiting_entries
from sync.journal import Journal
from sync.keys import NodeKeys, make_keys
from sync.verification import verify_side
from tests.centre.desk import Desk, line_path
from tests.centre.print_centre import NOW, OFFICE, OTHER, YUNI, PrintCentre, Sender, a_line
from tests.platform.people import Clock

MUNDER, KRAI = make_keys("3508992010"), make_keys("3508992011")
CODE = "c0de" * 8


@dataclass
class Regency:
    """A print centre with its keys, and an office whose lines were typed in villages."""

    centre: PrintCentre
    keys: NodeKeys
    made: int = 0
    lines: dict[str, DispatchLine] = field(default_factory=dict)

    def sent(self, **changed: str) -> str:
        """A line of a fresh person, with other values in some of its fields; its id."""
        self.made += 1
        line = a_line(self.made, 1, self.made)
        line = replace(line, fields=line.fields | changed)
        [name] = self.centre.office.dispatch([line])
        self.lines[name] = line
        return name

    def typed(self, line: str, code: str = CODE, **changed: str) -> TypedOriginal:
        """What the village typed of a line, with other values in some fields."""
        return TypedOriginal(code, "ktp-el", "2026-03-06T02:00:00Z", self.lines[line].fields | changed)

    def sealed(self, typed: TypedOriginal, by: NodeKeys = MUNDER, to: NodeKeys | None = None) -> str:
        made = seal_original(by, (to or self.keys).public, typed, 1, NOW)
        assert made is not None
        return made.sealed

    def body(self, line: str, sealed: str, code: str = CODE, by: NodeKeys = MUNDER) -> OriginalForwarded:
        """What the office says of it, when it says the truth."""
        own = self.centre.office.hash_of(line)
        case_id = self.lines[line].case_id
        return OriginalForwarded(case_id, line, own, by.node, "Munder", code, by.public.signing, sealed)

    def forward(self, body: OriginalForwarded, office: str = OFFICE) -> list[str]:
        """Hand it over; the reasons for which it was set aside."""
        received = self.centre.senders[office].send([("line.original_forwarded", body)])
        return [why for _, why in received.set_aside]

    def read(self, line: str) -> tuple[str, str, list[str]]:
        """The verdict about a line, why, and the fields that differ."""
        read_originals(self.centre.journal, self.keys, NOW)
        row = LineOriginal.first(self.centre.db, source=OFFICE, line=line)
        assert row is not None
        return row.verdict, row.why, json.loads(row.fields)

    def title(self, line: str) -> str:
        """What the page of the line says."""
        row = find_line(self.centre.db, OFFICE, line)
        assert row is not None
        told = tell_original(self.centre.db, row, "kecamatan", NOW.date())
        return told.title if told else ""


@pytest.fixture
def regency(print_centre: PrintCentre) -> Regency:
    """On both engines."""
    return Regency(print_centre, make_keys(print_centre.journal.source))


@pytest.fixture
def alone(tmp_path: Path) -> Regency:
    """On SQLite only: what is no matter of the engine."""
    db = open_centre(tmp_path / "pusat.sqlite3")
    migrate_database(db, "centre")
    made = PrintCentre(compose.journal("centre", db))
    made.prepare()
    return Regency(made, make_keys(made.journal.source))


def test_the_print_room_reads_what_was_typed_and_what_was_changed_on_the_way(regency: Regency, tmp_path: Path) -> None:
    same, changed = regency.sent(), regency.sent()
    assert regency.title(same) == "", "no village typed it"
    assert regency.forward(regency.body(same, regency.sealed(regency.typed(same)))) == []
    typed = regency.typed(changed, "beef" * 8, full_name="SLAMET", rt="", phone="0812")
    assert regency.forward(regency.body(changed, regency.sealed(typed), "beef" * 8)) == []
    assert "sebentar lagi" in regency.title(same)
    assert regency.read(same) == ("same", "", [])
    assert regency.read(changed) == ("differs", "", ["full_name", "phone"]), "an empty field that stayed empty is none"
    assert regency.title(same) == "Diketik di desa Munder pada 6 Maret 2026, dikirim kecamatan tanpa diubah."
    assert regency.title(changed).endswith("dikirim kecamatan dengan perubahan pada: Nama lengkap, Nomor telepon.")
    assert read_originals(regency.centre.journal, regency.keys, NOW) == 0, "each is read once"
    rows = regency.centre.db.run(
        "SELECT b.body FROM journal j JOIN journal_body b ON b.id = j.id WHERE kind = 'line.original_compared'"
    )
    said = " ".join(bytes(row[0]).decode() for row in rows)
    assert "SLAMET" not in said, "names of fields, no values"
    assert "0812" not in said
    assert verify_side(regency.centre.journal, "centre", tmp_path / "leer.sqlite3").faults == []


def test_what_an_office_and_a_village_may_try(alone: Regency) -> None:
    line, other, third = alone.sent(), alone.sent(), alone.sent()
    good = alone.sealed(alone.typed(line))
    byte = bytearray(b64decode(good))
    byte[-1] ^= 1
    before = replace(alone.body(line, good), line=line.replace("dukcapil/", "dukcapil/9"))
    to_another, of_krai = make_keys(alone.keys.node), NodeKeys(KRAI.node, MUNDER.signing, MUNDER.identities)
    to_a_bank = NodeKeys("bank-3508", alone.keys.signing, alone.keys.identities)
    drafts = seal_lines(MUNDER, alone.keys.public, DRAFTS, [alone.typed(line)], epoch=1, now=NOW)
    tried = {
        "one byte": (b64encode(bytes(byte)).decode(), "unreadable", "damaged"),
        "sealed to another key": (alone.sealed(alone.typed(line), to=to_another), "unreadable", "not_for_us"),
        "to a side of another name": (alone.sealed(alone.typed(line), to=to_a_bank), "unreadable", "not_for_us"),
        "no base64": ("=" * 200, "unreadable", "damaged"),
        "beyond a field": (alone.sealed(alone.typed(line, full_name="A" * 5000)), "unreadable", "damaged"),
        "drafts in its place": (b64encode(drafts).decode(), "unreadable", "damaged"),
        "the office's own key in the village's place": (good, "forged", "signature"),
        "of another village": (alone.sealed(alone.typed(line), by=of_krai), "forged", "other_village"),
        "of another draft": (alone.sealed(alone.typed(line, "beef" * 8)), "forged", "other_draft"),
        "of another service": (
            alone.sealed(replace(alone.typed(line), service="ktm")),
            "forged",
            "other_service",
        ),
    }
    assert alone.forward(before) == [NO_LINE], "before its line it cannot be said of it: the hash is missing"
    assert alone.forward(replace(alone.body(line, good), line_hash="ab" * 32)) == [OTHER_LINE]
    for name, (sealed, verdict, why) in tried.items():
        at = alone.sent()
        claimed = {"signing": make_keys(OFFICE).public.signing} if why == "signature" else {}
        assert alone.forward(replace(alone.body(at, sealed), **claimed)) == []
        assert alone.read(at) == (verdict, why, []), name
        assert "tidak" in alone.title(at)
    assert alone.forward(alone.body(line, good)) == []
    assert alone.forward(alone.body(other, good)) == []
    assert alone.read(line) == ("same", "", [])
    assert alone.read(other) == ("forged", "used", []), "one draft, one case"
    assert alone.forward(alone.body(line, alone.sealed(alone.typed(line, rt="9")))) == [], "once more of the same line"
    assert alone.read(line) == ("same", "", []), "what was read stays"
    size = LONGEST_ORIGINAL + 4
    assert "sealed" in alone.forward(alone.body(third, "A" * size))[0]
    assert "sealed" in alone.forward(alone.body(third, "A" * (LEAST_ORIGINAL - 1)))[0]
    assert "village" in alone.forward(replace(alone.body(third, good), village="<b>3508</b>"))[0]


def test_another_office_says_nothing_of_a_line(alone: Regency) -> None:
    alone.centre.enrol(OTHER)
    _, line = alone.sent(), alone.sent()
    assert alone.forward(alone.body(line, alone.sealed(alone.typed(line))), OTHER) == [NO_LINE]
    assert alone.title(line) == ""


def test_the_same_case_may_come_again_and_elsewhere_its_draft_may_not(alone: Regency) -> None:
    first = alone.sent()
    alone.made -= 1
    body = replace(a_line(9, 1, 1), again="Ulang: buram")
    [again] = alone.centre.office.dispatch([body])
    alone.lines[again] = body
    for line in (again, first):
        assert alone.forward(alone.body(line, alone.sealed(alone.typed(line)))) == []
    assert (alone.read(first)[0], alone.read(again)[0]) == ("same", "same")


def test_earlier_keys_of_the_centre_still_open_and_lost_ones_are_said(alone: Regency) -> None:
    line, other = alone.sent(), alone.sent()
    early = alone.keys
    for at in (line, other):
        code = CODE if at == line else "beef" * 8
        alone.forward(alone.body(at, alone.sealed(alone.typed(at, code), to=early), code))
    alone.keys = make_keys(early.node, early.identities)
    assert alone.read(line) == ("same", "", []), "sealed to the earlier key"
    assert alone.read(other) == ("same", "", [])


def test_a_new_key_of_a_village_is_told_for_a_while(alone: Regency, tmp_path: Path) -> None:
    """Its office may have replaced the computer, or sign in the village's place."""
    fresh, strange = make_keys(MUNDER.node), alone.sent()
    alone.forward(alone.body(strange, "A" * 200, "feed" * 8, make_keys(MUNDER.node)))
    assert alone.read(strange)[0] == "unreadable", "this key signed nothing that counts"
    lines = [alone.sent() for _ in range(4)]
    for n, (line, by) in enumerate(zip(lines, (MUNDER, fresh, KRAI, MUNDER), strict=True)):
        code, day = f"{n}" * 32, NOW + timedelta(days=n + 1)
        alone.forward(alone.body(line, alone.sealed(alone.typed(line, code), by), code, by))
        read_originals(alone.centre.journal, alone.keys, day)

    def said(line: str, days: int) -> str:
        row = find_line(alone.centre.db, OFFICE, line)
        assert row is not None
        told = tell_original(alone.centre.db, row, "kecamatan", (NOW + timedelta(days=days)).date())
        assert told is not None
        return f"{told.kind} {told.text}"

    new = "Kunci desa ini baru sejak 14 Maret 2026. Pastikan desa memang mengganti komputernya."
    assert [said(line, 5) for line in lines] == ["idle ", f"warn {new}", "idle ", "idle "], "the second key of Munder"
    assert (said(lines[1], 31), said(lines[1], 32)) == (f"warn {new}", "idle ")
    assert verify_side(alone.centre.journal, "centre", tmp_path / "leer.sqlite3").faults == []


def test_a_clerk_who_gives_it_to_another_village_is_told_and_markup_stays_text(alone: Regency) -> None:
    line = alone.sent(village=MUNDER.node)
    typed = alone.typed(line, full_name="<b>TUMINI</b>", odd_field="x", village=KRAI.node)
    sealed = alone.sealed(typed, by=KRAI)
    assert alone.forward(replace(alone.body(line, sealed, by=KRAI), village_name="<i>Krai</i>")) == []
    assert alone.read(line) == ("differs", "", ["full_name", "village", "odd_field"])
    assert alone.title(line).endswith(": Nama lengkap, Desa, Odd field.")
    assert "<b>" not in alone.title(line)


def test_what_is_destroyed_before_it_was_read_is_said_so(alone: Regency) -> None:
    line = alone.sent()
    assert alone.forward(alone.body(line, "")) == []
    assert alone.read(line) == ("unreadable", "gone", [])


def test_a_centre_of_an_older_program_lets_it_wait_until_its_update(tmp_path: Path) -> None:
    """The line itself waits for nothing: its card may be printed meanwhile."""
    db = open_centre(tmp_path / "pusat.sqlite3")
    migrate_database(db, "centre")
    earlier = [kind for kind in compose.kinds("centre") if not kind.name.startswith("line.original_")]
    centre = PrintCentre(Journal(db, earlier))
    centre.prepare()
    old = Regency(centre, make_keys(centre.journal.source))
    line = old.sent()
    received = centre.office.send(
        [("line.original_forwarded", old.body(line, old.sealed(old.typed(line)))), ("dispatch.line", a_line(7, 1, 7))]
    )
    assert (received.waiting, received.set_aside) == (1, [])
    assert centre.state(line) == "waiting"
    centre.journal = compose.journal("centre", db)
    assert old.title(line) == ""
    assert apply_waiting_entries(centre.journal, NOW) == 1
    assert old.read(line) == ("same", "", [])
    assert verify_side(centre.journal, "centre", tmp_path / "leer.sqlite3").faults == []


def test_a_centre_put_back_to_a_backup_reads_it_again(alone: Regency, tmp_path: Path) -> None:
    """Its own verdicts stand in no stream that comes back: the office brings its line, and it is compared anew."""
    line = alone.sent()
    body, backup = alone.body(line, alone.sealed(alone.typed(line, rt="9"))), tmp_path / "cadangan.sqlite3"
    n, head = alone.centre.office.n, alone.centre.office.head
    alone.centre.db.run(f"VACUUM INTO '{backup}'")
    alone.forward(body)
    assert alone.read(line) == ("differs", "", ["rt"])
    journal = compose.journal("centre", open_centre(backup))
    alone.centre = PrintCentre(journal, senders={OFFICE: Sender(journal.db, journal, n=n, head=head)})
    assert alone.title(line) == ""
    assert alone.forward(body) == []
    assert alone.read(line) == ("differs", "", ["rt"])
    journal.db.close()


def test_of_a_line_that_was_set_aside_nothing_is_read(alone: Regency) -> None:
    line = alone.sent()
    twice = replace(a_line(8, 1, 1), fields=alone.lines[line].fields)
    [(n, _why)] = alone.centre.office.send([("dispatch.line", twice)]).set_aside
    aside = f"1/dukcapil/{n}"
    alone.lines[aside] = twice
    assert alone.forward(alone.body(aside, alone.sealed(alone.typed(aside)))) == []
    assert read_originals(alone.centre.journal, alone.keys, NOW) == 0
    assert alone.forward(alone.body(line, alone.sealed(alone.typed(line)))) == []
    assert alone.read(line) == ("same", "", []), "and it takes the draft from no other"


def test_what_is_sealed_is_of_a_person_and_goes_with_him(alone: Regency, tmp_path: Path) -> None:
    """The centre has no retention of its own yet; the day it has, this goes as the rest of the line goes."""
    line = alone.sent()
    alone.forward(alone.body(line, alone.sealed(alone.typed(line))))
    alone.read(line)
    found = find_line(alone.centre.db, OFFICE, line)
    assert found is not None
    assert ("Isian seperti diketik di desa", "tersimpan tersegel") in line_values(alone.centre.db, found)
    journal, place = alone.centre.journal, (OFFICE, 1, "dukcapil", alone.centre.office.n)
    epoch_n = "j.epoch = ? AND j.stream = ? AND j.n = ?"
    sql = f"SELECT body FROM journal_body b JOIN journal j ON j.id = b.id WHERE j.source = ? AND {epoch_n}"
    [(body,)] = journal.db.run(sql, place)
    own = {place: redacted_json(bytes(body), OriginalForwarded)}
    erase_people(journal, "centre", own, reason="uji", actor="eko", at=NOW, scratch=tmp_path / "leer.sqlite3")
    row = LineOriginal.first(journal.db, source=OFFICE, line=line)
    assert row is not None
    assert (row.sealed, row.verdict) == ("", "same")
    assert "Isian seperti diketik di desa" not in dict(line_values(alone.centre.db, found))


def test_the_pages_say_it_and_the_clock_reads_it(tmp_path: Path, clock: Clock) -> None:
    desk = Desk(tmp_path / "pusat", clock)
    room = Regency(desk.print_centre, desk.centre.desk.keys())
    same, changed, strange = room.sent(), room.sent(), room.sent()
    service.accept_lines(room.centre.journal, YUNI, office=OFFICE, lines=[same, changed, strange], now=NOW)
    room.forward(room.body(same, room.sealed(room.typed(same))))
    named = replace(room.body(changed, room.sealed(room.typed(changed, rt="9"))), village_name="<b>Krai</b>")
    room.forward(replace(named, code="beef" * 8, sealed=room.sealed(room.typed(changed, "beef" * 8, rt="9"))))
    room.forward(room.body(strange, "A" * 200, "feed" * 8))
    desk.centre.publish(NOW)
    page = desk.yuni.get(line_path(changed)).get_data(as_text=True)
    assert "&lt;b&gt;Krai&lt;/b&gt;" in page
    assert "dengan perubahan pada: RT." in page
    assert "tanpa diubah" in desk.yuni.get(line_path(same)).get_data(as_text=True)
    assert "Cocokkan data berkas ini" in desk.yuni.get(line_path(strange)).get_data(as_text=True)
    queue = desk.yuni.get("/").get_data(as_text=True)
    for word in ("Seperti diketik di desa", "Diubah sesudah diketik di desa", "Isian asli desa perlu dicocokkan"):
        assert queue.count(word) == 1
