"""A procedure as a controlled document: any chain of signatures, stamped prints, numbered copies and who has them."""

import re
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.core.dates import plain_date
from app.core.problems import Problem
from app.platform.office import documents, papers, queries, standards
from app.platform.office.tables import DocumentCopy, DocumentPrint
from app.platform.printing.papers import render_paper
from schema.definitions import SERVICES, DefinitionError, definition_text, load_definition
from tests.core.procedure.services import changed
from tests.platform.office.adopting import replayed
from tests.platform.people import START, Browser
from tests.platform.printing.reading import pages_of, text_of
from tests.services.ktp.desk import Desk

TODAY = START.date()
CHAIN = """signatories = [
  { id = "maker", label = "Dibuat oleh", post = "Kasi Pelayanan Umum", roles = ["kasi"] },
  { id = "first", label = "Diperiksa oleh", post = "Petugas Loket", roles = ["counter"] },
  { id = "second", label = "Diperiksa oleh", post = "Sekretaris Kecamatan", roles = ["sekretaris"] },
  { id = "senate", label = "Disetujui oleh", post = "Ketua Senat", roles = ["camat"] },
  { id = "director", label = "Disahkan", post = "Camat Yosowilangun", roles = ["camat"], may_repeat = true },
  { id = "governor", label = "Diketahui", post = "Gubernur", roles = ["sekretaris"], on_paper = true },
  { id = "control", label = "Pengendalian", post = "Petugas Layanan Informasi", roles = ["information"] },
]
statuses = ["ASLI", "TERKENDALI DIREKTORAT"]
running_head = true
copying = "Dilarang diperbanyak tanpa izin."

[[distribution]]
number = 1
holder = "Camat"
roles = ["camat"]

[[distribution]]
number = 2
holder = "Unit Arsip"

[[chronology]]
on = 2015-11-23
note = "Terbit pertama kali"
"""
KTP = definition_text(SERVICES / "ktp-el.toml")
START_OF_CHAIN = KTP.index("signatories = [")
OLD_CHAIN = KTP[START_OF_CHAIN : KTP.index("\n]", START_OF_CHAIN) + 2]
TEXT = changed(KTP, (OLD_CHAIN, CHAIN), ('revision = "01"', 'revision = "02"'))
SIGNERS = ("budi", "sari", "ratna", "camat", "camat", "ratna", "ida")


def propose(desk: Desk, text: str = TEXT) -> str:
    standards.propose_standard(desk.journal, desk.who("ratna"), text=text, effective_on=TODAY, now=desk.now)
    return standards.known_proposal(desk.journal.db, "ktp-el").digest


def put_in_force(desk: Desk) -> None:
    digest = propose(desk)
    for who in SIGNERS:
        standards.sign_standard(desk.journal, desk.who(who), service="ktp-el", digest=digest, now=desk.now)


def print_copy(desk: Desk, who: str, copy: int | None, form: str = "sop") -> str:
    return documents.record_document_print(
        desk.journal, desk.who(who), service="ktp-el", form=form, copy=copy, now=desk.now, on=TODAY
    )


def receive(desk: Desk, who: str, number: int, name: str = "") -> None:
    documents.receive_copy(desk.journal, desk.who(who), service="ktp-el", number=number, received_by=name, now=desk.now)


def test_a_chain_of_seven_with_one_person_for_two_posts_and_one_signature_on_paper(desk: Desk) -> None:
    put_in_force(desk)
    given = standards.signatures_of(desk.journal.db, "ktp-el", "02", TODAY)
    assert [one.label for one, _ in given] == [
        "Dibuat oleh",
        "Diperiksa oleh",
        "Diperiksa oleh",
        "Disetujui oleh",
        "Disahkan",
        "Diketahui",
        "Pengendalian",
    ]
    assert [(one.name, one.post) for one, _ in given][3:6] == [
        ("Hadi Purnomo", "Ketua Senat"),
        ("Hadi Purnomo", "Camat Yosowilangun"),
        ("Di kertas; dicatat Ratna Puspita", "Gubernur"),
    ]
    assert queries.current_definition(desk.journal.db, "ktp-el", TODAY).identity.revision == "02"


def test_one_person_signs_for_two_posts_only_where_the_document_says_so(desk: Desk) -> None:
    digest = propose(desk, changed(TEXT, (", may_repeat = true", "")))
    for who in SIGNERS[:4]:
        standards.sign_standard(desk.journal, desk.who(who), service="ktp-el", digest=digest, now=desk.now)
    with pytest.raises(Problem, match="sudah menandatangani"):
        standards.sign_standard(desk.journal, desk.who("camat"), service="ktp-el", digest=digest, now=desk.now)


def test_what_the_head_does_not_sign_is_not_proposed(desk: Desk) -> None:
    text = changed(KTP, ('roles = ["camat"] }', 'roles = ["kasi"] }'), ('revision = "01"', 'revision = "02"'))
    line = r'baris 32, kunci "identity\.signatories": .* tidak ditandatangani Camat'
    with pytest.raises(DefinitionError, match=line):
        propose(desk, text)


def test_every_print_has_its_stamp_and_is_written_down(desk: Desk) -> None:
    put_in_force(desk)
    assert print_copy(desk, "sari", None) == "TIDAK TERKENDALI"
    assert print_copy(desk, "ratna", 0) == "ASLI"
    assert print_copy(desk, "ratna", 2) == "TERKENDALI DIREKTORAT 2"
    assert print_copy(desk, "ratna", 2) == "TERKENDALI DIREKTORAT 2, cetakan ke-2"
    assert print_copy(desk, "ratna", 2, "standard") == "TERKENDALI DIREKTORAT 2"
    for who, copy, code in (("sari", 0, "forbidden"), ("budi", 1, "forbidden"), ("ratna", 3, "not_found")):
        with pytest.raises(Problem) as caught:
            print_copy(desk, who, copy)
        assert caught.value.code == code
    printed = DocumentPrint.rows(desk.journal.db, order="id")
    assert [(row.copy, row.nth, row.actor) for row in printed][:2] == [(None, 1, "sari"), (0, 1, "ratna")]
    assert len(printed) == 5
    old = load_definition(KTP)
    assert [documents.stamp_words(old, copy) for copy in (None, 0, 7)] == ["TIDAK TERKENDALI", "ASLI", "TERKENDALI 7"]
    for words, said in ((("INDUK",), "TERKENDALI 7"), (("INDUK", "SALINAN"), "SALINAN 7"), (("A", "B", "C"), "B 7")):
        named = replace(old, identity=replace(old.identity, statuses=words))
        assert [documents.stamp_words(named, copy) for copy in (0, 7)] == [words[0], said]


def test_a_copy_is_received_by_its_holder_or_by_name_and_once(desk: Desk, tmp_path: Path) -> None:
    put_in_force(desk)
    with pytest.raises(Problem, match="belum dicetak"):
        receive(desk, "camat", 1)
    print_copy(desk, "ratna", 1)
    print_copy(desk, "ratna", 2)
    with pytest.raises(Problem) as caught:
        receive(desk, "sari", 1)
    assert caught.value.code == "forbidden"
    with pytest.raises(Problem) as caught:
        receive(desk, "ratna", 2, "  ")
    assert caught.value.fields == {"received_by": "Tulis nama penerimanya."}
    receive(desk, "camat", 1)
    receive(desk, "ratna", 2, "Penjaga arsip")
    with pytest.raises(Problem, match="sudah diterima Hadi Purnomo"):
        receive(desk, "camat", 1)
    held = DocumentCopy.rows(desk.journal.db, order="number")
    other = replayed(desk.journal, tmp_path / "lain.sqlite3")
    for table in ("document_print", "document_copy", "standard_signature"):
        assert list(other.run(f"SELECT * FROM {table}")) == list(desk.journal.db.run(f"SELECT * FROM {table}"))
    other.close()
    assert [(row.number, row.holder, row.received_by, row.actor) for row in held] == [
        (1, "Camat", "Hadi Purnomo", "camat"),
        (2, "Unit Arsip", "Penjaga arsip", "ratna"),
    ]


def test_what_is_not_in_force_has_no_controlled_print(desk: Desk) -> None:
    with pytest.raises(Problem, match="belum berlaku"):
        documents.record_document_print(
            desk.journal, desk.who("ratna"), service="ktm", form="sop", copy=0, now=desk.now, on=TODAY
        )


def test_the_pages_lead_from_print_to_receipt(
    desk: Desk, as_ratna: Browser, as_camat: Browser, as_sari: Browser
) -> None:
    put_in_force(desk)
    assert "Cetak ASLI" not in as_sari.get("/standar/ktp-el/kendali").get_data(as_text=True)
    assert as_sari.post("/standar/ktp-el/cetak", {"naskah": "sop", "salinan": "0"}).status_code == 403
    paper = as_sari.post("/standar/ktp-el/cetak", {"naskah": "sop", "salinan": ""})
    assert paper.data.startswith(b"%PDF-")
    assert as_ratna.post("/standar/ktp-el/cetak", {"naskah": "sop", "salinan": "x"}).data.startswith(b"%PDF-")
    assert as_ratna.post("/standar/ktp-el/cetak", {"naskah": "sop", "salinan": "1"}).data.startswith(b"%PDF-")
    assert "salinan nomor 1" in as_camat.get("/").get_data(as_text=True)
    assert "salinan nomor 1" not in as_sari.get("/").get_data(as_text=True)
    wrong = as_ratna.post("/standar/ktp-el/salinan/1", {"received_by": ""})
    assert (wrong.status_code, "Tulis nama penerimanya." in wrong.get_data(as_text=True)) == (422, True)
    assert as_camat.post("/standar/ktp-el/salinan/1", {"old_returned": "y"}).status_code == 303
    control = as_sari.get("/standar/ktp-el/kendali").get_data(as_text=True)
    for words in ("Hadi Purnomo", "salinan lama ditarik", "TERKENDALI DIREKTORAT 1", "TIDAK TERKENDALI", "Unit Arsip"):
        assert words in control
    assert "salinan nomor 1" not in as_camat.get("/").get_data(as_text=True)


def test_the_paper_is_the_official_form(desk: Desk, tmp_path: Path) -> None:
    put_in_force(desk)
    db = desk.journal.db
    definition, adopted = queries.shown_standard(db, "ktp-el", TODAY)
    stamp = documents.stamp_words(definition, 1)
    paper = papers.sop_paper(db, definition, adopted, desk.who("ratna"), START, stamp)
    pages = pages_of(render_paper("sop", paper), tmp_path)
    assert all("TERKENDALIDIREKTORAT1" in page.replace(" ", "") for page in pages)
    assert all(f"Hal: {n} / {len(pages)}" in page and "Paraf:" in page for n, page in enumerate(pages, 1))
    words = " ".join(pages)
    for said in (
        *("Nomor SOP", "Tanggal Pembuatan", "Tanggal Revisi", "Tanggal Efektif", "Disahkan Oleh", "Nama SOP"),
        *("Dasar Hukum", "Kualifikasi Pelaksana", "Keterkaitan", "Peralatan/Perlengkapan", "Peringatan"),
        *("Pencatatan dan Pendataan", "Mutu Baku", "Kelengkapan", "Pengendalian", "Unit Arsip", "Terbit pertama kali"),
        *("Dilarang diperbanyak tanpa izin.", "Di kertas; dicatat Ratna Puspita"),
    ):
        assert said in words, said
    noted = next(signer for _, signer in paper.signers if signer.post == "Gubernur")
    assert (noted.nip, noted.approved_at) == ("", None), "the number and the approval of whoever noted it are not his"
    assert all(one.approved_at for _, one in paper.signers if one.post != "Gubernur")
    assert "tidak menyebut" not in words, "working notes stand in it until it is in force"
    draft = papers.sop_paper(db, definition, None, desk.who("ratna"), START, stamp)
    assert "Butir 4.6 tidak menyebut" in text_of(render_paper("sop", draft), tmp_path)
    charts = [page for page in pages if "Kegiatan" in page and "Mutu Baku" in page]
    assert len(charts) == 1, "nine steps fit one sheet"
    assert all("1 2 3 4 5 6 7 8 9 10 11" in " ".join(page.split()) for page in charts)


def test_page_shows_the_form_and_where_each_performer_comes_from(as_sari: Browser, desk: Desk) -> None:
    page = as_sari.get("/standar/ktp-el/sop").get_data(as_text=True)
    _, adopted = queries.shown_standard(desk.journal.db, "ktp-el", TODAY)
    assert adopted is not None
    told = re.search(r"Tanggal Efektif</dt>\s*<dd[^>]*>([^<]*)</dd>", page)
    assert told is not None
    assert told[1] == plain_date(date.fromisoformat(str(adopted.effective_on))), "the day since which it is in force"
    assert page.count("Tertulis") == 5
    assert page.count(">Disimpulkan<") == 4
    for words in ("Nomor SOP", "Dasar Hukum", "Keterkaitan", "<svg", "Alat Pemindai Mata, 1 buah"):
        assert words in page
    assert as_sari.get("/standar/lain/sop").status_code == 404
