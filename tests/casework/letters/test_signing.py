"""A letter goes out for its electronic signature and comes back: then its paper is that file, byte by byte."""

import io
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app import compose
from app.casework.letters import service, signing
from app.casework.letters.papers import signer_official
from app.casework.letters.tables import OutgoingLetter
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.files.queries import read_file
from app.platform.people.changes import AddPerson
from app.platform.signatures import service as roots
from app.platform.signatures.queries import signing_of
from app.platform.signatures.signing import bare_name
from app.platform.signatures.verdict import FAULTS, UNCHECKED
from sync.journal import Journal
from sync.verification import verify_side
from tests.casework.letters.test_drafts import signed_letter
from tests.platform.people import START, Browser, agree
from tests.world import authority

Who = Callable[[str], Actor]


@pytest.fixture
def letter_id(journal: Journal, who: Who) -> int:
    """A numbered letter in an office that trusts the authority of the tests."""
    made = signed_letter(journal, who)
    service.number_letter(journal, who("ratna"), letter_id=made, now=START)
    trust_authority(journal, who)
    return made


def trust_authority(journal: Journal, who: Who) -> None:
    told = {"data": authority.root().der, "source": "Uji", "now": START}
    root = roots.propose_root(journal, who("ratna"), **told)
    roots.confirm_root(journal, who("camat"), root_id=root, now=START)


def holder(journal: Journal, letter_id: int) -> str:
    row = OutgoingLetter.first(journal.db, id=letter_id)
    assert row is not None
    return signer_official(journal.db, row, START.date()).name


def hand_out(journal: Journal, who: Who, letter_id: int) -> bytes:
    file_id = signing.hand_out_letter(journal, who("ratna"), letter_id=letter_id, now=START)
    return read_file(journal.db, file_id).content


def take_back(journal: Journal, who: Who, letter_id: int, data: bytes) -> str:
    """What is said about a PDF that is given back; empty where it was taken."""
    try:
        told = {"letter_id": letter_id, "data": data, "name": "surat.pdf", "now": START}
        signing.take_back_letter(journal, who("ratna"), **told)
    except Problem as problem:
        return problem.fields.get("signed") or problem.sentence
    return ""


def test_the_signed_file_is_the_paper_from_then_on(
    journal: Journal, who: Who, letter_id: int, as_ratna: Browser, as_budi: Browser, tmp_path: Path
) -> None:
    page = f"/surat-keluar/{letter_id}"
    assert "Serahkan PDF" in as_ratna.get(page).get_data(as_text=True)
    assert "Serahkan PDF" not in as_budi.get(page).get_data(as_text=True)
    assert as_ratna.post(f"{page}/tte", {}).status_code == 303
    row = signing_of(journal.db, f"outgoing/{letter_id}")
    assert row is not None
    handed = as_ratna.get(f"/lampiran/{row.handed_file_id}?unduh=1").get_data()
    assert handed.startswith(b"%PDF-1.7")
    signed = authority.sign(handed, authority.person(holder(journal, letter_id)))
    wrong = as_ratna.post(f"{page}/tte/kembali", {"signed": (io.BytesIO(handed), "surat.pdf")})
    assert wrong.status_code == 422
    assert FAULTS["unsigned"] in wrong.get_data(as_text=True)
    assert as_budi.post(f"{page}/tte/kembali", {"signed": (io.BytesIO(signed), "surat.pdf")}).status_code == 403
    sent = {"signed": (io.BytesIO(signed), "surat bertanda tangan.pdf")}
    assert as_ratna.post(f"{page}/tte/kembali", sent).status_code == 303
    shown = as_ratna.get(page).get_data(as_text=True)
    assert f"CN={authority.ROOT}" in shown
    assert UNCHECKED["revocation"] in shown
    assert UNCHECKED["time"] in shown
    for _ in range(2):
        assert as_ratna.post(f"{page}/cetak", {}).get_data() == signed
    again = take_back(journal, who, letter_id, signed)
    assert "tidak sedang menunggu tanda tangan elektronik" in again
    assert verify_side(journal, "office", tmp_path / "scratch.sqlite3").faults == []


def test_what_is_not_the_holder_s_signature_on_this_letter_is_refused(
    journal: Journal, who: Who, letter_id: int
) -> None:
    handed, name = hand_out(journal, who, letter_id), holder(journal, letter_id)
    signed = authority.sign(handed, authority.person(name))
    foreign = take_back(journal, who, letter_id, authority.sign(handed, authority.person("Orang Lain, S.Kom.")))
    assert "ditandatangani Orang Lain, S.Kom.," in foreign
    assert name in foreign
    at = signed.index(b"/M (D", len(handed)) + 12
    changed = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
    assert take_back(journal, who, letter_id, changed) == FAULTS["tampered"]
    assert take_back(journal, who, letter_id, handed) == FAULTS["unsigned"]
    other = authority.sign(handed.replace(b"%PDF-1.7", b"%PDF-1.6"), authority.person(name))
    assert take_back(journal, who, letter_id, other) == FAULTS["other_paper"]
    row = signing_of(journal.db, f"outgoing/{letter_id}")
    assert row is not None
    assert row.taken_at == ""


def test_without_the_extra_the_page_of_the_letter_says_what_to_install(
    letter_id: int, as_ratna: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.platform.signatures.judging.find_spec", lambda _name: None)
    page = f"/surat-keluar/{letter_id}"
    assert "requirements-signatures.txt" in as_ratna.get(page).get_data(as_text=True)
    assert as_ratna.post(f"{page}/tte", {}).status_code == 409


def test_titles_do_not_make_another_person() -> None:
    assert bare_name("Drs. H. BUDI  Santoso, M.Si.") == bare_name("Budi Santoso")
    assert bare_name("Budi Santosa") != bare_name("Budi Santoso")


def test_a_restored_office_takes_back_what_it_handed_out_before(
    journal: Journal, who: Who, letter_id: int, tmp_path: Path
) -> None:
    handed = hand_out(journal, who, letter_id)
    before = copied(journal, tmp_path / "before")
    signed = authority.sign(handed, authority.person(holder(journal, letter_id)))
    assert take_back(journal, who, letter_id, signed) == ""
    for copy, said in ((before, ""), (copied(journal, tmp_path / "after"), "tidak sedang menunggu")):
        db = compose.open_side("office", copy)
        with closing(db):
            again = compose.journal("office", db)
            with again.transaction():
                again.open_epoch(again.source, START, epoch=again.epoch + 1, cause="restored")
            assert said in take_back(again, who, letter_id, signed)
            row = signing_of(db, f"outgoing/{letter_id}")
            assert row is not None
            assert row.file_id is not None
            assert read_file(db, row.file_id).content == signed


def copied(journal: Journal, folder: Path) -> Path:
    """The office as it stands now, in another folder."""
    folder.mkdir()
    journal.db.run("VACUUM INTO ?", (str(folder / "kantor.sqlite3"),))
    return folder


def test_a_page_tells_of_two_people_of_one_name_and_of_a_root_that_was_withdrawn_later(
    journal: Journal, who: Who, letter_id: int, as_ratna: Browser
) -> None:
    name = holder(journal, letter_id)
    agree(journal, AddPerson("namesake", f"Dr. {name}, M.Si.", ("kasi",)), password="Gerobak-biru-41", now=START)
    signed = authority.sign(hand_out(journal, who, letter_id), authority.person(name))
    assert take_back(journal, who, letter_id, signed) == ""
    page = f"/surat-keluar/{letter_id}"
    before = as_ratna.get(page).get_data(as_text=True)
    assert UNCHECKED["namesake"] in before
    assert "tidak dipercaya lagi" not in before
    roots.withdraw_root(journal, who("camat"), root_id=1, reason="Kuncinya bocor", now=START)
    shown = as_ratna.get(page).get_data(as_text=True)
    assert "Akar ini tidak dipercaya lagi" in shown
    assert "Kuncinya bocor." in shown
    assert as_ratna.post(f"{page}/cetak", {}).get_data() == signed
    trust_authority(journal, who)
    assert "tidak dipercaya lagi" not in as_ratna.get(page).get_data(as_text=True), "the same root was added again"
