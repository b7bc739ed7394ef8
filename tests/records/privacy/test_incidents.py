"""A failure of data protection: its 3 × 24 hours, whom it is told to, who reads and who closes it."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.core.problems import Problem
from app.records.privacy import service
from app.records.privacy.tasks import due_items
from sync.journal import Journal
from tests.platform.people import PIN, Browser, Clock

PAGE = "/data-pribadi/kegagalan"
TYPED = {
    "known_on": "12032026",
    "known_clock": "09.10",
    "happened": "Flashdisk tertinggal di angkutan",
    "exposed": "Nama dan NIK",
    "subjects": "Pemohon KTP-el bulan Maret",
    "people": "40",
}


def text(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def note(browser: Browser, **said: str) -> int:
    answer = browser.post(f"{PAGE}/baru", TYPED | said)
    assert answer.status_code == 303, text(answer)
    return int(answer.location.rsplit("/", 1)[1])


def test_a_failure_from_its_hour_to_its_end(web: Flask, as_ida: Browser, journal: Journal, clock: Clock) -> None:
    made = note(as_ida)
    where = f"{PAGE}/{made}"
    assert "paling lambat Min 15 Mar 09.10" in text(as_ida.get(where))
    head, ratna = Browser(web, "camat"), Browser(web, "ratna")
    assert "Kegagalan pelindungan data 01/KPDP/2026" in text(head.get("/")), "the head is told on his desk"
    assert f"{where}/cetak/authority" not in as_ida.get(where).get_data(as_text=True), (
        "what would be refused is not offered"
    )
    early = as_ida.post(f"{where}/cetak/authority")
    assert early.status_code == 409, "a notification tells the measures"
    as_ida.post(f"{where}/ubah", TYPED | {"measures": "Kata sandi diganti, pemohon dihubungi"})
    for audience in ("people", "authority", "lembar"):
        assert f"{where}/cetak/{audience}" in as_ida.get(where).get_data(as_text=True)
        assert as_ida.post(f"{where}/cetak/{audience}").mimetype == "application/pdf", audience
    assert as_ida.post(f"{where}/cetak/lain").status_code == 404
    told = {"told_on": "12032026", "told_clock": "09.30", "way": "Surat"}
    assert as_ida.post(f"{where}/beri-tahu", {"audience": "people", **told}).status_code == 303
    assert len(due_items(journal.db, as_ida.actor, clock())) == 1, "the authority is not told yet"
    assert as_ida.post(f"{where}/beri-tahu", {"audience": "authority", **told}).status_code == 303
    assert due_items(journal.db, as_ida.actor, clock()) == [], "people and authority know"
    page = ratna.get(where)
    assert "Belum dapat ditutup: pemberitahuan kepada masyarakat, dibaca pimpinan." in text(page)
    close = {"conclusion": "Flashdisk disandikan mulai hari ini", "pin": PIN}
    early_end = ratna.post(f"{where}/tutup", close)
    assert early_end.status_code == 409, "the page is drawn again"
    assert "Belum dapat ditutup: pemberitahuan kepada masyarakat" in text(early_end)
    as_ida.post(f"{where}/beri-tahu", {"audience": "public", "why_not": "Hanya 40 orang, semua dihubungi"})
    assert head.post(f"{where}/baca").status_code == 303
    assert "Kegagalan pelindungan data" not in text(head.get("/"))
    wrong = ratna.post(f"{where}/tutup", close | {"pin": "111222"})
    assert wrong.status_code == 422
    assert service.load_incident(journal.db, made).closed_at == ""
    assert ratna.post(f"{where}/tutup", close).status_code == 303
    assert "Ditutup" in text(as_ida.get(where))
    late = as_ida.post(f"{where}/ubah", TYPED)
    assert late.status_code == 409, "the page is drawn again"
    assert "Lembar ini sudah ditutup." in text(late)
    kinds = [entry.kind for entry in journal.about(f"data_incident/{made}")]
    assert [kind for kind in kinds if kind != "paper.printed"] == [
        "data_incident.noted",
        "data_incident.described",
        "data_incident.notified",
        "data_incident.notified",
        "data_incident.notified",
        "data_incident.read",
        "data_incident.closed",
    ]


def test_the_limit_ends_at_its_minute(as_ida: Browser, journal: Journal, clock: Clock) -> None:
    note(as_ida)
    [item] = due_items(journal.db, as_ida.actor, clock())
    assert item.deadline.due == "2026-03-15T09:10"
    assert "Kegagalan pelindungan data 01/KPDP/2026" in text(as_ida.get("/jatuh-tempo"))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"happened": ""}, "Tulis apa yang terjadi."),
        ({"known_on": "13032026"}, "Waktu itu belum terjadi"),
        ({"known_on": "12032024"}, "lebih dari setahun"),
        ({"known_clock": "99"}, "Tulis jamnya seperti"),
        ({"people": "banyak"}, "angka"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(as_ida: Browser, said: dict[str, str], sentence: str) -> None:
    answer = as_ida.post(f"{PAGE}/baru", TYPED | {"happened": "Terjadi sesuatu"} | said)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "Pemohon KTP-el bulan Maret" in answer.get_data(as_text=True)


def test_a_notice_says_when_and_how_or_why_not(as_ida: Browser) -> None:
    where = f"{PAGE}/{note(as_ida)}/beri-tahu"
    assert "atau mengapa tidak" in text(as_ida.post(where, {"audience": "people"}))
    assert "Tulis caranya" in text(
        as_ida.post(where, {"audience": "people", "told_on": "12032026", "told_clock": "09.20"})
    )
    timeless = text(as_ida.post(where, {"audience": "people", "told_on": "12032026", "way": "Surat"}))
    assert "Isi jamnya, misalnya 9.15." in timeless, "a day asks for its time"
    both = {"audience": "people", "told_on": "12032026", "told_clock": "09.20", "way": "Surat", "why_not": "Tidak"}
    assert "Kosongkan alasan ini" in text(as_ida.post(where, both))


def test_only_the_overseer_closes_and_only_the_head_reads(web: Flask, as_ida: Browser, clock: Clock) -> None:
    made = note(as_ida)
    for username, path in (("ida", "tutup"), ("camat", "tutup"), ("ida", "baca"), ("ratna", "baca"), ("camat", "ubah")):
        answer = Browser(web, username).post(f"{PAGE}/{made}/{path}", {"conclusion": "x", "pin": PIN})
        assert answer.status_code == 403, (username, path)


def test_the_command_asks_what_the_page_asks(as_ida: Browser, journal: Journal, clock: Clock) -> None:
    facts = service.Facts("", "", "", None, "")
    with pytest.raises(Problem) as refused:
        service.note_incident(journal, as_ida.actor, facts=facts, known_at=clock(), now=clock())
    assert set(refused.value.fields) == {"happened", "exposed", "subjects"}
