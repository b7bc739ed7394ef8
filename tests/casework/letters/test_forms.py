"""Letters with a head of their own, and those that follow another letter: as pages offer them, as papers print them."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.casework.letters.kinds import letter_kinds
from app.casework.letters.texts import words_of_letter
from app.platform.printing.data.letters import Annex, Block, OfficialLetter
from app.platform.printing.papers import render_paper
from schema.database import first_value
from schema.letter_kinds import shipped_kinds
from sync.journal import Journal
from tests.casework.letters.test_drafts import row_of
from tests.platform.people import PIN, Browser
from tests.platform.printing import sheets_letters
from tests.platform.printing.reading import pages_of, text_of
from tests.world.browser import Reader

SAID = {
    "hari dan tanggal": "Rabu, 25 Maret 2026",
    "jam": "09.00 WIB",
    "tempat": "Aula Kecamatan",
    "acara": "Musyawarah layanan",
    "kegiatan": "Perekaman keliling",
}


def typed(text: str) -> str:
    """A text with every gap filled in."""
    return re.sub(r"\[belum ada: ([^\]]*)\]", lambda gap: SAID.get(gap[1], "Contoh"), text)


def offered_form(page: str) -> dict[str, list[str]]:
    """What the form of a new letter would send as the page shows it, its gaps filled in."""
    reader = Reader()
    reader.feed(page)
    [form] = [form for form in reader.forms if form.action.endswith("/baru")]
    sent: dict[str, list[str]] = {}
    for name, value in form.fields:
        sent.setdefault(name, []).append(typed(value))
    return sent


def drafted(drafter: Browser, address: str) -> str:
    """A draft as the page at an address begins it; the address of its page."""
    made = drafter.post("/surat-keluar/baru", offered_form(drafter.get(address).get_data(as_text=True)))
    assert made.status_code == 303, made.get_data(as_text=True)
    return str(made.headers["Location"])


def signed(where: str, *people: Browser, clerk: Browser) -> None:
    """Drafter, whoever initials, whoever signs, in this order; then its number."""
    drafter, *initialling, signer = people
    done = [drafter.post(f"{where}/ajukan", {"seen": "1", "pin": PIN})]
    done += [person.post(f"{where}/paraf", {"seen": "1", "pin": PIN}) for person in initialling]
    done += [signer.post(f"{where}/tanda-tangan", {"seen": "1", "pin": PIN}), clerk.post(f"{where}/nomor")]
    assert {answer.status_code for answer in done} == {303}


def id_of(where: str) -> int:
    return int(where.rsplit("/", 1)[1])


def in_order(text: str, *words: str) -> None:
    """Words stand on a paper one after the other."""
    places = [text.find(word) for word in words]
    assert places == sorted(places), (words, places)
    assert places[0] >= 0, (words, text)


def test_a_surat_tugas_is_reported_on_from_its_page(
    journal: Journal, as_budi: Browser, as_ratna: Browser, as_camat: Browser, tmp_path: Path
) -> None:
    order = drafted(as_budi, "/surat-keluar/baru?jenis=surat_tugas")
    draft = text_of(as_budi.post(f"{order}/cetak").data, tmp_path)
    for deed, person in (("ajukan", as_budi), ("paraf", as_ratna), ("tanda-tangan", as_camat)):
        assert "Sesudah surat ini" not in as_budi.get(order).get_data(as_text=True), "it has no number to report on"
        assert person.post(f"{order}/{deed}", {"seen": "1", "pin": PIN}).status_code == 303
    assert "Sesudah surat ini" not in as_budi.get(order).get_data(as_text=True)
    in_order(draft, "SURAT TUGAS", "NOMOR", "Dasar", "MENUGASKAN", "Kepada", "NIP", "Untuk", "Dikeluarkan di")
    assert "DRAF" in draft
    assert "Yth." not in draft
    assert as_ratna.post(f"{order}/nomor").status_code == 303
    assert as_budi.post(f"{order}/hadir").status_code == 404, "nobody meets by it"
    number = row_of(journal, id_of(order)).number
    page = as_budi.get(order).get_data(as_text=True)
    report = drafted(
        as_budi, re.findall(r'href="(/surat-keluar/baru\?jenis=laporan_tugas[^"]*)"', page)[0].replace("&amp;", "&")
    )
    row = row_of(journal, id_of(report))
    assert (row.kind, row.form, row.title, row.follows) == ("laporan_tugas", "report", "Laporan", id_of(order))
    assert row.subject == "Pelaksanaan Tugas Perekaman keliling"
    assert f"Surat Tugas Nomor {number}, tanggal 12 Maret 2026." in row.text
    assert "Nama | NIP | Pangkat, golongan | Jabatan\nContoh | Contoh" in row.text, "those who were sent"
    printed = text_of(as_budi.post(f"{report}/cetak").data, tmp_path)
    in_order(printed, "LAPORAN", "NOMOR", "TENTANG", "PELAKSANAAN TUGAS", number, "Maksud", "F. Kesimpulan dan saran")
    in_order(printed, "Mengetahui,", "Yang melaporkan,", name_of(journal, "budi"))
    assert "Laporan</a>" in as_budi.get(order).get_data(as_text=True)
    assert "Tugas Perekaman keliling</a>" in as_budi.get(report).get_data(as_text=True)


def test_an_invitation_has_a_list_of_who_came_and_minutes_signed_by_two(
    journal: Journal, as_budi: Browser, as_ratna: Browser, as_camat: Browser, tmp_path: Path
) -> None:
    invitation = drafted(as_budi, "/surat-keluar/baru?jenis=undangan")
    assert as_budi.post(f"{invitation}/hadir").status_code == 404, "nobody is invited by a draft"
    signed(invitation, as_budi, as_ratna, as_camat, clerk=as_ratna)
    number = row_of(journal, id_of(invitation)).number
    came = text_of(as_budi.post(f"{invitation}/hadir").data, tmp_path)
    assert "Persetujuan dalam sistem" not in came, "it is signed by hand"
    in_order(came, "DAFTAR HADIR", "Rabu, 25 Maret 2026", "Aula Kecamatan", number, "Tanda tangan", "20.")
    minutes = drafted(as_budi, f"/surat-keluar/baru?jenis=notulen&menyusul={id_of(invitation)}")
    row = row_of(journal, id_of(minutes))
    assert row.subject == "Notulen Musyawarah layanan"
    assert f"Nomor {number}, tanggal 12 Maret 2026" in row.text
    assert "Pukul: | 09.00 WIB sampai selesai" in row.text
    signed(minutes, as_budi, as_ratna, clerk=as_ratna)
    printed = text_of(as_budi.post(f"{minutes}/cetak").data, tmp_path)
    in_order(printed, "NOTULEN", "Aula Kecamatan", "B. Keputusan", "Notulis,", "Pimpinan rapat,")
    drafter = name_of(journal, "budi")
    rename(journal, "budi", "Orang Lain")
    again = text_of(as_ratna.post(f"{minutes}/cetak").data, tmp_path)
    assert drafter in again, "as he was when it was signed"
    assert "SALINAN" in again


def name_of(journal: Journal, username: str) -> str:
    return str(first_value(journal.db, "SELECT name FROM person WHERE username = ?", (username,)))


def rename(journal: Journal, username: str, name: str) -> None:
    with journal.db.applying(), journal.db.writing():
        journal.db.run("UPDATE person SET name = ? WHERE username = ?", (name, username))


def test_whoever_wrote_minutes_down_is_not_offered_to_sign_them_as_leader(as_ratna: Browser) -> None:
    form = offered_form(as_ratna.get("/surat-keluar/baru?jenis=notulen").get_data(as_text=True)) | {"initials": []}
    minutes = as_ratna.post("/surat-keluar/baru", form).headers["Location"]
    assert as_ratna.post(f"{minutes}/ajukan", {"seen": "1", "pin": PIN}).status_code == 303
    assert f"{minutes}/tanda-tangan" not in as_ratna.get(minutes).get_data(as_text=True)
    refused = as_ratna.post(f"{minutes}/tanda-tangan", {"seen": "1", "pin": PIN})
    assert refused.status_code in (403, 409)
    assert "bukan penulisnya" in refused.get_data(as_text=True)


def test_whoever_wrote_what_two_sign_signs_it_himself_and_nobody_else_changes_it(
    as_budi: Browser, as_ratna: Browser, as_camat: Browser, tmp_path: Path
) -> None:
    form = offered_form(as_budi.get("/surat-keluar/baru?jenis=notulen").get_data(as_text=True))
    where = as_budi.post("/surat-keluar/baru", form | {"initials": ["sekretaris"], "signatory": ["camat"]}).location
    typed_text = {name: form[name] for name in ("subject", "addressed_to", "text", "urgency", "code")}

    def approvals() -> int:
        return text_of(as_budi.post(f"{where}/cetak").data, tmp_path).count("Persetujuan dalam sistem")

    assert f"{where}/ajukan" not in as_ratna.get(where).get_data(as_text=True), "who keeps the agenda did not write it"
    refused = as_ratna.post(f"{where}/ajukan", {"seen": "1", "pin": PIN})
    assert refused.status_code in (403, 409)
    assert "Minta penulisnya" in refused.get_data(as_text=True)
    assert "Tandatangani dan teruskan" in as_budi.get(where).get_data(as_text=True)
    assert as_budi.post(f"{where}/ajukan", {"seen": "1"}).status_code != 303, "a signature asks the PIN"
    assert approvals() == 0
    assert as_budi.post(f"{where}/ajukan", {"seen": "1", "pin": PIN}).status_code == 303
    assert approvals() == 1
    assert "Perbaiki sendiri" not in as_ratna.get(where).get_data(as_text=True)
    changed = as_ratna.post(f"{where}/naskah", typed_text | {"seen": "1", "reason": "Lebih baik"})
    assert changed.status_code in (403, 409)
    assert "Minta penulisnya" in changed.get_data(as_text=True)
    assert as_ratna.post(f"{where}/kembalikan", {"seen": "1", "reason": "Sebut pesertanya"}).status_code == 303
    assert approvals() == 0, "it is his draft again"
    signed(where, as_budi, as_ratna, as_camat, clerk=as_ratna)
    assert approvals() == 2


def test_nothing_of_a_letter_goes_to_whoever_may_not_read_it(
    journal: Journal, as_budi: Browser, as_ratna: Browser, as_camat: Browser
) -> None:
    """Ratna invites; Budi has no part in her letter. Of his own invitation he sees no minutes that she keeps."""
    hers = drafted(as_ratna, "/surat-keluar/baru?jenis=undangan")
    signed(hers, as_ratna, as_camat, clerk=as_ratna)
    follow = f"/surat-keluar/baru?jenis=notulen&menyusul={id_of(hers)}"
    form = offered_form(as_ratna.get(follow).get_data(as_text=True))
    del form["csrf_token"]
    assert as_budi.get(follow).status_code == 404
    assert as_budi.post("/surat-keluar/baru", form).status_code == 404
    his = drafted(as_budi, "/surat-keluar/baru?jenis=undangan")
    signed(his, as_budi, as_ratna, as_camat, clerk=as_ratna)
    about_his = form | {"menyusul": [str(id_of(his))], "initials": [], "subject": ["Notulen tertutup"]}
    minutes = as_ratna.post("/surat-keluar/baru", about_his).headers["Location"]
    assert minutes in as_ratna.get(his).get_data(as_text=True)
    assert minutes not in as_budi.get(his).get_data(as_text=True)


def test_a_report_on_a_secret_letter_begins_secret_and_takes_people_from_an_annex(
    journal: Journal, as_budi: Browser, as_ratna: Browser, as_camat: Browser
) -> None:
    form = offered_form(as_budi.get("/surat-keluar/baru?jenis=surat_tugas").get_data(as_text=True))
    named = "Dasar: 1. Rencana kerja\n\nMENUGASKAN\n\nKepada: nama terlampir\n\nUntuk: 1. Perekaman"
    people = "\n\nLAMPIRAN: Daftar nama\nNama | Jabatan\nPonirah | Operator"
    typed_in = form | {"urgency": ["secret"], "text": [named + people]}
    order = as_budi.post("/surat-keluar/baru", typed_in).headers["Location"]
    signed(order, as_budi, as_ratna, as_camat, clerk=as_ratna)
    page = as_budi.get(f"/surat-keluar/baru?jenis=laporan_tugas&menyusul={id_of(order)}").get_data(as_text=True)
    report = offered_form(page)
    assert report["urgency"] == ["secret"]
    assert "Nama | Jabatan\nPonirah | Operator" in report["text"][0].replace("\r\n", "\n")


def test_a_kind_follows_only_the_letter_that_it_belongs_to(
    journal: Journal, as_budi: Browser, as_ratna: Browser, as_camat: Browser
) -> None:
    invitation = drafted(as_budi, "/surat-keluar/baru?jenis=undangan")
    follow = f"/surat-keluar/baru?jenis=notulen&menyusul={id_of(invitation)}"
    page = as_budi.get(follow).get_data(as_text=True)
    assert f'Notulen rapat ini menyusul <a href="{invitation}">Undangan</a>.' in " ".join(page.split())
    form = offered_form(page)
    early = as_budi.post("/surat-keluar/baru", form)
    assert early.status_code == 409
    assert "tidak menyusul surat itu" in early.get_data(as_text=True)
    signed(invitation, as_budi, as_ratna, as_camat, clerk=as_ratna)
    assert as_budi.post("/surat-keluar/baru", form | {"jenis": "laporan_tugas"}).status_code == 409
    assert as_budi.post("/surat-keluar/baru", form | {"menyusul": "999"}).status_code == 404
    assert as_budi.post("/surat-keluar/baru", form).status_code == 303
    assert as_camat.post(f"{invitation}/batal", {"note": "Batal.", "pin": PIN}).status_code == 303
    assert "Buat notulen" not in as_budi.get(invitation).get_data(as_text=True)
    assert as_budi.post(f"{invitation}/hadir").status_code == 404
    assert as_budi.post("/surat-keluar/baru", form).status_code == 409


def test_a_nota_dinas_and_a_surat_keterangan_have_their_heads(as_budi: Browser, tmp_path: Path) -> None:
    memo = text_of(as_budi.post(f"{drafted(as_budi, '/surat-keluar/baru?jenis=nota_dinas')}/cetak").data, tmp_path)
    assert "NOMOR" not in memo, "it stands in its head"
    in_order(memo, "NOTA DINAS", "Kepada", "Dari", "Sekretaris", "Tanggal", "Nomor", "Sifat", "Lampiran", "Hal")
    said = text_of(as_budi.post(f"{drafted(as_budi, '/surat-keluar/baru?jenis=keterangan')}/cetak").data, tmp_path)
    in_order(said, "SURAT KETERANGAN", "NOMOR", "menerangkan bahwa", "Nama", "Alamat", "Camat")
    assert [word for word in ("Yth.", "Sifat", "Hal :") if word in said] == []


@pytest.mark.parametrize("form", ["memo", "order", "statement", "report", "minutes"])
def test_an_annex_bears_the_name_of_its_letter_and_copies_stand_once(form: str, tmp_path: Path) -> None:
    letter: OfficialLetter = replace(
        sheets_letters.letter(),
        form=form,
        title="Surat tugas",
        attachment="",
        annexes=(a_list(),),
    )
    first, annex = pages_of(render_paper("headed_letter", letter), tmp_path)
    assert "Lampiran Surat tugas Nomor" in annex
    assert first.count("Sekretaris Daerah") == 1
    assert ("Tembusan:" in first) == (form != "memo"), "a nota dinas names them in its head"
    assert ("1 (satu) lembar" in first) == (form == "memo")


def a_list() -> Annex:
    return Annex(title="Daftar nama", blocks=(Block(rows=(("No.", "Nama"), ("1", "Contoh"))),))


def test_what_a_letter_does_not_say_is_a_gap_in_the_one_that_follows(journal: Journal, as_budi: Browser) -> None:
    page = as_budi.get("/surat-keluar/baru?jenis=notulen").get_data(as_text=True)
    assert "[belum ada: Hari, tanggal]" in page
    assert "[belum ada: nomor surat]" in page
    row = row_of(journal, id_of(drafted(as_budi, "/surat-keluar/baru?jenis=nota_dinas")))
    assert words_of_letter(row)["daftar surat"] == words_of_letter(row)["nomor surat"] == ""


def test_every_shipped_form_has_a_kind_and_kinds_follow_kinds(journal: Journal) -> None:
    kinds = letter_kinds(journal.db)
    assert {kind.form for kind in shipped_kinds()} == {"letter", "memo", "order", "statement", "report", "minutes"}
    assert [kind.id for kind in kinds.values() if kind.follows and kind.follows not in kinds] == []
