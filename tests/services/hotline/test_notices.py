"""SMS to applicants who agreed: at each moment once, never to who does not want it, by telephone where it fails."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import compose
from app.casework.batches import products
from app.casework.batches.products import count_ready
from app.casework.desk import moving
from app.casework.desk import service as cases
from app.casework.desk.moving import form_values
from app.casework.desk.opening import Application, open_case
from app.core.problems import Problem, check_found
from app.platform.office.service import change_settings
from app.services.hotline import bounds, gammu, messages, notices, tasks
from app.services.hotline.messages import exchange_messages
from app.services.hotline.tables import Sms
from schema.database import open_office
from schema.definitions import load_all
from sync.journal import Journal
from sync.verification import verify_side
from tests.casework.batches.services import STALL_PLATE
from tests.platform.office.adopting import put_in_force
from tests.platform.people import MUNDER, Browser, Clock
from tests.services.hotline.phone import Phone, wait_until
from tests.services.hotline.staff import person
from tests.services.ktp.desk import Desk
from tests.world.nightly import by_day

NUMBER, OTHER = "081234000777", "081234000888"
ASKED = {"sms": "1", "phone": NUMBER}


@pytest.fixture
def desk(journal: Journal, clock: Clock) -> Desk:
    return Desk(journal, clock())


@pytest.fixture
def phone(tmp_path: Path, journal: Journal, clock: Clock) -> Phone:
    """The telephone of an office that tells applicants by SMS, at any hour."""
    made = Phone(tmp_path / "gammu")
    start(journal, clock, made)
    return made


def start(journal: Journal, clock: Clock, phone: Phone, **more: int | bool) -> None:
    ratna = person(journal, "ratna")
    told = {"folder": str(phone.base), "number": "", "blocked": [], "now": clock()}
    messages.change_sms_settings(journal, ratna, on=True, **told)
    values = {"on": True, "from_hour": 1, "until_hour": 24} | more
    notices.change_notice_settings(journal, ratna, now=clock(), **values)


def look(desk: Desk) -> None:
    exchange_messages(desk.journal, desk.now)


def at_counter(desk: Desk, **changed: str) -> int:
    """A case whose card came to the counter."""
    case_id = desk.ready(**ASKED | changed)
    made = desk.send(case_id)
    desk.printed(made, 1)
    desk.arrived(case_id)
    return case_id


def returned(desk: Desk, **changed: str) -> int:
    case_id = desk.open(**ASKED | changed)
    moving.advance_case(
        desk.journal, desk.who("sari"), case_id=case_id, outcome="returned", note="Fotokopi KK tidak ada", now=desk.now
    )
    return case_id


def told(desk: Desk) -> list[tuple[str, str]]:
    return [(row.tells.partition(" ")[0], row.state) for row in Sms.rows(desk.journal.db, purpose="notice", order="id")]


def arrives(phone: Phone, folder: str = "sent") -> None:
    """The daemon took what lies in the outbox."""
    for name in phone.names("outbox"):
        (phone.base / "outbox" / name).rename(phone.base / folder / name)


def test_a_card_that_may_be_fetched_is_told_by_the_real_daemon_once(phone: Phone, desk: Desk, tmp_path: Path) -> None:
    case_id = at_counter(desk)
    case = cases.case_by_id(desk.journal.db, case_id)
    assert case is not None
    with phone.at_work():
        look(desk)
        wait_until(lambda: phone.names("sent"))
    assert count_ready(desk.journal.db, None, "ktp-el") == (1, 0), "until it has left, the card waits for a call"
    look(desk.later(minutes=1))
    [(number, text)] = phone.texts()
    code = "-".join((case.code[:5], case.code[5:]))
    assert number == NUMBER
    assert case.code[:4] in text.replace("-", ""), code
    assert "siap diambil" in text
    assert "Senin-Kamis" in text
    assert len(text) <= 160
    for secret in (case.name.split()[0].lower(), case.main_key, case.number):
        assert secret not in text.lower()
    assert told(desk) == [("ready", "sent")]
    assert count_ready(desk.journal.db, None, "ktp-el") == (0, 1), "the card has left the list of calls"
    for _ in range(3):
        look(desk.later(days=1))
    assert len(phone.names("sent")) == 1
    assert verify_side(desk.journal, "office", tmp_path / "replay.sqlite3").faults == []


def test_each_moment_is_told_and_a_file_that_comes_back_twice_twice(phone: Phone, desk: Desk) -> None:
    case_id = returned(desk)
    look(desk)
    arrives(phone)
    moving.advance_case(
        desk.journal, desk.who("sari"), case_id=case_id, outcome="resubmitted", now=desk.later(days=1).now
    )
    moving.advance_case(
        desk.journal, desk.who("sari"), case_id=case_id, outcome="returned", note="Pas foto", now=desk.now
    )
    look(desk)
    arrives(phone)
    look(desk.later(minutes=1))
    assert told(desk) == [("returned", "sent"), ("returned", "sent")]


def test_before_a_promise_is_missed_it_is_told_once(phone: Phone, desk: Desk) -> None:
    """Complete on Thursday 12 March; twelve working days later the promise ends; a working day before it is told."""
    late, kept = desk.complete(**ASKED), desk.complete(sms="1", phone=OTHER)
    due = check_found(cases.case_by_id(desk.journal.db, late), "Berkas").due_on
    desk.record(kept)
    made = desk.send(kept)
    desk.printed(made, 1)
    desk.arrived(kept)
    days = 0
    while not any(name == "late" for name, _ in told(desk)):
        look(desk)
        arrives(phone)
        desk.later(days=1)
        days += 1
        assert days < 40
    [row] = [row for row in Sms.rows(desk.journal.db, purpose="notice") if row.tells.startswith("late")]
    assert (row.case_id, row.tells) == (late, f"late {due}")
    left = (desk.now.date() - timedelta(days=1)).isoformat()
    assert left < str(due)
    for _ in range(5):
        look(desk.later(days=1))
        arrives(phone)
    assert [name for name, _ in told(desk)].count("late") == 1


def test_no_delay_is_told_while_the_clock_stands_or_the_card_waits_for_its_owner(phone: Phone, desk: Desk) -> None:
    ratna = person(desk.journal, "ratna")
    wanted = {"promise.kept_when": "handed_over", "pauses.enabled": ["blanks_out"]}
    change_settings(desk.journal, ratna, wanted, desk.now)
    late, paused, card = desk.complete(**ASKED), desk.complete(sms="1", phone=OTHER), at_counter(desk)
    told_of_pause = {"case_id": paused, "reason": "blanks_out", "text": "", "now": desk.now}
    cases.pause_case(desk.journal, desk.who("budi"), **told_of_pause)
    desk.now = datetime(2026, 4, 6, 3, tzinfo=UTC)  # a working day before 7 April
    due = [notice.case_id for notice in notices.due_notices(desk.journal.db, desk.now)]
    kept = [check_found(cases.case_by_id(desk.journal.db, case_id), "Berkas").kept_on for case_id in (paused, card)]
    assert (due, kept) == ([late], [None, None])


def test_nobody_is_told_who_did_not_agree_or_in_an_office_without_sms(
    phone: Phone, desk: Desk, clock: Clock, journal: Journal, web: Flask
) -> None:
    at_counter(desk, sms="")
    look(desk)
    assert Sms.rows(journal.db) == []
    page = Browser(web, "sari")
    assert "Boleh dikabari lewat SMS" in draft_page(page)
    start(journal, clock, phone, on=False)
    at_counter(desk)
    look(desk)
    assert Sms.rows(journal.db) == []
    assert "Boleh dikabari lewat SMS" not in draft_page(page), "where no SMS is sent nothing is asked"
    assert page.get("/sms").status_code == 200


def draft_page(page: Browser) -> str:
    begun = page.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": ""})
    return page.get(begun.headers["Location"]).get_data(as_text=True)


def test_an_agreement_needs_a_mobile_number(phone: Phone, desk: Desk) -> None:
    for number in ("", "0334123456", "+60123456789"):
        with pytest.raises(Problem) as problem:
            desk.open(sms="1", phone=number)
        assert problem.value.fields == {
            "sms": "Tulis nomor seluler Indonesia di Nomor telepon, atau kosongkan centang SMS."
        }


@pytest.mark.parametrize("lies", [False, True], ids=["queued", "in the outbox"])
def test_an_agreement_taken_back_stops_what_has_not_left(phone: Phone, desk: Desk, clock: Clock, lies: bool) -> None:
    case_id = at_counter(desk)
    if not lies:
        start(desk.journal, clock, phone, until_hour=2)
    look(desk)
    assert told(desk) == [("ready", "handed" if lies else "queued")]
    notices.stop_sms(desk.journal, desk.who("sari"), case_id=case_id, now=desk.now)
    start(desk.journal, clock, phone)
    look(desk.later(minutes=1))
    [row] = Sms.rows(desk.journal.db, purpose="notice")
    assert (row.state, row.dropped_why, phone.names("outbox")) == ("dropped", "izinnya dicabut", [])
    with pytest.raises(Problem, match="memang tidak dikabari"):
        notices.stop_sms(desk.journal, desk.who("sari"), case_id=case_id, now=desk.now)
    assert count_ready(desk.journal.db, None, "ktp-el") == (1, 0), "who is not told by SMS is called"


def test_a_changed_number_gets_the_message_and_the_old_one_none(phone: Phone, desk: Desk) -> None:
    case_id = at_counter(desk)
    look(desk)
    case = cases.case_by_id(desk.journal.db, case_id)
    assert case is not None
    cases.correct_case(
        desk.journal,
        desk.who("budi"),
        case_id=case_id,
        raw=form_values(case) | {"phone": OTHER},
        reason="Nomor baru",
        now=desk.later(minutes=1).now,
    )
    look(desk)
    look(desk.later(minutes=1))
    rows = Sms.rows(desk.journal.db, purpose="notice", order="id")
    assert [(row.number, row.state) for row in rows] == [(NUMBER, "dropped"), (OTHER, "handed")]
    assert [number for number, _ in phone.texts("outbox")] == [OTHER]


def test_a_card_that_was_fetched_first_is_told_no_more(phone: Phone, desk: Desk, clock: Clock) -> None:
    start(desk.journal, clock, phone, until_hour=2)
    case_id = at_counter(desk)
    look(desk)
    give = {"receiver": "Anisa Rahmawati", "relation": "self", "now": desk.now}
    products.hand_card_over(desk.journal, desk.who("sari"), case_id=case_id, **give)
    start(desk.journal, clock, phone)
    look(desk)
    assert told(desk) == [("", "dropped")]
    assert phone.names("outbox") == []


def test_what_does_not_arrive_is_told_by_telephone(phone: Phone, desk: Desk) -> None:
    """A card stays in the list of calls; of another file the desk says it until somebody writes that he called."""
    at_counter(desk)
    case_id = returned(desk, phone=OTHER)
    look(desk)
    arrives(phone, "error")
    look(desk.later(minutes=1))
    assert told(desk) == [("ready", "failed"), ("returned", "failed")]
    assert count_ready(desk.journal.db, None, "ktp-el") == (1, 0)
    sari = desk.who("sari")
    [task] = tasks.applicants_to_phone(desk.journal.db, sari, desk.now)
    assert (task.values, task.act) == ({"case_id": case_id}, "call")
    cases.note_on_case(
        desk.journal, sari, case_id=case_id, action="call", text="Tersambung", now=desk.later(hours=1).now
    )
    assert tasks.applicants_to_phone(desk.journal.db, sari, desk.now) == []


def test_hours_day_and_number_have_their_bounds(phone: Phone, desk: Desk, clock: Clock) -> None:
    """Two a day leave, nobody gets more than three, none outside of the hours; and the rest follows."""
    start(desk.journal, clock, phone, from_hour=8, until_hour=9)
    for _ in range(5):
        at_counter(desk)
    desk.now = desk.now.replace(hour=12)
    look(desk)
    assert phone.names("outbox") == [], "19.00 at the office"
    desk.now = desk.now.replace(hour=1) + timedelta(days=1)
    look(desk)
    assert len(phone.names("outbox")) == 3, "of one number"
    arrives(phone)
    look(desk.later(minutes=1))
    start(desk.journal, clock, phone, most=2)
    at_counter(desk, phone=OTHER)
    look(desk.later(minutes=1))
    assert [state for _, state in told(desk)].count("sent") == 3
    look(desk.later(days=1))
    assert len(phone.names("outbox")) == 2, "of the day"
    assert notices.notices_today(desk.journal.db, desk.now) == 2


KILLED = """
import os, sys
from datetime import datetime
from pathlib import Path
from app import compose
from app.quality.quarter.views.waiting_room import make_kiosk_app
from app.services.complaints.service import Visitor, write_answer, write_follow_up, write_line
from app.services.hotline import bounds, gammu, messages
from schema.database import open_office
from schema.definitions import load_all
put = gammu.put_in_outbox
die = lambda *a, **k: os.kill(os.getpid(), 9)
if sys.argv[3] == "put":
    gammu.put_in_outbox = die
elif sys.argv[3] == "then":
    gammu.put_in_outbox = lambda *a: (put(*a), die())
else:
    messages.note_state = die
journal = compose.journal("office", open_office(Path(sys.argv[1])))
messages.exchange_messages(journal, datetime.fromisoformat(sys.argv[2]))
"""


@pytest.mark.parametrize("place", ["put", "then", "note"][by_day(1, 0) : by_day(2, 3)])
def test_a_killed_program_sends_once(phone: Phone, desk: Desk, tmp_path: Path, place: str) -> None:
    at_counter(desk)
    [(path,)] = desk.journal.db.run("SELECT file FROM pragma_database_list WHERE name = 'main'")
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    call = [sys.executable, str(script), path, desk.now.isoformat(), place]
    program = {"PYTHONPATH": os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(call, capture_output=True, text=True, env=os.environ | program)
    assert done.returncode == -9, done.stderr
    for _ in range(2):
        look(desk.later(minutes=1))
        arrives(phone)
    look(desk)
    assert told(desk) == [("ready", "sent")]
    assert (len(phone.names("sent")), phone.names("outbox")) == (1, [])


@pytest.mark.parametrize("same_folders", [True, False], ids=["same folders", "another PC"])
def test_after_a_backup_was_put_back_nothing_is_told_twice(
    phone: Phone, desk: Desk, tmp_path: Path, same_folders: bool
) -> None:
    """The backup holds one queued notice and one card that had not come; both were told before the PC broke."""
    journal = desk.journal
    queued = returned(desk, phone=OTHER)
    coming = desk.ready(**ASKED)
    made = desk.send(coming)
    desk.printed(made, 1)
    notices.queue_notices(journal, desk.now)
    [(path,)] = journal.db.run("SELECT file FROM pragma_database_list WHERE name = 'main'")
    backup = tmp_path / "cadangan.sqlite3"
    journal.db.run("VACUUM INTO ?", (str(backup),))
    desk.arrived(coming)
    look(desk)
    arrives(phone)
    look(desk.later(minutes=1))
    assert sorted(phone.names("sent")) == sorted(row.file for row in Sms.rows(journal.db, purpose="notice"))
    assert len(phone.names("sent")) == 2
    restored = Desk(restored_journal(backup, tmp_path), desk.later(hours=1).now)
    restored.journal.open_epoch(restored.journal.source, restored.now, 2, cause="restored")
    if not same_folders:
        shutil.rmtree(phone.base / "sent")
        (phone.base / "sent").mkdir()
    look(restored)
    restored.later(days=1 if same_folders else 0)
    restored.arrived(coming)
    for _ in range(3):
        look(restored.later(minutes=1))
    assert phone.names("outbox") == []
    states = {row.case_id: row.state for row in Sms.rows(restored.journal.db, purpose="notice")}
    assert states == ({queued: "sent", coming: "sent"} if same_folders else {queued: "dropped"})
    assert count_ready(restored.journal.db, None, "ktp-el") == ((0, 1) if same_folders else (1, 0))
    assert Path(path) != backup


def restored_journal(backup: Path, tmp_path: Path) -> Journal:
    place = tmp_path / "pulih.sqlite3"
    shutil.copy(backup, place)
    return compose.journal("office", open_office(place))


def test_the_name_of_a_file_holds_no_number_of_a_person(phone: Phone, desk: Desk) -> None:
    case_id = at_counter(desk)
    look(desk)
    assert phone.names("outbox") == [gammu.notice_name("2026-03-12", f"k{case_id}-ready-1")]


def test_pages_say_what_went_out_and_what_it_cost(phone: Phone, desk: Desk, clock: Clock, web: Flask) -> None:
    start(desk.journal, clock, phone, price=350)
    case_id = at_counter(desk)
    look(desk)
    sari = Browser(web, "sari")
    page = sari.get("/sms").get_data(as_text=True)
    assert "1 SMS, Rp350" in " ".join(page.split())
    assert NUMBER not in page
    assert "0812****0777" in page
    sheet = sari.get(f"/berkas/{case_id}").get_data(as_text=True)
    assert "Hentikan SMS" in sheet
    assert sari.post(f"/sms/berkas/{case_id}/henti").status_code == 303
    assert "Hentikan SMS" not in sari.get(f"/berkas/{case_id}").get_data(as_text=True)
    ratna = Browser(web, "ratna")
    wrong = {"kabar-on": "y", "kabar-most": "5", "kabar-from_hour": "9", "kabar-until_hour": "9", "kabar-price": ""}
    assert ratna.post("/pengaturan/sms/pemohon", wrong).status_code == 422
    assert Browser(web, "sari").post("/pengaturan/sms/pemohon", wrong).status_code == 403


PLATE_BY_SMS = """
[[fields]]
id = "phone"
label = "Telepon"
type = "phone"
section = "stall"
role = "phone"

[[fields]]
id = "sms"
label = "Boleh SMS"
type = "tick"
section = "stall"
role = "sms"

[[messages]]
id = "ready"
on = ["look"]
text = "{office}: plakat lapak kode slip {code} kami terima. Buka {hours}."
"""


def test_two_services_tell_the_same_number_each_in_its_words(phone: Phone, desk: Desk) -> None:
    put_in_force(desk.journal, STALL_PLATE + PLATE_BY_SMS, on=date(2026, 2, 1))
    raw = {"kind": "baru", "stall": "A-17", "owner": "Bu Sarmi", "goods": "Sayur", "market": MUNDER, **ASKED}
    plate = Application(service="plakat-lapak", raw=raw, ticked={})
    opened = open_case(desk.journal, desk.who("sari"), plate, now=desk.now)
    card = at_counter(desk)
    look(desk)
    rows = {row.case_id: row.text for row in Sms.rows(desk.journal.db, purpose="notice", number=NUMBER)}
    assert ("plakat lapak" in rows[opened.id], "KTP-el" in rows[card]) == (True, True)
    assert len(set(phone.names("outbox"))) == 2


def test_every_message_that_is_shipped_is_one_sms(desk: Desk, phone: Phone) -> None:
    """With an office of thirty letters, a code and the longest day, and the hours where they fit."""
    name = {"office.short_name": "Kecamatan Sumberwringin Timur", "office.name": "Kecamatan Sumberwringin Timur"}
    change_settings(desk.journal, person(desk.journal, "ratna"), name, desk.now)
    texts = [message.text for definition in load_all().values() for message in definition.messages]
    assert len(texts) == 5
    for text in (*texts, notices.ANSWERED):
        values = {"code": "ABCD-EFGH", "due": "30 September 2026", "number": "1234BCD/ADUAN/2026"}
        filled = notices.fill_text(desk.journal.db, text, desk.now, **values)
        assert bounds.cost_of(filled) == 1, filled
        assert "{" not in filled
