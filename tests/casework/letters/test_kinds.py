"""Kinds of letters: what ships is sound, and one written by the teaching page goes from draft to archive by pages."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest

from app.casework.letters.kinds import case_words, check_kinds, letter_kinds, named_by_posts
from app.casework.letters.texts import letter_parts
from app.core.problems import Problem
from app.platform.office.events import SettingChanged
from app.platform.office.queries import current_definition
from app.records.retention.service import carry_out, confirm, propose
from schema.database import first_column
from schema.letter_kinds import MOST_CHARACTERS, shipped_kinds
from schema.person_fields import DESTROYED
from schema.profiles import load_profile
from sync.journal import Journal
from tests.casework.letters.test_drafts import row_of
from tests.casework.letters.test_forms import offered_form
from tests.platform.people import PIN, START, Browser, actor_of
from tests.platform.printing.reading import text_of
from tests.rules.source import ROOT

TAUGHT = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/writing-a-letter.md").read_text(encoding="utf-8"), re.DOTALL)[0]
LISTS = {"codes": "000 Umum\n500 Perekonomian", "instructions": "Untuk diketahui"}
GAP = re.compile(r"\[belum ada: [^\]]*\]")


def typed(text: str) -> str:
    """A text of the kind with every gap filled in."""
    return GAP.sub("Warung Contoh", text)


def test_a_kind_of_the_teaching_page_is_drafted_initialled_signed_numbered_printed(
    journal: Journal, as_ratna: Browser, as_budi: Browser, as_camat: Browser, tmp_path: Path
) -> None:
    assert as_ratna.post("/surat/pengaturan", LISTS | {"kinds": TAUGHT}).status_code == 303
    form = as_budi.get("/surat-keluar/baru?jenis=keterangan_usaha").get_data(as_text=True)
    assert "Surat keterangan usaha</a>" in form
    assert "benar menjalankan usaha tersebut" in form
    assert '<option selected value="camat">' in form
    kind = letter_kinds(journal.db)["keterangan_usaha"]
    draft = {
        "jenis": "keterangan_usaha",
        "subject": typed(kind.subject),
        "addressed_to": typed(kind.addressed_to),
        "text": kind.text,
        "copies": "Arsip",
        "code": "500",
        "urgency": "ordinary",
        "initials": ["kasi", "sekretaris"],
        "signatory": "camat",
    }
    made = as_budi.post("/surat-keluar/baru", draft).headers["Location"]
    letter_id = int(made.rsplit("/", 1)[1])
    assert as_budi.post(f"{made}/ajukan", {"seen": "1", "pin": PIN}).status_code == 409, "a gap goes to nobody"
    assert as_budi.post(f"{made}/naskah", draft | {"seen": "1", "text": typed(kind.text)}).status_code == 303
    assert as_budi.post(f"{made}/ajukan", {"seen": "2", "pin": PIN}).status_code == 303
    assert "DRAF" in text_of(as_budi.post(f"{made}/cetak").data, tmp_path)
    assert as_ratna.post(f"{made}/paraf", {"seen": "2", "pin": PIN}).status_code == 303
    assert as_camat.post(f"{made}/tanda-tangan", {"seen": "2", "pin": PIN}).status_code == 303
    assert "Menunggu Kasubbag atau Sekretaris." in as_budi.get(made).get_data(as_text=True)
    assert as_ratna.post(f"{made}/nomor").status_code == 303
    assert row_of(journal, letter_id).number == "500/001/SKU/2026"
    printed = text_of(as_ratna.post(f"{made}/cetak").data, tmp_path)
    assert "500/001/SKU/2026" in printed
    assert "Jenis usaha" in printed
    assert "DRAF" not in printed
    sent = {"on": START.strftime("%d%m%Y"), "way": "taken", "proof": "Buku ekspedisi 1"}
    assert as_ratna.post(f"{made}/kirim", sent).status_code == 303
    assert row_of(journal, letter_id).state == "sent"
    assert "500/001/SKU/2026" in as_ratna.get("/surat-keluar?tahun=2026").get_data(as_text=True)
    assert "SALINAN" in text_of(as_ratna.post(f"{made}/cetak").data, tmp_path)
    shown = as_ratna.get(made).get_data(as_text=True)
    assert "Dicetak" in shown
    assert "paper." not in shown
    later = START + timedelta(days=6 * 366)
    first, second = actor_of(journal.db, "ratna", later.date()), actor_of(journal.db, "camat", later.date())
    listed = propose(journal, first, groups=["letter.outgoing@2026"], reason="JRA 12/2030", now=later)
    confirm(journal, second, destruction_id=listed, now=later)
    assert carry_out(journal, tmp_path, later) == 1
    row = row_of(journal, letter_id)
    assert (row.number, row.text, row.kind) == ("500/001/SKU/2026", DESTROYED, "keterangan_usaha")


def test_a_wrong_file_is_refused_with_its_line_and_stays_on_the_page(journal: Journal, as_ratna: Browser) -> None:
    assert as_ratna.post("/surat/pengaturan", LISTS | {"kinds": TAUGHT}).status_code == 303
    wrong = TAUGHT.replace('signatory = "camat"', 'signatory = "lurah"')
    refused = as_ratna.post("/surat/pengaturan", LISTS | {"kinds": wrong})
    assert refused.status_code == 422
    said = refused.get_data(as_text=True)
    assert "baris 9" in said
    assert "lurah" in said
    assert letter_kinds(journal.db)["keterangan_usaha"].signatory == "camat", "the former file stays"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('id = "keterangan_usaha"', 'id = "Keterangan Usaha"'),
        ("{n:03}", "{x}"),
        ('name = "Surat keterangan usaha"', ""),
        ("[[kinds]]", "[[kinds"),
        ("copies =", "salinan ="),
        ('["kasi", "sekretaris"]', '["kasi", "bendahara"]'),
        ("number = ", 'follows = "tidak_ada"\nnumber = '),
        ("number = ", 'form = "puisi"\nnumber = '),
        ("number = ", "pages = -1\nnumber = "),
        ("number = ", 'of_case = ["tidak-ada"]\nnumber = '),
        ("number = ", 'of_case = ["undangan-rapat"]\nattachment = "{letter_no}"\nnumber = '),
    ],
)
def test_what_a_file_may_not_say(was: str, becomes: str, journal: Journal) -> None:
    profile = load_profile("kecamatan")
    assert check_kinds(journal.db, TAUGHT, profile, START.date()) == TAUGHT
    with pytest.raises(Problem) as told:
        check_kinds(journal.db, TAUGHT.replace(was, becomes), profile, START.date())
    assert told.value.fields["kinds"]


def test_who_may_not_initial_or_sign_is_told_who_may(journal: Journal) -> None:
    profile = load_profile("kecamatan")
    for was, becomes, sentence in (
        ('signatory = "camat"', 'signatory = "kasi"', "kunci signatory: kasi tidak dapat menandatangani; yang dapat: "),
        ('["kasi", "sekretaris"]', '["camat"]', "kunci initials: camat tidak dapat memaraf; yang dapat: "),
    ):
        with pytest.raises(Problem) as told:
            check_kinds(journal.db, TAUGHT.replace(was, becomes), profile, START.date())
        assert sentence in told.value.fields["kinds"]
        assert f"sekretaris ({profile.label('sekretaris')})" in told.value.fields["kinds"]


def test_two_kinds_of_a_file_have_no_id_in_common(journal: Journal) -> None:
    with pytest.raises(Problem, match="Ada isian yang perlu diperbaiki") as told:
        check_kinds(journal.db, TAUGHT + TAUGHT, load_profile("kecamatan"), START.date())
    assert "sudah dipakai jenis surat lain" in told.value.fields["kinds"]


def test_an_own_kind_stands_in_place_of_the_shipped_one(journal: Journal, as_ratna: Browser) -> None:
    assert {"undangan", "keterangan", "pengantar_paten"} <= set(letter_kinds(journal.db))
    own = TAUGHT.replace('id = "keterangan_usaha"', 'id = "undangan"')
    assert as_ratna.post("/surat/pengaturan", LISTS | {"kinds": own}).status_code == 303
    assert letter_kinds(journal.db)["undangan"].name == "Surat keterangan usaha"


@pytest.mark.parametrize("name", ["kecamatan", "poltekkes", "biro"])
def test_shipped_kinds_name_roles_of_every_office_and_their_lists_are_lists(name: str) -> None:
    """Initials and a signatory stand in the form of each kind, whatever the office is; its posts may do so."""
    profile = load_profile(name)
    offered = [kind for kind in shipped_kinds() if not kind.profiles or name in kind.profiles]
    assert len(offered) > 5
    for kind in (named_by_posts(kind, profile) for kind in offered):
        assert kind.initials, kind.id
        assert set(kind.initials) <= profile.rights["letter.initial"], kind.id
        assert kind.signatory in profile.rights["letter.sign"], kind.id
        assert letter_parts(kind.text).blocks, kind.id


def test_a_kind_of_another_kind_of_office_is_not_offered(journal: Journal, as_ratna: Browser) -> None:
    for profile, offered in (("poltekkes", False), ("kecamatan", True)):
        own = TAUGHT.replace("[[kinds]]", f'[[kinds]]\nprofiles = ["{profile}"]')
        assert as_ratna.post("/surat/pengaturan", LISTS | {"kinds": own}).status_code == 303
        assert ("keterangan_usaha" in letter_kinds(journal.db)) == offered, profile


OF_CASE = TAUGHT.replace("[[kinds]]", '[[kinds]]\nof_case = ["undangan-rapat"]\npages = 1').replace(
    "[belum ada: nama pemilik]", "{agency}, berkas {case_number}"
)


def test_a_kind_that_tells_of_a_case_is_begun_from_its_page_by_whoever_drafts(
    journal: Journal, as_ratna: Browser, as_budi: Browser, as_sari: Browser, case_id: int
) -> None:
    assert "Buat surat keterangan usaha" not in as_budi.get(f"/berkas/{case_id}").get_data(as_text=True)
    assert as_ratna.post("/surat/pengaturan", LISTS | {"kinds": OF_CASE}).status_code == 303
    page = as_budi.get(f"/berkas/{case_id}").get_data(as_text=True)
    [offered] = re.findall(r'href="(/surat-keluar/baru\?jenis=keterangan_usaha[^"]*)"', page)
    assert "Buat surat keterangan usaha" not in as_sari.get(f"/berkas/{case_id}").get_data(as_text=True)
    form = offered_form(as_budi.get(offered.replace("&amp;", "&")).get_data(as_text=True))
    [number] = first_column(journal.db, "SELECT number FROM case_file WHERE id = ?", (case_id,))
    assert f"Dinas Contoh, berkas {number}" in form["text"][0]
    assert as_budi.post("/surat-keluar/baru", form | {"jenis": ["undangan"]}).status_code == 409
    assert as_budi.post("/surat-keluar/baru", form | {"berkas": ["999"]}).status_code == 404
    made = as_budi.post("/surat-keluar/baru", form).headers["Location"]
    row = row_of(journal, int(made.rsplit("/", 1)[1]))
    assert (row.case_id, row.letter, row.kind) == (case_id, "", "keterangan_usaha")
    assert made in as_budi.get(f"/berkas/{case_id}").get_data(as_text=True), "the case lists its letter"


def test_no_kind_takes_the_key_of_a_case(journal: Journal) -> None:
    definition = current_definition(journal.db, "undangan-rapat", START.date())
    assert "agency" in case_words(definition)
    assert "letter_no" not in case_words(definition)
    cards = case_words(current_definition(journal.db, "ktp-el", START.date()))
    assert {"birth_place", "applicant"} <= set(cards)
    assert [name for name in ("nik", "kk", "mother_name") if name in cards] == []


def test_a_letter_of_one_page_does_not_go_round_with_two(as_ratna: Browser, as_budi: Browser, case_id: int) -> None:
    assert as_ratna.post("/surat/pengaturan", LISTS | {"kinds": OF_CASE}).status_code == 303
    address = f"/surat-keluar/baru?jenis=keterangan_usaha&berkas={case_id}"
    form = offered_form(as_budi.get(address).get_data(as_text=True))
    long = form | {"text": [form["text"][0] + "\n\nKalimat panjang sekali." * 40]}
    made = as_budi.post("/surat-keluar/baru", long).headers["Location"]
    refused = as_budi.post(f"{made}/ajukan", {"seen": "1", "pin": PIN})
    assert refused.status_code == 409
    assert "Kertasnya 2 halaman, sedangkan Surat keterangan usaha paling banyak 1." in refused.get_data(as_text=True)
    made = as_budi.post("/surat-keluar/baru", form).headers["Location"]
    assert as_budi.post(f"{made}/ajukan", {"seen": "1", "pin": PIN}).status_code == 303


def test_a_letter_prints_as_it_was_begun_when_its_kind_is_gone(
    journal: Journal, as_ratna: Browser, as_budi: Browser, tmp_path: Path
) -> None:
    own = TAUGHT.replace("[[kinds]]", '[[kinds]]\nform = "statement"\ntitle = "Surat Keterangan Usaha Mikro"')
    assert as_ratna.post("/surat/pengaturan", LISTS | {"kinds": own}).status_code == 303
    form = offered_form(as_budi.get("/surat-keluar/baru?jenis=keterangan_usaha").get_data(as_text=True))
    made = as_budi.post("/surat-keluar/baru", form).headers["Location"]
    assert as_ratna.post("/surat/pengaturan", LISTS | {"kinds": ""}).status_code == 303
    assert "keterangan_usaha" not in letter_kinds(journal.db)
    assert "SURAT KETERANGAN USAHA MIKRO" in text_of(as_budi.post(f"{made}/cetak").data, tmp_path)
    assert as_budi.get(made).status_code == 200
    assert as_budi.post(f"{made}/ajukan", {"seen": "1", "pin": PIN}).status_code == 303


def test_kinds_come_and_go_as_a_file(as_ratna: Browser) -> None:
    file = (io.BytesIO(TAUGHT.encode()), "jenis.toml")
    assert as_ratna.post("/surat/pengaturan", LISTS | {"kinds": "", "kinds_file": file}).status_code == 303
    assert as_ratna.post("/surat/pengaturan/jenis").get_data(as_text=True) == TAUGHT
    for wrong in (TAUGHT.replace("subject", "hal").encode(), "id = 'é'".encode("latin-1")):
        sent = LISTS | {"kinds": "", "kinds_file": (io.BytesIO(wrong), "jenis.toml")}
        assert as_ratna.post("/surat/pengaturan", sent).status_code == 422
    assert as_ratna.post("/surat/pengaturan/jenis").get_data(as_text=True) == TAUGHT


def test_a_stored_file_that_a_later_program_cannot_read_stops_no_page(
    journal: Journal, as_ratna: Browser, as_budi: Browser
) -> None:
    assert as_ratna.post("/surat/pengaturan", LISTS | {"kinds": TAUGHT}).status_code == 303
    body = SettingChanged("letters.kinds", TAUGHT.replace("subject", "perihal"))
    with journal.transaction():
        journal.record(body, subject="office", actor="ratna", at=START)
    assert "Jenis surat kantor ini tidak terbaca" in as_ratna.get("/surat/pengaturan").get_data(as_text=True)
    form = as_budi.get("/surat-keluar/baru").get_data(as_text=True)
    assert "Undangan rapat</a>" in form
    assert "Surat keterangan usaha</a>" not in form


def test_the_file_of_kinds_has_sixty_thousand_letters_at_most(journal: Journal) -> None:
    profile, day = load_profile("kecamatan"), START.date()
    full = TAUGHT + "#" * (MOST_CHARACTERS - len(TAUGHT))
    assert check_kinds(journal.db, full, profile, day) == full
    with pytest.raises(Problem) as told:
        check_kinds(journal.db, full + "#", profile, day)
    assert "terlalu panjang" in told.value.fields["kinds"]
