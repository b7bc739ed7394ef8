"""Where the hotline's rules begin and end: letters of an SMS, bounds of what leaves, desks."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core.problems import Problem
from app.core.text import is_mobile
from app.core.workdays import wall_time
from app.services.hotline import bounds, gammu, messages, queries, tasks
from app.services.hotline.gammu import Folders
from app.services.hotline.tables import Sms
from sync.journal import Journal
from tests.platform.people import Browser, Clock
from tests.services.hotline.desk import NUMBER, HotlineDesk, at_office
from tests.services.hotline.phone import Phone
from tests.services.hotline.staff import person
from tests.services.hotline.test_bounds import settings
from tests.services.hotline.test_messages import arrive, hold_ups

# -- letters -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("x" * 160, [160]),
        ("x" * 161, [153, 8]),
        ("x" * 306, [153, 153]),
        ("x" * 307, [153, 153, 1]),
        ("€" + "x" * 158, [159]),
        ("€" + "x" * 159, [152, 8]),
        ("x" * 152 + "€" + "x" * 8, [152, 9]),
        ("α" * 70, [70]),
        ("α" * 71, [67, 4]),
        ("α" * 134, [67, 67]),
        ("α" * 135, [67, 67, 1]),
        ("😀" * 35, [35]),
        ("😀" * 36, [33, 3]),
        ("", [0]),
    ],
)
def test_a_text_is_cut_where_the_network_cuts_it(text: str, parts: list[int]) -> None:
    """GSM 03.38: 160 or 153 places, 70 or 67 with other signs; the extended ones and picture signs take two."""
    cut = gammu.split_text(text)
    assert ([len(one) for one in cut], "".join(cut)) == (parts, text)
    assert bounds.cost_of(text) == len(parts)


def read_parts(text: str) -> list[dict[str, str]]:
    """The sections of a file of an outgoing message."""
    parts: list[dict[str, str]] = []
    for line in text.splitlines():
        if line.startswith("["):
            parts.append({"head": line})
        elif line:
            name, _, value = line.partition(" = ")
            parts[-1][name] = value
    return parts


def test_a_file_of_the_outbox_holds_each_part_whole_with_its_place() -> None:
    text = "x" * 153 + "y" * 10
    first, second = read_parts(gammu.backup_text(300, NUMBER, text))
    assert (first["head"], second["head"]) == ("[SMSBackup000]", "[SMSBackup001]")
    assert (first["UDH"], second["UDH"]) == ("0500032C0201", "0500032C0202"), "300 is 44 beyond 256"
    assert {one["Number"] for one in (first, second)} == {f'"{NUMBER}"'}
    assert (first["Length"], second["Length"]) == ("153", "10")
    lines = [first[name] for name in sorted(first) if name.startswith("Text")]
    assert [len(line) for line in lines] == [200, 200, 200, 12]
    assert bytes.fromhex("".join(lines)).decode("utf-16-be") == "x" * 153
    assert {one["Coding"] for one in (first, second)} == {"Default_No_Compression"}
    [alone] = read_parts(gammu.backup_text(7, NUMBER, "α" * 50))
    assert ("UDH" in alone, alone["Coding"], alone["Length"]) == (False, "Unicode_No_Compression", "50")
    assert [name for name in alone if name.startswith("Text")] == ["Text00"]
    assert (alone["PDU"], alone["State"], alone["Folder"], alone["Class"]) == ("Submit", "Sent", "1", "-1")
    assert (
        gammu.outgoing_name(7, wall_time(at_office("2026-03-02 08.15"))) == "OUTC20260302_081500_00_loket_7.smsbackup"
    )


def test_what_came_in_is_at_most_two_thousand_letters_and_its_sender_twenty(tmp_path: Path) -> None:
    assert gammu.clean_text("x" * 2000) == "x" * 2000
    assert gammu.clean_text("x" * 2001) == "x" * 2000 + " … (dipotong)"
    folders = gammu.folders_in(str(Phone(tmp_path / "gammu").base))
    path = folders.inbox / f"IN20260302_081509_00_{'T' * 30}_00.txt"
    path.write_bytes(b"x" * 5000)
    message = gammu.read_message((path,))
    assert (message.sender, message.stamp) == ("T" * 20, "2026-03-02T08:15:09")
    assert len(gammu.read_bytes(path)) == 4000


def test_a_file_is_left_alone_for_two_seconds_and_missed_after_a_quarter_of_an_hour(tmp_path: Path) -> None:
    phone = Phone(tmp_path / "gammu")
    folders = gammu.folders_in(str(phone.base))
    path = arrive(phone, "+6281200000009", "Halo")
    written = path.stat().st_mtime
    ages = {0.0: False, 1.99: False, 2.0: True, -1.0: True, 3600.0: True}
    assert {age: gammu.is_settled(path, written + age) for age in ages} == ages
    assert {age: gammu.count_left_lying(folders, written + age) for age in (899, 900, 901)} == {899: 0, 900: 0, 901: 1}
    assert gammu.read_inbox(folders, written + 1) == []
    assert [message.text for message in gammu.read_inbox(folders, written + 2)] == ["Halo"]


def test_the_oldest_two_hundred_files_are_looked_at_and_a_message_cut_by_that_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Phone(tmp_path / "gammu")
    folders = gammu.folders_in(str(phone.base))
    monkeypatch.setattr(gammu, "MOST_FILES", 3)
    for n in (1, 2):
        arrive(phone, "+6281200000009", f"Pesan {n}", n)
    assert [message.text for message in gammu.read_inbox(folders)] == ["Pesan 1", "Pesan 2"]
    arrive(phone, "+6281200000009", "Pesan 3a", 3)
    arrive(phone, "+6281200000009", "3b", 3, part=1)
    assert [one.text for one in gammu.read_inbox(folders)] == ["Pesan 1", "Pesan 2"], "its second part lies beyond"
    for path in folders.inbox.iterdir():
        path.unlink()
    for part in range(4):
        arrive(phone, "+6281200000009", f"{part}", 1, part=part)
    assert [one.text for one in gammu.read_inbox(folders)] == ["012"], "one that is longer than a look is taken in"


def test_folders_are_named_from_the_root_and_there(tmp_path: Path) -> None:
    whole = gammu.folders_in(str(Phone(tmp_path / "gammu").base))
    assert (whole.faults(), whole._fields) == ([], ("inbox", "outbox", "sent", "error"))
    assert len(Folders(*(Path(folder.name) for folder in whole)).faults()) == 4, "a relative one is nowhere"
    assert whole._replace(sent=tmp_path / "hilang").faults() == [f"Folder {tmp_path / 'hilang'} tidak ada."]


# -- bounds ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def phone(tmp_path: Path, journal: Journal, clock: Clock) -> Phone:
    """A telephone that may send sixteen messages an hour and forty a day."""
    made = Phone(tmp_path / "gammu")
    settings(journal, clock, made.base, most_hour=16, most_day=40)
    return made


def queue(journal: Journal, purpose: str, number: str, text: str, clock: Clock) -> None:
    with journal.transaction():
        messages.queue_message(journal, purpose, number, text, clock())


def test_what_left_counts_for_an_hour_and_for_a_day_to_the_second(phone: Phone, journal: Journal, clock: Clock) -> None:
    messages.send_test(journal, person(journal, "ratna"), number=NUMBER, now=clock())
    assert bounds.room_left(journal.db, clock()) == 16, "what is queued has cost nothing"
    messages.exchange_messages(journal, clock())
    began = clock()
    room = {0: 15, 3599: 15, 3600: 16, 3601: 16, 86_399: 16}
    assert {s: bounds.room_left(journal.db, began + timedelta(seconds=s)) for s in room} == room
    day = {86_399: 1, 86_400: 0}
    assert {s: bounds.sent_since(journal.db, began + timedelta(seconds=s) - timedelta(days=1)) for s in day} == day


def test_new_senders_get_half_of_a_bound_and_no_message_more(phone: Phone, journal: Journal, clock: Clock) -> None:
    text = "Pesan Anda kami terima."
    for n in range(8):
        assert not bounds.new_senders_wait(journal.db, text, clock()), n
        queue(journal, "reply", f"08121234{n:04d}", text, clock)
    assert bounds.new_senders_wait(journal.db, text, clock()), "eight of sixteen are gone"
    assert not bounds.new_senders_wait(journal.db, text, clock() + timedelta(hours=1))
    queue(journal, "answer", "081212349999", text, clock)
    assert bounds.replies_since(journal.db, clock() - timedelta(hours=1)) == 8, "an answer is no reply"


def test_whoever_wrote_a_day_ago_is_no_new_sender(phone: Phone, journal: Journal, clock: Clock) -> None:
    arrive(phone, "+6281200001234", "Berapa biaya KTM?")
    messages.exchange_messages(journal, clock())
    new = {86_400: True, 86_401: False}
    found = {s: bounds.is_new_sender(journal.db, NUMBER, clock() + timedelta(seconds=s)) for s in new}
    assert found == new
    assert bounds.is_new_sender(journal.db, "081200009876", clock() + timedelta(days=9))


@pytest.mark.parametrize(
    ("number", "sent"),
    [("0812" + "1" * 6, True), ("0812" + "1" * 9, True), ("0812" + "1" * 5, False), ("0812" + "1" * 10, False)],
)
def test_a_mobile_number_has_ten_to_thirteen_digits(number: str, sent: bool) -> None:
    assert is_mobile(number) == sent


@pytest.mark.parametrize(
    ("sender", "number"), [("12345678", False), ("123456789", True), ("+62812000", True), ("TELKOMSEL", False)]
)
def test_a_person_has_nine_digits(sender: str, number: bool) -> None:
    assert messages.is_number(sender) == number


def test_settings_of_sms_have_their_ends(phone: Phone, journal: Journal, clock: Clock) -> None:
    def wrong(**more: object) -> set[str]:
        with pytest.raises(Problem) as refused:
            settings(journal, clock, phone.base, **more)
        return set(refused.value.fields)

    assert wrong(most_hour=0, most_day=0) == {"most_hour", "most_day"}
    assert wrong(most_hour=1000, most_day=1000) == {"most_hour", "most_day"}
    assert wrong(blocked=[f"N{n}" for n in range(201)]) == {"blocked"}
    assert wrong(blocked=["x" * 21]) == {"blocked"}
    settings(journal, clock, phone.base, most_hour=1, most_day=999, blocked=["x" * 20, *(f"N{n}" for n in range(199))])
    settings(journal, clock, phone.base)
    known = messages.get_setting
    assert (known(journal.db, "sms.most_hour"), known(journal.db, "sms.most_day")) == (60, 300)
    assert known(journal.db, "sms.replies")


def test_a_reply_names_what_the_number_is_used_for_where_that_costs_nothing(
    phone: Phone, journal: Journal, clock: Clock, hotline: HotlineDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = messages.check_found(messages.CaseFile.first(journal.db, id=hotline.message().id), "Kontak")
    plain = messages.get_setting
    said = set()
    for letters in range(1, 160):
        name = "K" * letters
        monkeypatch.setattr(
            messages, "get_setting", lambda db, key, name=name: name if "name" in key else plain(db, key)
        )
        text = messages.reply_text(journal.db, case, clock())
        bare = text.removesuffix(messages.USE)
        used = bare != text
        assert used == (bounds.cost_of(bare + messages.USE) == bounds.cost_of(bare)), letters
        assert bare.startswith(f"{name}: pesan Anda kami terima dengan nomor {case.number}. Jawaban paling lambat ")
        said.add(used)
    assert said == {True, False}


def test_a_question_takes_a_thousand_letters_and_an_empty_one_says_so(
    phone: Phone, journal: Journal, clock: Clock
) -> None:
    first = messages.find_or_open_contact(journal, "081200000001", "x" * 1001, clock())
    assert queries.get_contact(journal.db, first).question == "x" * 1000
    second = messages.find_or_open_contact(journal, "BANK", " ", clock())
    contact = queries.get_contact(journal.db, second)
    assert (contact.question, contact.name, contact.phone) == ("(SMS tanpa tulisan)", "SMS BANK", "")


def test_what_people_wrote_leaves_before_what_the_program_did(phone: Phone, journal: Journal, clock: Clock) -> None:
    for n, purpose in enumerate(("reply", "answer", "test")):
        queue(journal, purpose, f"08121234{n:04d}", "Ya", clock)
    assert [message.purpose for message in messages.messages_on_their_way(journal.db, clock())] == [
        "answer",
        "test",
        "reply",
    ]
    found = [message.purpose for message in messages.latest_messages(journal.db, 2)]
    assert (found, [message.purpose for message in messages.latest_messages(journal.db, 2, 1)]) == (
        ["test", "answer"],
        ["answer", "reply"],
    )


def test_replies_by_choice_fill_the_bound_and_not_more(phone: Phone, journal: Journal, clock: Clock) -> None:
    own: dict[str, Any] = {"replies": False, "number": "0812-3456-0001"}
    settings(journal, clock, phone.base, most_hour=4, **own)
    for n in range(3):
        arrive(phone, f"+6281234560{n:03d}", "Berapa?", n)
    messages.exchange_messages(journal, clock())
    waits = messages.waiting_senders(journal.db)
    assert [wait.main_key for wait in waits] == ["081234560000", "081234560002"], "the own number is no sender"
    cost = [bounds.cost_of(messages.reply_text(journal.db, wait, clock())) for wait in waits]
    settings(journal, clock, phone.base, most_hour=sum(cost) - 1, **own)
    given: dict[str, Any] = {"case_ids": [wait.id for wait in waits], "now": clock()}
    with pytest.raises(Problem, match=f"Batas SMS tinggal {sum(cost) - 1}"):
        messages.reply_to_chosen(journal, person(journal, "ida"), **given)
    settings(journal, clock, phone.base, most_hour=sum(cost), **own)
    assert messages.reply_to_chosen(journal, person(journal, "ida"), **given) == 2
    assert messages.waiting_senders(journal.db) == []


def test_answers_are_looked_for_thirty_days_long(
    phone: Phone, journal: Journal, clock: Clock, hotline: HotlineDesk
) -> None:
    arrive(phone, "+6281200001234", "Berapa biaya KTM?")
    messages.exchange_messages(journal, clock())
    [asked] = Sms.rows(journal.db, direction="incoming")
    hotline.go(asked.case_id, "answered_desk", note="Gratis.")
    messages.queue_answers(journal, clock() + timedelta(days=30))
    assert Sms.rows(journal.db, purpose="answer") == []
    messages.queue_answers(journal, clock() + timedelta(days=30) - timedelta(seconds=1))
    assert [row.text for row in Sms.rows(journal.db, purpose="answer")] == ["Gratis."]


def test_what_did_not_leave_stands_on_the_desk_of_the_team(phone: Phone, journal: Journal, clock: Clock) -> None:
    long = "".join(chr(97 + n % 26) for n in range(150))
    queue(journal, "test", NUMBER, long, clock)
    messages.exchange_messages(journal, clock())
    [name] = phone.names("outbox")
    (phone.base / "outbox" / name).rename(phone.base / "error" / name)
    messages.exchange_messages(journal, clock())
    [row] = tasks.messages_that_stay(journal.db, person(journal, "ida"), clock())
    assert (row.title, row.detail, row.act) == ("SMS: gagal dikirim", long[:100], "answer")
    assert (row.endpoint, row.verb, row.tab) == ("messages.show_messages", "", "Hotline")
    assert tasks.messages_that_stay(journal.db, person(journal, "sari"), clock()) == []
    settings(journal, clock, phone.base, on=False)
    assert tasks.messages_that_stay(journal.db, person(journal, "ida"), clock()) == []
    assert hold_ups(journal, clock) == []


def test_a_test_message_is_sent_from_the_settings(phone: Phone, journal: Journal, web: Flask) -> None:
    ratna = Browser(web, "ratna")
    sent = ratna.post("/pengaturan/sms/uji", {"uji-number": "0812 3456 7890"})
    assert sent.location == "/hotline/sms"
    [row] = Sms.rows(journal.db, purpose="test")
    assert (row.number, row.text) == ("081234567890", "Pesan uji dari Loket, pukul 09.42.")
    refused = ratna.post("/pengaturan/sms/uji", {"uji-number": "0334 123456"})
    assert (refused.status_code, "nomor seluler Indonesia" in refused.text) == (422, True)
    assert ratna.post("/pengaturan/sms/uji", {"uji-number": "x" * 41}).status_code == 422
    assert Browser(web, "ida").post("/pengaturan/sms/uji", {"uji-number": "081234567890"}).status_code == 403
