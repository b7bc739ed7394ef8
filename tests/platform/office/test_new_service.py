"""A service that the program does not ship comes into the office by a page: its file, every fault, its signatories."""

from io import BytesIO
from pathlib import Path

import pytest

from app.core.procedure.format_keys import definition_keys
from app.platform.office import queries, standards
from schema.definitions import DefinitionError, load_definition
from schema.indicators import read_indicators
from schema.surveys import read_survey
from sync.journal import Journal
from tests.casework.desk.market import MARKET, TEXT
from tests.platform.people import PIN, START, Browser
from tests.services.ktp.desk import Desk

PAGE = "/standar/layanan-baru"


def upload(browser: Browser, content: bytes, name: str = "izin-kios.toml", **changes: str) -> tuple[int, str]:
    data = {"effective_on": "12032026", "pin": PIN} | changes
    answer = browser.post(PAGE, data | {"text": (BytesIO(content), name)})
    return answer.status_code, answer.headers.get("Location", "") or answer.get_data(as_text=True)


def test_an_uploaded_file_waits_for_the_people_whom_it_names(
    desk: Desk, as_ratna: Browser, as_budi: Browser, as_sari: Browser
) -> None:
    assert PAGE in as_ratna.get("/standar/").get_data(as_text=True)
    status, address = upload(as_ratna, b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert (status, address) == (303, f"/standar/{MARKET}/usulan")
    db = desk.journal.db
    proposal = standards.known_proposal(db, MARKET)
    assert (proposal.text, proposal.effective_on, proposal.proposed_by) == (TEXT, "2026-03-12", "ratna")
    assert queries.newest_standard(db, MARKET, START.date()) is None
    shown = as_ratna.get(address).get_data(as_text=True)
    assert "Cabut usulan" in shown
    assert 'href="/standar/"' in shown
    assert f"/standar/{MARKET}/usulan" in as_ratna.get(PAGE).get_data(as_text=True)
    assert MARKET in as_sari.get("/").get_data(as_text=True), "the first who signs finds it among the work"
    assert as_budi.get(address).status_code == 200


def test_a_withdrawn_file_leaves_nothing_and_may_come_again(desk: Desk, as_ratna: Browser) -> None:
    upload(as_ratna, TEXT.encode())
    answer = as_ratna.post(f"/standar/{MARKET}/usulan/cabut", {"reason": "Salah naskah."})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/standar/")
    assert standards.list_proposals(desk.journal.db) == []
    assert upload(as_ratna, TEXT.encode())[0] == 303


def test_every_fault_is_shown_with_line_and_key(desk: Desk, as_ratna: Browser) -> None:
    wrong = TEXT.replace('type = "text"', 'type = "tulisan"').replace("mandatory = true", "mandatori = true")
    status, page = upload(as_ratna, wrong.encode(), "<b>izin.toml")
    assert status == 422
    lines = [n for n, line in enumerate(wrong.splitlines(), 1) if 'type = "tulisan"' in line or "mandatori" in line]
    assert lines
    assert [n for n in lines if f"&lt;b&gt;izin.toml, baris {n}, kunci" not in page] == []
    assert "<b>izin" not in page
    assert standards.list_proposals(desk.journal.db) == []


@pytest.mark.parametrize(
    ("content", "changes", "sentence"),
    [
        (b"", {}, "Pilih dokumen layanan"),
        (b"id = ", {}, "izin-kios.toml, baris 1: tulisan TOML tidak terbaca"),
        (b"id = 1\n# \xff", {}, "izin-kios.toml, baris 2: dokumen bukan teks UTF-8"),
        (TEXT.encode(), {"pin": ""}, "Isi PIN."),
        (TEXT.encode(), {"pin": "000000"}, "PIN tidak cocok"),
        (TEXT.encode(), {"effective_on": ""}, "Isi tanggal mulai berlaku."),
        (b"#" * 200_001, {}, "paling besar 200 kB"),
    ],
)
def test_what_cannot_be_proposed_is_said_at_its_field(
    desk: Desk, as_ratna: Browser, content: bytes, changes: dict[str, str], sentence: str
) -> None:
    status, page = upload(as_ratna, content, "izin-kios.toml" if content else "", **changes)
    assert (status, sentence in page) == (422, True), page
    assert standards.list_proposals(desk.journal.db) == []


def test_a_second_file_waits_until_the_first_is_decided(desk: Desk, as_ratna: Browser) -> None:
    upload(as_ratna, TEXT.encode())
    status, page = upload(as_ratna, TEXT.encode())
    assert status == 422
    assert "masih menunggu tanda tangan" in page


def test_who_may_not_propose_uploads_nothing(desk: Desk, as_budi: Browser, as_ratna: Browser) -> None:
    assert as_budi.get(PAGE).status_code == 403
    assert upload(as_budi, TEXT.encode())[0] == 403
    without = as_ratna.client.post(PAGE, data={"effective_on": "12032026", "pin": PIN})
    assert without.status_code == 400 or "sesi" in without.get_data(as_text=True).lower()
    assert upload(as_ratna, b"#" * 300_000)[0] == 413
    assert standards.list_proposals(desk.journal.db) == []


def test_a_revision_of_a_known_service_goes_the_same_way(journal: Journal, desk: Desk, as_ratna: Browser) -> None:
    from tests.platform.office.test_standards import NEWER

    status, page = upload(as_ratna, NEWER.replace('revision = "02"', 'revision = "00"').encode())
    assert status == 422
    assert "Revisi 00 lebih rendah daripada revisi 01 yang sudah berlaku" in page
    assert upload(as_ratna, NEWER.encode())[1] == "/standar/ktp-el/usulan"


def test_the_page_names_every_key(desk: Desk, as_ratna: Browser) -> None:
    shown = as_ratna.get(PAGE).get_data(as_text=True)
    keys = [(table.places[0], key.name) for table in definition_keys() for key in table.keys]
    assert len(keys) > 300
    assert [name for _, name in keys if f'<dt class="mono">{name}</dt>' not in shown] == []


LETTER = """
[[letters]]
id = "permit"
direction = "out"
label = "Surat izin"
subject = "Izin menempati kios"
addressed_to = "Pedagang"
text = "Izin diberikan kepada {applicant}."
initials = ["kasi"]
signatories = ["camat"]
"""


@pytest.mark.parametrize(
    ("actor", "changes", "sentence"),
    [
        ("surveyor", ("", ""), "Petugas Operator tidak berhak mengonsep surat di kantor ini; yang berhak:"),
        ("head", ('["kasi"]', '["counter"]'), "Petugas Loket tidak berhak memaraf surat di kantor ini; yang berhak:"),
        ("head", ('["camat"]', '["kasi"]'), "tidak berhak menandatangani surat di kantor ini; yang berhak:"),
    ],
)
def test_a_letter_that_nobody_of_its_posts_may_make_is_refused(
    desk: Desk, as_ratna: Browser, actor: str, changes: tuple[str, str], sentence: str
) -> None:
    """Else the first case would stop at that step, and say so to somebody who cannot help it."""
    step = 'title = "Meninjau kios"\nactor = '
    text = TEXT.replace(f'{step}"surveyor"', f'{step}"{actor}"\nletter = "permit"') + LETTER.replace(*changes)
    status, page = upload(as_ratna, text.encode())
    assert (status, sentence in page) == (422, True), page[page.find("<main") :]
    right = TEXT.replace(f'{step}"surveyor"', f'{step}"head"\nletter = "permit"') + LETTER
    assert upload(as_ratna, right.encode())[0] == 303


NESTED = {
    "lists": lambda depth: f"deep = {'[' * depth}{']' * depth}",
    "tables": lambda depth: f"deep = {'{ a = ' * depth}1{' }' * depth}",
    "names": lambda depth: f"deep{'.a' * depth} = 1",
    "headers": lambda depth: f"[deep{'.a' * depth}]",
}


@pytest.mark.parametrize("depth", [40, 900, 5000])
@pytest.mark.parametrize("kind", NESTED)
def test_a_file_nested_without_end_is_refused_with_its_line_by_every_reader(
    as_ratna: Browser, tmp_path: Path, kind: str, depth: int
) -> None:
    text = f"format = 2\n{NESTED[kind](depth)}\n"
    status, page = upload(as_ratna, text.encode())
    assert (status, "bersarang lebih dari 30 tingkat" in page, "baris 2" in page.lower()) == (422, True, True)
    file = tmp_path / "contoh.toml"
    file.write_text(text, encoding="utf-8")
    for read in (read_indicators, read_survey, load_definition):
        with pytest.raises(DefinitionError, match="bersarang"):
            read(file)


@pytest.mark.parametrize(
    ("old", "new", "key", "sentence"),
    [
        ('roles = ["camat"] },\n]', 'roles = ["kasi"] },\n]', "identity.signatories", "tidak ditandatangani Camat"),
        (
            'post = "Kasi Pelayanan Umum"',
            'post = "Dekan"',
            "identity.signatories[2].post",
            "jabatan Dekan (Diperiksa oleh)",
        ),
    ],
)
def test_what_this_office_cannot_work_with_names_line_and_key(
    desk: Desk, as_ratna: Browser, old: str, new: str, key: str, sentence: str
) -> None:
    text = TEXT.replace(old, new)
    status, page = upload(as_ratna, text.encode())
    line = 1 + next(
        n for n, part in enumerate(text.split("\n")) if ("signatories = [" if key[-1] == "s" else new) in part
    )
    assert status == 422
    assert f"izin-kios.toml, baris {line}, kunci &#34;{key}&#34;: " in page
    assert sentence in page


def test_letters_that_nobody_may_make_name_their_line(desk: Desk, as_ratna: Browser) -> None:
    step = 'title = "Meninjau kios"\nactor = "surveyor"'
    text = TEXT.replace(step, f'{step}\nletter = "permit"') + LETTER
    _status, page = upload(as_ratna, text.encode())
    line = 1 + text.split("\n").index('id = "permit"')
    assert f"izin-kios.toml, baris {line}, kunci &#34;letters[1].id&#34;: Surat izin: Petugas Operator" in page
