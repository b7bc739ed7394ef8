"""Where the hotline's rules begin and end: letters of an SMS, bounds, days of articles and decrees, desks."""

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.core.problems import Problem
from app.core.workdays import wall_time
from app.services.hotline import articles, bounds, gammu, messages, papers, queries, reports, tasks, team
from app.services.hotline.articles import Draft
from app.services.hotline.gammu import Folders
from app.services.hotline.tables import Sms
from sync.journal import Journal
from tests.platform.people import START, Browser, Clock
from tests.services.hotline.desk import NUMBER, HotlineDesk, at_office
from tests.services.hotline.phone import Phone
from tests.services.hotline.staff import draft_team, enact_team, offer, person
from tests.services.hotline.test_bounds import settings
from tests.services.hotline.test_messages import arrive, hold_ups
from tests.world.sheets import Book

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
    assert [len(one) for one in lines] == [200, 200, 200, 12]
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
    assert [one.text for one in gammu.read_inbox(folders, written + 2)] == ["Halo"]


def test_the_oldest_two_hundred_files_are_looked_at_and_a_message_cut_by_that_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Phone(tmp_path / "gammu")
    folders = gammu.folders_in(str(phone.base))
    monkeypatch.setattr(gammu, "MOST_FILES", 3)
    for n in (1, 2):
        arrive(phone, "+6281200000009", f"Pesan {n}", n)
    assert [one.text for one in gammu.read_inbox(folders)] == ["Pesan 1", "Pesan 2"]
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
    assert len(Folders(*(Path(one.name) for one in whole)).faults()) == 4, "a relative one is nowhere"
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
    assert bounds.can_send_to(number) == sent


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
    first = messages.contact_for(journal, "081200000001", "x" * 1001, clock())
    assert queries.get_contact(journal.db, first).question == "x" * 1000
    second = messages.contact_for(journal, "BANK", " ", clock())
    contact = queries.get_contact(journal.db, second)
    assert (contact.question, contact.name, contact.phone) == ("(SMS tanpa tulisan)", "SMS BANK", "")


def test_what_people_wrote_leaves_before_what_the_program_did(phone: Phone, journal: Journal, clock: Clock) -> None:
    for n, purpose in enumerate(("reply", "answer", "test")):
        queue(journal, purpose, f"08121234{n:04d}", "Ya", clock)
    assert [one.purpose for one in messages.messages_on_their_way(journal.db)] == ["answer", "test", "reply"]
    found = [one.purpose for one in messages.latest_messages(journal.db, 2)]
    assert (found, [one.purpose for one in messages.latest_messages(journal.db, 2, 1)]) == (
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
    assert [one.main_key for one in waits] == ["081234560000", "081234560002"], "the own number is no sender"
    cost = [bounds.cost_of(messages.reply_text(journal.db, one, clock())) for one in waits]
    settings(journal, clock, phone.base, most_hour=sum(cost) - 1, **own)
    given: dict[str, Any] = {"case_ids": [one.id for one in waits], "now": clock()}
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
    assert [one.text for one in Sms.rows(journal.db, purpose="answer")] == ["Gratis."]


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


# -- articles ----------------------------------------------------------------------------------------------------------


def draft(since: date, until: date, **changed: Any) -> Draft:
    said: dict[str, Any] = {"question": "Biaya KTM", "answer": "Gratis.", "field": "general", "owner": "budi"}
    return Draft(**(said | changed), valid_from=since, valid_until=until)


def test_an_article_is_valid_from_its_first_to_its_last_day_and_at_most_three_years(
    journal: Journal, clock: Clock
) -> None:
    today = clock().date()
    key = offer(journal, "Biaya KTM", "Gratis.", since=today, until=today + timedelta(days=2))
    [one] = articles.list_articles(journal.db)
    found = {n: articles.state_of(one, today + timedelta(days=n)) for n in (-1, 0, 2, 3)}
    assert found == {-1: "later", 0: "valid", 2: "valid", 3: "over"}
    offered = {n: bool(articles.offered_articles(journal.db, today + timedelta(days=n), article_id=key)) for n in found}
    assert offered == {-1: False, 0: True, 2: True, 3: False}
    most = today + timedelta(days=3 * 366)
    for since, until, wrong in (
        (today, most, False),
        (today, most + timedelta(days=1), True),
        (today, today, False),
        (today + timedelta(days=1), today, True),
    ):
        try:
            articles.check_validity(draft(since, until))
        except Problem as problem:
            assert list(problem.fields) == ["valid_until"]  # noqa: PT017
            assert wrong
        else:
            assert not wrong


def test_a_search_looks_at_what_a_question_says_and_gives_eight_at_most(journal: Journal, clock: Clock) -> None:
    today = clock().date()
    for n in range(9):
        offer(journal, f"Biaya kartu nomor {n}", "Gratis.")
    assert len(articles.search_articles(journal.db, "berapa biaya", today)) == 8
    for nothing in ("berapa yang ada", "b", "", "?!"):
        assert articles.search_articles(journal.db, nothing, today) == [], nothing
    assert [one.question for one in articles.search_articles(journal.db, "nomor 7 kartu 7", today)][:1]
    far = "apa " * 100 + "biaya"
    assert articles.search_articles(journal.db, far, today) == [], "three hundred letters of a question are read"


def test_what_waits_or_ends_first_stands_at_the_top(journal: Journal, clock: Clock) -> None:
    today, ida = clock().date(), person(journal, "ida")
    late = offer(journal, "Lama", "Ya.", until=date(2026, 12, 1))
    soon = offer(journal, "Segera", "Ya.", until=date(2026, 4, 1))
    ended = offer(journal, "Dicabut", "Ya.", until=date(2026, 3, 20))
    articles.end_article(journal, ida, article_id=ended, reason="Aturan diganti", now=clock())
    waits = articles.write_article(journal, ida, draft=draft(today, date(2026, 12, 31)), now=clock())
    assert [one.article_id for one in articles.list_articles(journal.db)] == [waits, soon, late, ended]
    assert [articles.state_of(one, today) for one in articles.list_articles(journal.db)] == [
        "waiting",
        "valid",
        "valid",
        "ended",
    ]
    for wrong in ({"revision": 2}, {"revision": 0}):
        with pytest.raises(Problem) as refused:
            articles.approve_article(journal, person(journal, "budi"), article_id=waits, now=clock(), **wrong)
        assert refused.value.code == "state"
    with pytest.raises(Problem):
        articles.end_article(journal, ida, article_id=ended, reason="Lagi", now=clock())
    articles.approve_article(journal, person(journal, "budi"), article_id=waits, revision=1, now=clock())
    with pytest.raises(Problem):
        articles.approve_article(journal, person(journal, "budi"), article_id=waits, revision=1, now=clock())


def test_an_article_stands_on_the_desk_of_approvers_and_two_weeks_before_its_end_of_its_owner(
    journal: Journal, clock: Clock
) -> None:
    today, ida = clock().date(), person(journal, "ida")
    until = today + timedelta(days=20)
    offer(journal, "Biaya KTM", "Gratis.", until=until)

    def rows(name: str, days: int) -> list[tuple[str, str, str, date | None]]:
        at = clock() + timedelta(days=days)
        found = tasks.articles_to_look_at(journal.db, person(journal, name), at)
        return [(one.title, one.verb, one.act, one.due_on) for one in found]

    soon, over = "Artikel segera berakhir", "Artikel sudah berakhir"
    assert {n: rows("budi", n) for n in (5, 6, 20, 21)} == {
        5: [],
        6: [(soon, "Tinjau", "write", until)],
        20: [(soon, "Tinjau", "write", until)],
        21: [(over, "Tinjau", "write", until)],
    }
    assert rows("ida", 21) == rows("ratna", 21) == []
    articles.write_article(journal, ida, draft=draft(today, date(2026, 12, 31), owner="ida"), now=clock())
    waiting = [("Artikel menunggu persetujuan", "Baca", "approve", date(2026, 12, 31))]
    assert {name: rows(name, 0) for name in ("budi", "ratna", "camat", "ida", "sari")} == {
        "budi": waiting,
        "ratna": waiting,
        "camat": waiting,
        "ida": [],
        "sari": [],
    }


# -- the team ----------------------------------------------------------------------------------------------------------


def test_a_decree_runs_to_its_last_day_and_is_missed_thirty_days_before(journal: Journal, clock: Clock) -> None:
    [decree] = team.list_decrees(journal.db)
    last = date(2026, 12, 31)
    assert [team.state_of(decree, last + timedelta(days=n)) for n in (0, 1)] == ["enacted", "over"]

    def rows(name: str, on: date) -> list[tuple[str, str, str]]:
        at = clock().replace(year=on.year, month=on.month, day=on.day)
        found = tasks.papers_of_the_team(journal.db, person(journal, name), at)
        return [(one.title, one.verb, one.act) for one in found]

    new = [("SK Tim Hotline berakhir", "Siapkan SK baru", "write")]
    assert {days: rows("ratna", last - timedelta(days=days)) for days in (31, 30, -1)} == {31: [], 30: new, -1: new}
    assert (rows("camat", last), rows("ida", last)) == (new, [])
    assert team.why_not_in_team(journal.db, "ida", last) == ""
    assert "Belum ada SK" in team.why_not_in_team(journal.db, "ida", last + timedelta(days=1))
    assert "31 Desember 2026" in team.why_not_in_team(journal.db, "ida", last + timedelta(days=1))
    assert "bukan anggota" in team.why_not_in_team(journal.db, "sari", last)


def test_a_pact_waits_for_its_member_until_he_signs(journal: Journal, clock: Clock) -> None:
    decree = draft_team(journal, "ida", "bayu", until=date(2027, 1, 31))
    assert tasks.papers_of_the_team(journal.db, person(journal, "ida"), clock()) == [], "a draft asks for no pact"
    enact_team(journal, decree)
    [row] = tasks.papers_of_the_team(journal.db, person(journal, "ida"), clock())
    number = team.load_decree(journal.db, decree.id).number
    assert (row.title, row.detail, row.values) == (
        "Tandatangani pakta integritas",
        f"SK {number}",
        {"decree_id": decree.id},
    )
    assert (row.act, row.verb, row.endpoint) == ("approve", "Baca", "team.show_decree")
    team.sign_pact(journal, person(journal, "ida"), decree_id=decree.id, now=clock())
    assert tasks.papers_of_the_team(journal.db, person(journal, "ida"), clock()) == []
    with pytest.raises(Problem, match="sudah Anda tandatangani"):
        team.sign_pact(journal, person(journal, "ida"), decree_id=decree.id, now=clock())


@pytest.mark.parametrize(("days", "wrong"), [(-1, True), (0, False), (5 * 366, False), (5 * 366 + 1, True)])
def test_a_decree_ends_after_today_and_within_five_years(journal: Journal, days: int, wrong: bool) -> None:
    until = START.date() + timedelta(days=days)
    members = [("ida", "bachelor", "x" * 80)]
    given: dict[str, Any] = {"until_on": until, "members": members, "now": START}
    if wrong:
        with pytest.raises(Problem) as refused:
            team.draft_team(journal, person(journal, "ratna"), **given)
        assert list(refused.value.fields) == ["until_on"]
    else:
        assert team.draft_team(journal, person(journal, "ratna"), **given).until_on == str(until)


# -- reports -----------------------------------------------------------------------------------------------------------


def test_what_became_of_a_contact_is_one_of_five(hotline: HotlineDesk) -> None:
    def fate(case_id: int) -> str:
        return reports.fate_of(queries.get_contact(hotline.journal.db, case_id))

    told = hotline.call(question="Satu?").id
    hotline.go(told, "answered_desk", note="Ya.")
    waits = hotline.reported()
    assert (fate(told), fate(waits)) == ("desk", "open")
    hotline.go(waits, "instructed", by="budi", note="Sampaikan.")
    hotline.go(waits, "answered", note="Sudah.")
    assert fate(waits) == "instructed"


def test_words_are_counted_once_a_contact_and_thirty_are_told(hotline: HotlineDesk) -> None:
    said = [SimpleNamespace(question=one) for one in ("Biaya biaya KTM", "Biaya kartu", "apa itu yang di", "ok ab abc")]
    found = reports.topic_words(said)  # type: ignore[arg-type]  # only what was asked is read
    assert found == [("biaya", 2), ("abc", 1), ("kartu", 1), ("ktm", 1)]
    many = [SimpleNamespace(question=f"kata{chr(97 + n % 26)}{chr(97 + n // 26)}x") for n in range(31)]
    assert len(reports.topic_words(many)) == 30  # type: ignore[arg-type]  # only what was asked is read


def test_the_analysis_as_a_spreadsheet_has_fitting_heads_and_sums(
    hotline: HotlineDesk, web: Flask, clock: Clock
) -> None:
    for n in range(3):
        hotline.go(hotline.call(question=f"Biaya kartu {n}?").id, "answered_desk", note="Gratis.")
    got = Browser(web, "ida").post("/hotline/analisis/unduh")
    assert "analisis-hotline-2026-03-01-2026-03-12.xlsx" in got.headers["Content-Disposition"]
    book = Book(got.data)
    assert book.misfits() == []
    assert book.names == ["Kebutuhan", "Bidang", "Sarana", "Hasil", "Kata", "Waktu"]
    needs = book.rows("Kebutuhan")
    assert [row[5] for row in needs] == [f"Biaya kartu {n}?" for n in range(3)]
    assert {row[1].date() for row in needs} == {clock().date()}
    assert {row[6] for row in needs} == {"Terjawab dari desk information"}
    assert dict(row[:2] for row in book.rows("Hasil"))["Terjawab dari desk information"] == 3
    for name in ("Bidang", "Sarana", "Hasil"):
        last = book.rows(name)[-1]
        assert str(last[1]).startswith("=SUM("), name
    assert book.heads("Waktu") == ["Langkah", "Baku", "Jumlah", "Median (detik)", "Dalam baku"]


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("", ("2026-03-01", "2026-03-12")),
        ("?dari=05032026&sampai=07032026", ("2026-03-05", "2026-03-07")),
        ("?dari=09032026&sampai=07032026", ("2026-03-07", "2026-03-07")),
        ("?dari=01012020&sampai=07032026", ("2025-03-06", "2026-03-07")),
        ("?sampai=07042026", ("2026-03-01", "2026-03-12")),
    ],
)
def test_an_analysis_looks_at_a_year_at_most_and_at_no_day_to_come(
    web: Flask, query: str, days: tuple[str, str]
) -> None:
    name = Browser(web, "ida").post(f"/hotline/analisis/unduh{query}").headers["Content-Disposition"]
    assert "analisis-hotline-{}-{}.xlsx".format(*days) in name


def test_the_day_of_a_report_goes_on_until_today(web: Flask, hotline: HotlineDesk) -> None:
    hotline.call()
    page = Browser(web, "ida").get("/hotline/laporan?tanggal=11032026").text
    assert "tanggal=2026-03-10" in page
    assert "tanggal=2026-03-12" in page
    assert "tanggal=2026-03-13" not in Browser(web, "ida").get("/hotline/laporan").text
    paper = papers.daily_paper(
        hotline.journal.db,
        reports.analyse(hotline.journal.db, hotline.clock().date(), hotline.clock().date()),
        hotline.who("ida"),
        hotline.clock(),
    )
    assert [row[0] for row in paper.rows] == [1]
    assert paper.rows[0][2] == f"{wall_time(hotline.clock()):%H.%M}"
    assert len(paper.columns) == len(paper.rows[0])
    assert paper.totals[0].value == 1
    assert (paper.columns[0].align, [one.width for one in paper.columns[:3]]) == ("right", [0, 0, 0])


def test_the_second_click_within_two_minutes_is_the_same_contact(hotline: HotlineDesk, clock: Clock) -> None:
    first = hotline.call().id
    clock.forward(minutes=2)
    assert hotline.call().id == first
    assert hotline.call(by="bayu").id != first
    clock.forward(seconds=1)
    assert hotline.call().id != first


def test_a_number_is_shown_on_request_and_the_look_is_logged(
    web: Flask, hotline: HotlineDesk, journal: Journal
) -> None:
    case_id, ida = hotline.call().id, Browser(web, "ida")

    def looks() -> list[Any]:
        return list(journal.db.run("SELECT action, subject FROM access_log WHERE action = 'case.reveal'"))

    assert NUMBER not in ida.get(f"/berkas/{case_id}").text
    assert looks() == []
    shown = ida.post(f"/hotline/kontak/{case_id}/nomor").text
    assert NUMBER in shown or "0812-0000-1234" in shown
    assert looks() == [("case.reveal", f"case/{case_id}")]
    assert ida.post("/hotline/kontak/999/nomor").status_code == 404
    assert len(looks()) == 1


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
