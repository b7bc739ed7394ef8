"""A standard takes effect by the signatures that it names, in order, each by another person with the own PIN."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.core.problems import Problem
from app.platform.office import papers, queries, standards
from app.platform.people import credentials
from app.platform.people.changes import AddPerson, Appoint
from app.platform.printing.papers import render_paper
from app.services.complaints import limits
from schema.definitions import SERVICES, definition_text
from sync.entries import parse_utc_text
from tests.platform.office.adopting import replayed
from tests.platform.people import CHEAP, PASSWORD, PIN, START, Browser, agree
from tests.platform.printing.reading import text_of
from tests.services.ktp.desk import Desk

TODAY = START.date()
TEXT = definition_text(SERVICES / "ktp-el.toml").replace('revision = "01"', 'revision = "02"')
FOURTH = (
    '  { id = "witness", label = "Diketahui oleh", post = "Petugas Layanan Informasi", roles = ["information"] },\n]'
)
PAGE = "/standar/ktp-el/usulan"


def propose(desk: Desk, text: str = TEXT, on: date = TODAY) -> str:
    standards.propose_standard(desk.journal, desk.who("ratna"), text=text, effective_on=on, now=desk.now)
    return standards.known_proposal(desk.journal.db, "ktp-el").digest


def sign(desk: Desk, who: str, digest: str) -> bool:
    return standards.sign_standard(desk.journal, desk.who(who), service="ktp-el", digest=digest, now=desk.now)


def in_force(desk: Desk, on: date = TODAY) -> str:
    return queries.current_definition(desk.journal.db, "ktp-el", on).identity.revision


def refusal(command: Callable[[], object]) -> str:
    with pytest.raises(Problem) as caught:
        command()
    return caught.value.sentence


def test_three_people_sign_in_order_and_each_is_an_entry_of_the_own(desk: Desk) -> None:
    digest = propose(desk)
    for who, last in (("budi", False), ("ratna", False), ("camat", True)):
        assert in_force(desk) == "01"
        assert sign(desk, who, digest) is last
    assert in_force(desk) == "02"
    db = desk.journal.db
    kinds = db.run("SELECT kind FROM journal WHERE subject = 'standard/ktp-el/02' ORDER BY id")
    assert [kind for (kind,) in kinds] == [
        "office.standard_proposed",
        *["office.standard_signed"] * 3,
        "office.standard_adopted",
    ]
    signed = db.run("SELECT username, name FROM standard_signature WHERE revision = '02' ORDER BY ordinal")
    assert list(signed) == [("budi", "Budi Santoso"), ("ratna", "Ratna Puspita"), ("camat", "Hadi Purnomo")]
    assert standards.list_proposals(desk.journal.db) == []


def test_nobody_signs_before_the_turn_or_for_another_post_or_twice(desk: Desk) -> None:
    digest = propose(desk)
    assert "giliran Budi Santoso" in refusal(lambda: sign(desk, "camat", digest))
    assert "giliran Budi Santoso" in refusal(lambda: sign(desk, "sari", digest))
    with pytest.raises(Problem) as caught:
        sign(desk, "desi", digest)
    assert caught.value.code == "forbidden"
    assert "sudah diganti" in refusal(lambda: sign(desk, "budi", "0" * 64))
    sign(desk, "budi", digest)
    assert "giliran Ratna Puspita" in refusal(lambda: sign(desk, "budi", digest))
    camat = desk.who("camat")
    plh = Appoint(desk.who("budi").person_id, "sekretaris", "plh", "800/7", TODAY, None, desk.who("ratna").person_id)
    agree(desk.journal, plh, now=desk.now)
    assert "sudah menandatangani" in refusal(lambda: sign(desk, "budi", digest))
    assert in_force(desk) == "01"
    assert camat.roles == {"camat"}


def test_an_acting_official_signs_and_is_named_so(desk: Desk) -> None:
    plh = Appoint(desk.who("oki").person_id, "camat", "plh", "800/8", TODAY, None, desk.who("camat").person_id)
    agree(desk.journal, plh, now=desk.now)
    digest = propose(desk)
    for who in ("budi", "ratna"):
        sign(desk, who, digest)
    assert "giliran Oki" in refusal(lambda: sign(desk, "camat", digest))
    assert sign(desk, "oki", digest)
    last, able = standards.signatures_of(desk.journal.db, "ktp-el", "02", TODAY)[-1]
    signed = (last.name, last.post, parse_utc_text(last.at), able)
    assert signed == (desk.who("oki").name, "Plh. Camat Yosowilangun", desk.now, [])


def test_a_standard_may_ask_a_fourth_signature(desk: Desk) -> None:
    place = TEXT.index("\n]", TEXT.index("signatories = ["))
    digest = propose(desk, TEXT[: place + 1] + FOURTH + TEXT[place + 2 :])
    assert [one.label for one, _ in standards.signatures_of(desk.journal.db, "ktp-el", "02", TODAY)] == [
        "Dibuat oleh",
        "Diperiksa oleh",
        "Disetujui oleh",
        "Diketahui oleh",
    ]
    for who in ("budi", "ratna", "camat"):
        assert not sign(desk, who, digest)
    assert in_force(desk) == "01"


def test_a_revision_signed_late_takes_effect_on_the_day_of_the_last_signature(desk: Desk) -> None:
    digest = propose(desk)
    for who in ("budi", "ratna"):
        sign(desk, who, digest)
    later = desk.later(days=4)
    assert sign(later, "camat", digest)
    assert (in_force(desk, TODAY + timedelta(days=3)), in_force(desk, TODAY + timedelta(days=4))) == ("01", "02")


def test_a_withdrawn_proposal_leaves_nothing_and_may_be_made_again(desk: Desk) -> None:
    digest = propose(desk)
    sign(desk, "budi", digest)
    assert "menunggu tanda tangan" in refusal(lambda: propose(desk))
    j, ratna = desk.journal, desk.who("ratna")
    standards.withdraw_standard(j, ratna, service="ktp-el", reason="Salah naskah", now=desk.now)
    assert "tidak ditemukan" in refusal(lambda: sign(desk, "ratna", digest))
    digest = propose(desk)
    assert [one.name for one, _ in standards.signatures_of(j.db, "ktp-el", "02", TODAY)] == ["", "", ""]
    for who in ("budi", "ratna", "camat"):
        sign(desk, who, digest)
    assert in_force(desk) == "02"


def test_whoever_signs_next_finds_it_on_the_desk_and_signs_with_the_pin(desk: Desk, web: Flask) -> None:
    digest = propose(desk)
    budi, camat, sari = (Browser(web, name) for name in ("budi", "camat", "sari"))
    assert budi.get("/").get_data(as_text=True).count("menunggu tanda tangan Anda") == 1
    assert "Baca dan tanda tangani" not in camat.get("/").get_data(as_text=True)
    assert "Tanda tangani" not in sari.get(PAGE).get_data(as_text=True)
    wrong = budi.post(f"{PAGE}/tanda-tangan", {"digest": digest, "pin": "000000"})
    assert (wrong.status_code, "PIN tidak cocok" in wrong.get_data(as_text=True)) == (422, True)
    assert budi.post(f"{PAGE}/tanda-tangan", {"digest": digest, "pin": PIN}).status_code == 303
    assert sari.post(f"{PAGE}/tanda-tangan", {"digest": digest, "pin": PIN}).status_code == 422
    page = camat.get(PAGE).get_data(as_text=True)
    assert "Dibuat oleh: Budi Santoso" in page
    assert "Giliran Ratna Puspita" in page


def test_a_proposal_prints_clean_to_be_signed_and_annotated_to_be_reviewed(
    desk: Desk, as_sari: Browser, tmp_path: Path
) -> None:
    propose(desk)
    assert "Cetak untuk ditandatangani" in as_sari.get(PAGE).text
    clean, review = (
        " ".join(text_of(as_sari.post(f"{PAGE}/cetak", {"naskah": edition}).data, tmp_path).split())
        for edition in ("standard", "tinjauan")
    )
    for words in ("Dibaca:", "NASKAH TINJAUAN", "TIDAK TERKENDALI", "belum, menunggu pengesahan"):
        assert words in review
        assert words not in clean
    assert "Naskah untuk ditandatangani" in clean


def test_page_and_paper_show_the_true_names_and_moments(desk: Desk, as_sari: Browser, tmp_path: Path) -> None:
    digest = propose(desk)
    for who in ("budi", "ratna", "camat"):
        sign(desk, who, digest)
    page = as_sari.get("/standar/ktp-el").get_data(as_text=True)
    definition, adopted = queries.shown_standard(desk.journal.db, "ktp-el", TODAY)
    paper = papers.standard_paper(desk.journal.db, definition, adopted, desk.who("ratna"), START)
    printed = " ".join(text_of(render_paper("standard", paper), tmp_path).split())
    for name in ("Budi Santoso", "Ratna Puspita", "Hadi Purnomo"):
        assert name in page
        assert name in printed
    assert "Persetujuan dalam sistem" in printed


def test_what_was_adopted_before_keeps_its_names_without_a_moment(desk: Desk) -> None:
    given = standards.signatures_of(desk.journal.db, "ktp-el", "01", TODAY)
    assert [(one.label, one.post, one.name, one.at) for one, _ in given] == [
        ("Dibuat oleh", "Kasi Pelayanan Umum", "Budi", None),
        ("Diperiksa oleh", "Sekretaris Kecamatan", "Ratna", None),
        ("Disetujui oleh", "Camat Yosowilangun", "Hadi", None),
    ]


def test_the_head_of_another_section_does_not_sign_for_the_section_of_the_standard(desk: Desk) -> None:
    j, ratna = desk.journal, desk.who("ratna")
    tono = agree(j, AddPerson("tono", "Tono Raharjo", ("kasi",)), password=PASSWORD, now=START)
    limits.set_section(j, ratna, code="pelayanan", name="Seksi Pelayanan Umum", head="tono", now=START)
    limits.set_section(j, ratna, code="umum", name="Subbagian Umum", head="budi", now=START)
    digest = propose(desk)
    assert "giliran Tono Raharjo" in refusal(lambda: sign(desk, "budi", digest))
    assert desk.who("tono").person_id == tono
    assert not sign(desk, "tono", digest)


def test_signed_withdrawn_and_old_revisions_replay_to_the_same_tables(desk: Desk, tmp_path: Path) -> None:
    journal, ratna = desk.journal, desk.who("ratna")
    sign(desk, "budi", propose(desk))
    standards.withdraw_standard(journal, ratna, service="ktp-el", reason="Salah naskah", now=desk.now)
    digest = propose(desk)
    for who in ("budi", "ratna", "camat"):
        sign(desk, who, digest)
    sign(desk, "budi", propose(desk, TEXT.replace('revision = "02"', 'revision = "03"'), TODAY + timedelta(days=9)))
    other = replayed(journal, tmp_path / "lain.sqlite3")
    for table, held in (("standard", 2), ("standard_proposal", 1), ("standard_signature", 9)):
        query = f"SELECT * FROM {table} ORDER BY 1, 2, 3"
        assert list(other.run(query)) == list(journal.db.run(query))
        assert len(list(other.run(query))) == held
    other.close()


def test_a_standard_whose_post_is_vacant_says_so_and_goes_on_with_an_acting_official(desk: Desk, web: Flask) -> None:
    """This kecamatan has no Kasubbag, who makes the hotline's standard: the page says what to do, a Plt. signs."""
    text = definition_text(SERVICES / "hotline.toml")
    standards.propose_standard(desk.journal, desk.who("ratna"), text=text, effective_on=TODAY, now=desk.now)
    ratna = Browser(web, "ratna")
    page = ratna.get("/standar/hotline/usulan").get_data(as_text=True)
    assert "Belum ada pejabat: Kasubbag Umum dan Kepegawaian" in page
    assert "Buka Pejabat sementara" in page
    plt = Appoint(desk.who("oki").person_id, "kasubbag", "plt", "800/9", TODAY, None, None)
    agree(desk.journal, plt, now=desk.now)
    assert "Belum ada pejabat" not in ratna.get("/standar/hotline/usulan").get_data(as_text=True)
    digest = standards.known_proposal(desk.journal.db, "hotline").digest
    for who in ("oki", "budi", "ratna", "camat", "camat", "ida"):
        standards.sign_standard(desk.journal, desk.who(who), service="hotline", digest=digest, now=desk.now)
    assert queries.current_definition(desk.journal.db, "hotline", TODAY).id == "hotline"


def test_the_page_of_a_proposal_waits_for_the_own_turn_and_then_shows_the_place(desk: Desk, web: Flask) -> None:
    """Asked for by the page itself; it keeps nobody's session awake and says nothing to who never signs."""
    digest, turn = propose(desk), f"{PAGE}/giliran"
    ratna, sari, budi = (Browser(web, name) for name in ("ratna", "sari", "budi"))

    def asks_again(page: str) -> bool:
        return f'hx-get="{turn}"' in page and "Tanda tangani" not in page

    seen = desk.journal.db.one("SELECT max(seen_at) FROM sign_in_session")
    waiting = ratna.get(turn).get_data(as_text=True)
    assert desk.journal.db.one("SELECT max(seen_at) FROM sign_in_session") == seen
    assert asks_again(waiting)
    assert "Sekarang menunggu Budi Santoso" in waiting
    assert 'id="signing"' not in sari.get(turn).get_data(as_text=True)
    assert ">Tanda tangani</button>" in budi.get(turn).get_data(as_text=True)
    assert budi.post(f"{PAGE}/tanda-tangan", {"digest": digest, "pin": PIN}).location == "/"
    came = ratna.get(turn).get_data(as_text=True)
    assert (">Tanda tangani</button>" in came, asks_again(came)) == (True, False)
    assert 'hx-swap-oob="true"' in came, "the list of signatures comes along"
    credentials.set_pin(desk.journal, desk.who("ratna"), password=PASSWORD, pin="739201", now=desk.now, cost=CHEAP)
    unsure = ratna.get(turn).get_data(as_text=True)
    assert asks_again(unsure)
    assert "PIN Anda belum berlaku" in unsure
    standards.withdraw_standard(desk.journal, desk.who("ratna"), service="ktp-el", reason="Salah.", now=desk.now)
    assert ratna.get(turn).location == "/"
