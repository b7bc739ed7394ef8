"""SMS from the telephone to the answer: with a real daemon, exactly once, bounded, and no reply to machines."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pyrage
import pytest
from flask import Flask

from app.casework.desk.moving import advance_case
from app.casework.desk.tables import CaseFile
from app.cli.office import OfficeJobs
from app.core.clock import office_date
from app.core.problems import Problem
from app.platform.office.deadlines import read_deadlines
from app.platform.office.redactions import destroy_entries
from app.services.hotline import articles, gammu, messages, papers, queries, team
from app.services.hotline.messages import exchange_messages
from app.services.hotline.tables import Sms
from app.services.hotline.tasks import messages_that_stay
from sync.backup import WORK, make_backup
from sync.entries import to_utc_text
from sync.journal import Journal
from sync.restore import unseal_backup
from sync.verification import gone_bodies, verify_side
from tests.platform.people import Browser, Clock, keep_pin
from tests.services.hotline.desk import HotlineDesk, at_office
from tests.services.hotline.phone import Phone, wait_until
from tests.services.hotline.staff import offer, person

ASKER, OWN = "+6281200000009", "081200009999"
NATIONAL = "081200000009"
CALM = -3600


@pytest.fixture
def phone(tmp_path: Path, journal: Journal, clock: Clock) -> Phone:
    """The telephone that this office's settings name."""
    made = Phone(tmp_path / "gammu")
    messages.change_sms_settings(
        journal,
        person(journal, "ratna"),
        on=True,
        folder=str(made.base),
        number=OWN,
        blocked=["0812-0000-6666", "UNDIAN"],
        now=clock(),
    )
    return made


def arrive(phone: Phone, number: str, text: str, n: int = 0, *, part: int = 0) -> Path:
    """A message lies in the inbox, as the daemon leaves it, for a while already."""
    path = phone.base / "inbox" / f"IN20260312_0942{n:02}_00_{number}_{part:02}.txt"
    path.write_bytes(b"\xfe\xff" + text.encode("utf-16-be"))
    os.utime(path, (path.stat().st_mtime + CALM,) * 2)
    return path


def only_case(journal: Journal) -> CaseFile:
    [case] = CaseFile.rows(journal.db, service="hotline")
    return case


def states(journal: Journal) -> list[tuple[str, str]]:
    return [(row.purpose, row.state) for row in Sms.rows(journal.db, order="id")]


def test_a_whole_round_with_the_daemon(phone: Phone, journal: Journal, clock: Clock, tmp_path: Path) -> None:
    """Telephone → contact → automatic reply in the sent folder → answer from desk information → sent."""
    article = offer(journal, "Biaya KTM pengganti", "KTM pengganti tidak dipungut biaya. Bawa surat kehilangan.")
    with phone.at_work():
        phone.receive(ASKER, "Selamat pagi 😀 berapa biaya KTM pengganti yang hilang? Saya maha", "siswa baru.")
        wait_until(lambda: len(phone.names("inbox")) == 2)
        for name in phone.names("inbox"):
            os.utime(phone.base / "inbox" / name, (1, 1))
        exchange_messages(journal, clock())
        case = only_case(journal)
        assert (case.main_key, case.step, phone.names("inbox")) == (NATIONAL, "desk", [])
        assert read_deadlines(journal.db, f"case/{case.id}")["step", "arrived"].stopped
        wait_until(lambda: phone.names("sent"))
        [(number, reply)] = phone.texts()
        assert number == NATIONAL
        assert case.number in reply
        assert "paling lambat Selasa, 17 Maret 2026 pukul 14.42" in reply  # 4.48 and 3 x 6.30 hours of Ramadan
        clock.forward(minutes=1)
        ida = person(journal, "ida")
        articles.answer_with_article(journal, ida, case_id=case.id, article_id=article, now=clock())
        exchange_messages(journal, clock())
        wait_until(lambda: len(phone.names("sent")) == 2)
    clock.forward(minutes=1)
    exchange_messages(journal, clock())
    assert states(journal) == [("question", "received"), ("reply", "sent"), ("answer", "sent")]
    assert phone.texts()[1] == (NATIONAL, "KTM pengganti tidak dipungut biaya. Bawa surat kehilangan.")
    assert not any(NATIONAL[1:] in name for name in phone.names("sent"))
    exchange_messages(journal, clock())
    assert len(Sms.rows(journal.db)) == 3
    articles.end_article(journal, ida, article_id=article, reason="Aturan diganti.", now=clock())
    ratna, (decree,) = person(journal, "ratna"), team.list_decrees(journal.db)
    given = {"decree_id": decree.id, "reason": "Pindah tugas.", "now": clock()}
    team.release_member(journal, ratna, username="bayu", **given)
    team.withdraw_team(journal, person(journal, "camat"), **given)
    assert verify_side(journal, "office", tmp_path / "replay.sqlite3").faults == []


def test_the_same_sender_goes_on_in_the_open_contact(phone: Phone, journal: Journal, clock: Clock) -> None:
    arrive(phone, ASKER, "Berapa biaya KTM?", 1)
    exchange_messages(journal, clock())
    arrive(phone, "081200000009", "Dan berapa lama?", 2)
    clock.forward(minutes=5)
    exchange_messages(journal, clock())
    assert states(journal).count(("question", "received")) == 2
    assert states(journal).count(("reply", "handed")) == 1  # once per contact and hour
    arrive(phone, ASKER, "Halo?", 3)
    clock.forward(minutes=61)
    exchange_messages(journal, clock())
    assert [row.case_id for row in Sms.rows(journal.db)] == [only_case(journal).id] * 5


def test_only_who_sees_the_hotline_reads_its_messages_on_a_contact(
    phone: Phone, journal: Journal, clock: Clock, as_ida: Browser, as_oki: Browser
) -> None:
    """An operator opens the contact as any case, without what the customer wrote and was told."""
    arrive(phone, ASKER, "Berapa biaya KTM?", 1)
    exchange_messages(journal, clock())
    address = f"/berkas/{only_case(journal).id}"
    shown, hidden = (browser.get(address).get_data(as_text=True) for browser in (as_ida, as_oki))
    for words in ("Pesan SMS", "Desk information"):
        assert words in shown
        assert words not in hidden
    assert only_case(journal).number in hidden


def test_two_programs_never_talk_to_each_other(phone: Phone, journal: Journal, clock: Clock) -> None:
    """Whoever answers each reply at once gets three of them in an hour, also where every contact is closed at once."""
    for n in range(6):
        arrive(phone, ASKER, f"Pesan Anda sudah kami terima {n}", n)
        clock.forward(minutes=1)
        exchange_messages(journal, clock())
        case = CaseFile.rows(journal.db, service="hotline", order="id DESC")[0]
        if case.step == "arrived":
            break
        advance_case(journal, person(journal, "ida"), case_id=case.id, outcome="answered_desk", note="Ya.", now=clock())
    assert [purpose for purpose, _ in states(journal)].count("reply") == 3


@pytest.mark.parametrize("sender", ["TELKOMSEL", "3456", "+628", "Bank <script>", "²²²²²²²²²", "٠٨١٢٠٠٠٠٠٠٠٩"])
def test_names_and_short_numbers_get_no_reply_but_a_contact(
    phone: Phone, journal: Journal, clock: Clock, sender: str
) -> None:
    arrive(phone, sender.replace("/", ""), "Pulsa Anda", 1)
    exchange_messages(journal, clock())
    assert states(journal) == [("question", "received")]
    assert (only_case(journal).main_key, only_case(journal).step) == ("", "arrived")
    arrive(phone, sender, "Pulsa Anda lagi", 2)
    exchange_messages(journal, clock())
    assert only_case(journal)


def test_blocked_senders_and_the_own_number(phone: Phone, journal: Journal, clock: Clock) -> None:
    arrive(phone, "+6281200006666", "rahasia", 1)
    arrive(phone, "UNDIAN", "Anda menang", 2)
    exchange_messages(journal, clock())
    assert [(row.state, row.text, row.case_id) for row in Sms.rows(journal.db)] == [("blocked", "", None)] * 2
    assert phone.names("inbox") == []
    arrive(phone, "+6281200009999", "dari nomor sendiri", 3)
    exchange_messages(journal, clock())
    assert "reply" not in [purpose for purpose, _ in states(journal)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \x07\u200b ",
        "Вerapa biaya?",
        "z̧̈a͈ḷg͜ö",
        "x" * 50_000,
        "'; DROP TABLE sms; -- {name} {{ 7*7 }} <script>alert(1)</script>",
        "\ud83d",
    ],
)
def test_hostile_texts_are_contacts_too(phone: Phone, journal: Journal, clock: Clock, text: str) -> None:
    path = arrive(phone, ASKER, "")
    path.write_bytes(b"\xfe\xff" + text.encode("utf-16-be", "surrogatepass"))
    os.utime(path, (1, 1))
    exchange_messages(journal, clock())
    assert states(journal) == [("question", "received"), ("reply", "handed")]
    assert len(Sms.rows(journal.db)[0].text) < 2100


def test_outside_office_hours_the_reply_says_when_the_office_opens(
    phone: Phone, journal: Journal, clock: Clock
) -> None:
    clock.at = at_office("2026-03-13 21.15")  # Friday evening
    arrive(phone, ASKER, "Apakah besok buka?")
    exchange_messages(journal, clock())
    [reply] = Sms.rows(journal.db, purpose="reply")
    assert "Kantor buka lagi Senin, 16 Maret 2026 pukul 0" in reply.text


def test_a_message_that_fails_can_be_sent_again(phone: Phone, journal: Journal, clock: Clock) -> None:
    """The dummy telephone never fails: its file is moved as the daemon moves it."""
    arrive(phone, ASKER, "Berapa biayanya?")
    exchange_messages(journal, clock())
    [first] = phone.names("outbox")
    (phone.base / "outbox" / first).rename(phone.base / "error" / first)
    clock.forward(minutes=1)
    exchange_messages(journal, clock())
    [failed] = Sms.rows(journal.db, purpose="reply")
    assert failed.state == "failed"
    messages.send_again(journal, person(journal, "ida"), message_id=failed.id, now=clock())
    exchange_messages(journal, clock())
    assert states(journal)[1] == ("reply", "handed")
    with pytest.raises(Problem, match="menunggu dikirim"):
        messages.send_again(journal, person(journal, "ida"), message_id=failed.id, now=clock())
    (phone.base / "outbox" / phone.names("outbox")[0]).unlink()
    exchange_messages(journal, clock())
    assert states(journal)[1] == ("reply", "gone")
    assert phone.names("outbox") == []  # what somebody took away is not sent a second time by itself


KILLED = """
import os, sys
from datetime import datetime
from pathlib import Path
from app import compose
from app.services.hotline import gammu, messages
from schema.database import open_office
gammu.{place} = lambda *a, **k: os.kill(os.getpid(), 9)
journal = compose.journal("office", open_office(Path(sys.argv[1])))
messages.exchange_messages(journal, datetime.fromisoformat(sys.argv[2]))
"""


@pytest.mark.parametrize("place", ["remove_message", "put_in_outbox", "state_of"])
def test_a_killed_program_takes_in_once_and_sends_once(
    phone: Phone, journal: Journal, clock: Clock, tmp_path: Path, place: str
) -> None:
    """Killed after the contact is written and before its file is gone; while it sends: one contact, one reply."""
    for part, text in enumerate(("Berapa biaya ", "KTM?")):
        arrive(phone, ASKER, text, part=part)
    [(path,)] = journal.db.run("SELECT file FROM pragma_database_list WHERE name = 'main'")
    script = tmp_path / "killed.py"
    script.write_text(KILLED.replace("{place}", place), encoding="utf-8")
    call = [sys.executable, str(script), path, clock().isoformat()]
    program = {"PYTHONPATH": os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(call, capture_output=True, text=True, env=os.environ | program)
    assert done.returncode == -9, done.stderr
    exchange_messages(journal, clock())
    exchange_messages(journal, clock())
    assert states(journal) == [("question", "received"), ("reply", "handed")]
    assert Sms.rows(journal.db)[0].text == "Berapa biaya KTM?"
    assert (len(phone.names("outbox")), phone.names("inbox")) == (1, [])
    assert only_case(journal).step == "desk"


def test_without_a_daemon_nothing_is_looked_for(journal: Journal, clock: Clock, tmp_path: Path) -> None:
    exchange_messages(journal, clock())
    ratna = person(journal, "ratna")
    given = {"on": True, "number": "", "blocked": [], "now": clock()}
    for folder in ("gammu", str(tmp_path / "tidak-ada")):
        with pytest.raises(Problem) as told:
            messages.change_sms_settings(journal, ratna, folder=folder, **given)
        assert "folder" in told.value.fields
    with pytest.raises(Problem, match="SMS belum dinyalakan"):
        messages.send_test(journal, ratna, number=NATIONAL, now=clock())
    assert Sms.rows(journal.db) == []


def test_a_folder_that_vanishes_stops_nothing(phone: Phone, journal: Journal, clock: Clock) -> None:
    arrive(phone, ASKER, "Halo")
    (phone.base / "outbox").rmdir()
    exchange_messages(journal, clock())
    assert len(phone.names("inbox")) == 1
    (phone.base / "outbox").mkdir()
    exchange_messages(journal, clock())
    assert phone.names("inbox") == []


@pytest.mark.parametrize("place", ["read_bytes", "remove_message"])
def test_a_file_that_is_not_ours_stops_no_other_message(
    phone: Phone, journal: Journal, clock: Clock, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Somebody else's file, or one in a folder that lets nobody take away what is not his: the rest comes and goes."""
    first = arrive(phone, "+6281200000001", "Berapa biaya?", 1)
    arrive(phone, "+6281200000002", "Kapan buka?", 2)
    real = getattr(gammu, place)

    def refuse(of: Path | gammu.Incoming) -> object:
        if first in (of, *getattr(of, "parts", ())):
            raise PermissionError(13, "Permission denied")
        return real(of)

    monkeypatch.setattr(gammu, place, refuse)
    for _ in range(2):
        exchange_messages(journal, clock())
    came = ["Kapan buka?"] if place == "read_bytes" else ["Berapa biaya?", "Kapan buka?"]
    assert [row.text for row in Sms.rows(journal.db, direction="incoming", order="id")] == came
    assert phone.names("inbox") == [first.name]
    assert len(phone.names("outbox")) == len(came)
    assert [text for text in hold_ups(journal, clock) if text.startswith("1 berkas di inbox tidak terambil")]


def hold_ups(journal: Journal, clock: Clock) -> list[str]:
    """What the desk of the team says of messages that do not come or go."""
    found = messages_that_stay(journal.db, person(journal, "ida"), clock())
    return [message.detail for message in found if message.title == "SMS tertahan"]


def test_messages_that_nobody_takes_stand_on_the_desk(phone: Phone, journal: Journal, clock: Clock) -> None:
    """The telephone is not there: what was answered did not arrive, and nobody may believe that it did."""
    arrive(phone, ASKER, "Berapa biayanya?")
    exchange_messages(journal, clock())
    clock.forward(minutes=15)
    exchange_messages(journal, clock())
    assert hold_ups(journal, clock) == []
    clock.forward(minutes=1)
    [told] = hold_ups(journal, clock)
    assert told.startswith("1 pesan belum terkirim, yang pertama dari Kamis, 12 Maret 2026 pukul 09.42")
    [name] = phone.names("outbox")
    (phone.base / "outbox" / name).rename(phone.base / "sent" / name)
    exchange_messages(journal, clock())
    assert hold_ups(journal, clock) == []
    (phone.base / "sent").rename(phone.base / "hilang")
    assert "sent tidak ada" in hold_ups(journal, clock)[0]


def test_the_office_looks_by_itself_and_the_report_prints_the_message(
    phone: Phone, journal: Journal, clock: Clock, hotline: HotlineDesk
) -> None:
    """The clockwork of an office takes messages in; annex 13.2 shows them as they arrived."""
    arrive(phone, ASKER, "Kapan daftar ulang?\nSaya di luar kota 😀")
    OfficeJobs(journal, clock).tick(clock())
    case = only_case(journal)
    hotline.go(case.id, "unanswered")
    hotline.go(case.id, "to_kabag", note="Belum ada.")
    contact = queries.get_contact(journal.db, case.id)
    sheet = papers.information_sheet(journal.db, contact, "information_request", person(journal, "ida"), clock())
    assert "2026-03-12 09.42  Kapan daftar ulang?\nSaya di luar kota 😀" in [part.text for part in sheet.parts]


def test_messages_of_the_named_day_itself_stay_from_its_first_minute_on(
    phone: Phone, journal: Journal, clock: Clock, hotline: HotlineDesk
) -> None:
    arrive(phone, ASKER, "Sudah terjawab", 1)
    exchange_messages(journal, clock())
    [first] = Sms.rows(journal.db, purpose="question")
    hotline.go(first.case_id, "answered_desk", note="Begini")
    clock.forward(days=30)
    asked = {"before": date(2026, 4, 6), "reason": "Lewat masa simpan", "now": clock()}
    for moment, goes in (("2026-04-06 00.00", False), ("2026-04-06 00.30", False), ("2026-04-05 23.59", True)):
        with journal.db.writing(), journal.db.applying():
            Sms.alter(journal.db, {"id": first.id}, at=to_utc_text(at_office(moment)))
        if goes:
            assert messages.erase_messages(journal, person(journal, "ratna"), **asked) == 1
            continue
        with pytest.raises(Problem) as nothing:
            messages.erase_messages(journal, person(journal, "ratna"), **asked)
        assert "Tidak ada pesan" in nothing.value.fields["before"], moment


def test_old_messages_are_erased_from_table_journal_and_later_backups(
    phone: Phone, journal: Journal, clock: Clock, hotline: HotlineDesk, tmp_path: Path
) -> None:
    """Number and words go once the contact is closed; then `destroy --gone` takes the bodies, and replay agrees."""
    arrive(phone, ASKER, "Rahasia sekali", 1)
    arrive(phone, "+6281200000008", "Masih ditanya", 2)
    exchange_messages(journal, clock())
    first = Sms.rows(journal.db, order="id")[0]
    hotline.go(first.case_id, "answered_desk", note="Jawaban rahasia")
    exchange_messages(journal, clock())
    for name in phone.names("outbox"):
        (phone.base / "outbox" / name).rename(phone.base / "sent" / name)
    exchange_messages(journal, clock())
    clock.forward(days=800)
    asked = {"before": office_date(clock()), "reason": "Lewat masa simpan", "now": clock()}
    for wrong in ({"before": None}, {"reason": " "}, {"before": office_date(clock()) + timedelta(days=1)}):
        with pytest.raises(Problem):
            messages.erase_messages(journal, person(journal, "ratna"), **asked | wrong)
    assert gone_bodies(journal) == []
    assert messages.erase_messages(journal, person(journal, "ratna"), **asked) == 3
    rows = Sms.rows(journal.db, order="id")
    assert [known_row.text for known_row in rows if known_row.case_id == first.case_id] == ["", "", ""]
    assert [listed.gone_why for listed in rows if listed.case_id != first.case_id] == ["", ""], "its contact is open"
    with pytest.raises(Problem, match="perlu diperbaiki"):
        messages.erase_messages(journal, person(journal, "ratna"), **asked)
    places = gone_bodies(journal)
    assert len(places) == 3
    at = {"reason": "Lewat masa simpan", "folder": tmp_path, "now": clock()}
    destroy_entries(journal, "office", person(journal, "ratna"), places, **at)
    held = b"".join(
        bytes(row[0])
        for row in journal.db.run(
            "SELECT body FROM journal_body WHERE id IN (SELECT id FROM journal WHERE kind LIKE 'sms.%')"
        )
    )
    assert (b"Rahasia sekali" in held, b"Masih ditanya" in held, gone_bodies(journal)) == (False, True, [])
    assert verify_side(journal, "office", tmp_path / "ulang.sqlite3").faults == []
    exchange_messages(journal, clock())
    assert len(Sms.rows(journal.db)) == 5, "nothing comes in or leaves once more"
    identity = pyrage.x25519.Identity.generate()
    made = make_backup(journal, "office", tmp_path / "stik", str(identity.to_public()), clock(), tmp_path / WORK)
    unseal_backup(made.path, str(identity), tmp_path / "pulih.sqlite3")
    plain = (tmp_path / "pulih.sqlite3").read_bytes()
    closed, still_open = (
        row[0].encode() for row in journal.db.run("SELECT number FROM case_file WHERE service = 'hotline' ORDER BY id")
    )
    reply = b"pesan Anda kami terima dengan nomor "
    assert (reply + closed in plain, reply + still_open in plain) == (False, True), "the contact itself stays a case"


def test_the_page_of_messages_erases_with_a_pin(phone: Phone, journal: Journal, clock: Clock, web: Flask) -> None:
    arrive(phone, "INFO", "Promo")
    exchange_messages(journal, clock())
    ratna = Browser(web, "ratna")
    keep_pin(journal.db, person(journal, "ratna").person_id, pin="482915", now=clock())
    said = {"before": f"{office_date(clock()):%d%m%Y}", "reason": "Lama", "pin": "482915"}
    page = ratna.post("/hotline/sms/musnahkan", said)
    assert page.status_code == 422
    assert "Tidak ada pesan kontak selesai" in page.get_data(as_text=True)
    assert 'value="Lama"' in page.get_data(as_text=True)
    assert Browser(web, "ida").post("/hotline/sms/musnahkan", said).status_code == 403
    assert "Musnahkan isi pesan lama" not in Browser(web, "ida").get("/hotline/sms").get_data(as_text=True)
