"""Desk information: found while one types, offered only while valid and approved, counted, made out of an answer."""

from datetime import date, timedelta

import pytest
from flask import Flask
from msgspec.structs import astuple, replace

from app.core.problems import Problem
from app.services.hotline import articles, queries
from app.services.hotline.articles import Draft
from app.services.hotline.tasks import DESK
from sync.journal import Journal
from tests.platform.people import START, Browser, Clock
from tests.services.hotline.desk import HotlineDesk
from tests.services.hotline.staff import offer, person
from tests.services.ktp.desk import Desk

TODAY = date(2026, 3, 12)
KTM = ("Berapa biaya KTM pengganti yang hilang?", "Tidak dipungut biaya. Bawa surat kehilangan dari kepolisian.")
LEAVE = ("Syarat cuti akademik", "Formulir cuti, kartu studi, dan tanda tangan dosen wali.")


def found(journal: Journal, text: str, on: date = TODAY) -> list[str]:
    return [article.question for article in articles.search_articles(journal.db, text, on)]


def test_each_word_may_be_unfinished_and_accents_do_not_matter(journal: Journal, hotline: HotlineDesk) -> None:
    for question, answer in (KTM, LEAVE):
        offer(journal, question, answer)
    assert found(journal, "biay ktm hil") == [KTM[0]]
    assert found(journal, "CÚTI") == [LEAVE[0]]
    assert found(journal, "dosen wali") == [LEAVE[0]]  # of the answer too
    assert found(journal, "apa saya bisa") == []
    for text in ("", "?", '" OR 1', "NEAR(", "a*b", "cuti AND NOT ktm", "x" * 100_000, "<b>"):
        found(journal, text)
    assert hotline


def test_only_what_is_approved_and_valid_is_offered(journal: Journal, clock: Clock) -> None:
    """A revision that waits leaves the approved one in place; one that is over is never offered."""
    article = offer(journal, *LEAVE, since=date(2026, 3, 10), until=date(2026, 3, 20))
    assert found(journal, "cuti", date(2026, 3, 9)) == []
    assert found(journal, "cuti", date(2026, 3, 20)) == [LEAVE[0]]
    assert found(journal, "cuti", date(2026, 3, 21)) == []
    ida, budi = person(journal, "ida"), person(journal, "budi")
    changed = Draft("Syarat cuti kuliah", "Formulir cuti saja.", "academic", "budi", TODAY, date(2026, 12, 31))
    articles.write_article(journal, ida, draft=changed, now=clock(), article_id=article)
    assert [one.answer for one in articles.offered_articles(journal.db, TODAY, article_id=article)] == [LEAVE[1]]
    with pytest.raises(Problem, match="disetujui orang lain"):
        articles.approve_article(journal, person(journal, "ratna"), article_id=own(journal), revision=1, now=clock())
    with pytest.raises(Problem):  # the revision that was read is not the newest
        articles.approve_article(journal, budi, article_id=article, revision=1, now=clock())
    with pytest.raises(Problem, match="wewenang"):
        articles.approve_article(journal, ida, article_id=article, revision=2, now=clock())
    articles.approve_article(journal, budi, article_id=article, revision=2, now=clock())
    assert found(journal, "cuti", date(2026, 4, 1)) == ["Syarat cuti kuliah"]
    articles.end_article(journal, ida, article_id=article, reason="Aturan diganti.", now=clock())
    assert found(journal, "cuti") == []
    assert articles.offered_articles(journal.db, TODAY, article_id=article) == []


def own(journal: Journal) -> int:
    draft = Draft("Jam buka", "Senin sampai Jumat.", "general", "ratna", TODAY, TODAY + timedelta(days=30))
    return articles.write_article(journal, person(journal, "ratna"), draft=draft, now=START)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"question": " "}, "question"),
        ({"answer": "x" * 1001}, "answer"),
        ({"field": "sport"}, "field"),
        ({"owner": "sari"}, "owner"),
        ({"valid_from": None}, "valid_from"),
        ({"valid_until": None}, "valid_until"),
        ({"valid_until": date(2026, 3, 1)}, "valid_until"),
        ({"valid_from": date(2026, 1, 1), "valid_until": date(2026, 2, 1)}, "valid_until"),
        ({"valid_until": date(2031, 1, 1)}, "valid_until"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(journal: Journal, change: dict[str, object], field: str) -> None:
    draft = replace(Draft(*LEAVE, "general", "budi", TODAY, date(2026, 12, 31)), **change)
    with pytest.raises(Problem) as told:
        articles.write_article(journal, person(journal, "ida"), draft=draft, now=START)
    assert list(told.value.fields) == [field]


def test_an_article_answers_a_contact_and_no_other_case(journal: Journal, as_ida: Browser) -> None:
    card = Desk(journal).open()
    draft = Draft(*LEAVE, "general", "budi", TODAY, date(2026, 12, 31))
    for case_id in (card, 99_999_999):
        with pytest.raises(Problem, match="Kontak itu"):
            articles.write_article(journal, person(journal, "ida"), draft=draft, now=START, case_id=case_id)
        told = {"question": draft.question, "answer": draft.answer, "field": "general", "owner": "budi"}
        told |= {"valid_from": "12-03-2026", "valid_until": "31-12-2026", "dari": str(case_id)}
        assert as_ida.post("/hotline/artikel/baru", told).status_code == 404
    assert list(articles.list_articles(journal.db)) == []


def test_a_contact_is_answered_with_an_article_and_the_use_is_counted(hotline: HotlineDesk) -> None:
    journal, ida = hotline.journal, hotline.who("ida")
    article = offer(journal, *KTM)
    for _ in range(2):
        case_id = hotline.call(question=f"KTM hilang {hotline.clock.forward(minutes=5):%H.%M}").id
        articles.answer_with_article(journal, ida, case_id=case_id, article_id=article, now=hotline.clock())
        contact = queries.get_contact(journal.db, case_id)
        assert contact.closed
        assert contact.moves[-1].note == KTM[1]
    assert articles.search_articles(journal.db, "ktm", TODAY)[0].uses == 2
    with pytest.raises(Problem):  # the second of two clicks
        articles.answer_with_article(journal, ida, case_id=case_id, article_id=article, now=hotline.clock())
    assert articles.search_articles(journal.db, "ktm", TODAY)[0].uses == 2


def test_an_answer_of_the_kabag_becomes_an_article_that_he_owns(hotline: HotlineDesk) -> None:
    journal, case_id = hotline.journal, hotline.reported()
    hotline.go(case_id, "instructed", by="budi", note="Batas akhirnya 31 Agustus 2026.")
    contact = queries.get_contact(journal.db, case_id)
    draft = articles.draft_from(contact, hotline.who("ida"), TODAY)
    assert astuple(draft)[:4] == (contact.question, "Batas akhirnya 31 Agustus 2026.", "general", "budi")
    hotline.go(case_id, "answered", note="Sampai 31 Agustus 2026, di loket.")
    said = articles.draft_from(queries.get_contact(journal.db, case_id), hotline.who("ida"), TODAY)
    assert (said.answer, said.owner) == ("Sampai 31 Agustus 2026, di loket.", "budi")
    article = articles.write_article(journal, hotline.who("ida"), draft=draft, now=START, case_id=case_id)
    assert articles.revisions_of(journal.db, article)[0].answer == "Batas akhirnya 31 Agustus 2026."


def test_owners_are_told_before_the_end_and_approvers_what_waits(journal: Journal, clock: Clock) -> None:
    offer(journal, *LEAVE, until=date(2026, 3, 25))
    offer(journal, *KTM, until=date(2026, 12, 31))
    own(journal)

    def told(username: str) -> list[str]:
        actor = person(journal, username)
        return [
            task.title
            for provider in DESK.tasks
            for task in provider(journal.db, actor, clock())
            if "rtikel" in task.title
        ]

    assert told("budi") == ["Artikel menunggu persetujuan", "Artikel segera berakhir"]
    assert told("ratna") == []
    assert told("sari") == []


def test_an_answer_stands_in_the_form_of_a_new_article(hotline: HotlineDesk, as_ida: Browser) -> None:
    case_id = hotline.reported()
    hotline.go(case_id, "instructed", by="budi", note="Batas akhirnya 31 Agustus 2026.")
    page = as_ida.get(f"/berkas/{case_id}").text
    assert f"/hotline/artikel/baru?dari={case_id}" in page
    form = as_ida.get(f"/hotline/artikel/baru?dari={case_id}").text
    assert "Batas akhirnya 31 Agustus 2026." in form
    assert '<option selected value="budi">' in form
    for wrong in ("0", "999", "x", "9" * 30):
        assert as_ida.get(f"/hotline/artikel/baru?dari={wrong}").status_code in (200, 404)


def test_the_search_finds_articles_and_contacts_by_what_was_asked(
    journal: Journal, hotline: HotlineDesk, as_ida: Browser, web: Flask
) -> None:
    article, contact = offer(journal, *LEAVE), hotline.call()
    question = queries.get_contact(journal.db, contact.id).question
    for typed, where in (("cuti akad", f"/hotline/artikel/{article}"), (question[:12], f"/berkas/{contact.id}")):
        assert as_ida.post("/cari", {"q": typed}).headers.get("Location") == where
        assert where in as_ida.post("/cari/usul", {"q": typed}).get_data(as_text=True)
        assert where not in Browser(web, "oki").post("/cari/usul", {"q": typed}).get_data(as_text=True)


def test_what_is_refused_on_an_article_stays_typed(journal: Journal, web: Flask) -> None:
    article, budi = offer(journal, *LEAVE), Browser(web, "budi")
    where = f"/hotline/artikel/{article}"
    for typed, sentence in ((" ", "Tulis alasannya."), ("Lama. " * 60, "Paling panjang 300 huruf.")):
        refused = budi.post(f"{where}/cabut", {"reason": typed})
        assert (refused.status_code, refused.text.count(sentence)) == (422, 1)
        assert f'value="{typed.strip()}"' in refused.text
    told = {"question": "Syarat\ncuti", "answer": LEAVE[1], "field": "general", "owner": "budi"}
    told |= {"valid_from": "12-03-2026", "valid_until": "11-03-2026"}
    refused = budi.post(f"{where}/revisi", told)
    assert (refused.status_code, LEAVE[1] in refused.text) == (422, True)
    assert budi.post(f"{where}/revisi", told | {"valid_until": "31-12-2026"}).location == where
    assert articles.newest_revision(journal.db, article).question == "Syarat cuti", "a question is one line"
    assert budi.post(f"{where}/cabut", {"reason": "Aturan diganti."}).location == where
    assert budi.post(f"{where}/cabut", {"reason": "Aturan diganti."}).status_code == 409


@pytest.mark.parametrize(("chosen", "field"), [("", "academic"), ("general", "general")])
def test_a_contact_is_written_and_answered_at_once_in_the_field_that_was_chosen(
    journal: Journal, hotline: HotlineDesk, as_ida: Browser, chosen: str, field: str
) -> None:
    """Else in that of the article; with an article that may not be offered neither is written."""
    draft = Draft(*LEAVE, "academic", "budi", TODAY, date(2026, 12, 31))
    ida = hotline.who("ida")
    article = articles.write_article(journal, ida, draft=draft, now=hotline.clock())
    said = {"question": "Cuti semester depan", "kind": chosen, "channel": "telephone", "number": "0812-0000-1234"}
    refused = as_ida.post("/hotline/artikel/jawab", said | {"article_id": str(article)})
    assert (refused.status_code, "Cuti semester depan" in refused.text) == (422, True), "nobody has approved it"
    assert journal.db.one("SELECT count(*) FROM case_file") == (0,)
    articles.approve_article(journal, hotline.who("budi"), article_id=article, revision=1, now=hotline.clock())
    answered = as_ida.post("/hotline/artikel/jawab", said | {"article_id": str(article)})
    assert answered.status_code == 303
    [(case_id, kind)] = journal.db.run("SELECT id, kind FROM case_file")
    assert kind == field
    contact = queries.get_contact(journal.db, case_id)
    assert (contact.closed, contact.moves[-1].note) == (True, LEAVE[1])
