"""The last scenes: a refused file repaired, the card counted, its owner called, the card handed over (SP 4.6, 4.7)."""

from tests.browser.job.people import Applicant
from tests.browser.job.person import PAPER_IS_RIGHT, Person
from tests.platform.people import PIN


def repair(person: Person, who: Applicant) -> None:
    """The centre's reason is read, the family card brought up to date; the number stays."""
    person.go(f"/berkas/{who.case_id}")
    assert "Anak kedua belum tercatat" in person.text("main")
    person.press("Memperbaiki berkas yang ditolak Dispenduk Capil")
    assert person.page.locator("#how input:checked").count() == 0
    person.page.locator("#how").get_by_text("Sudah diperbaiki").click()
    person.page.fill("#note", "KK sudah diperbarui")
    person.press("Simpan")
    assert who.number in person.text("#siap")


def count_arrival(person: Person, who: Applicant) -> None:
    """One card lies on the counter, as the list says."""
    person.go("/kartu/kedatangan")
    box = person.page.get_by_label(f"Kartu {who.spoken} ada")
    assert not box.is_checked()  # a person sees the card first
    box.check()
    person.page.locator("input[name=counted]").fill("1")
    person.press("Catat tiba")
    assert "Catat panggilan" in person.text("main"), "the owner is called next"


def call(person: Person, who: Applicant) -> None:
    """The owner is called by hand, on the page to which the count led; what came of it is noted."""
    assert who.spoken in person.text("main")
    person.page.locator("#means label").first.click()
    person.page.locator("#reached").get_by_text("Tersambung, akan diambil").click()
    person.press_here("Simpan panggilan", ".acted:has-text('panggilan dicatat. Semua pemilik sudah dipanggil')")
    person.press("Daftar panggilan")
    assert "Sudah tersambung" in person.text("#daftar")


def hand_over(person: Person, who: Applicant) -> None:
    """She comes herself, signs the receipt, and the case is done."""
    person.go("/kartu/panggilan")
    person.press(f"Serahkan kartu {who.spoken}")
    for box in person.page.locator("input[name=compared]").all():
        box.check()
    person.page.locator("#relation label").first.click()
    person.page.fill("#pin", PIN)
    person.press_here("Serahkan", ".acted:has-text('diserahkan. Berikutnya: cetak tanda terimanya')")
    assert "Sudah diserahkan" in person.text("main")
    person.print("Cetak tanda terima")
    person.page.reload()
    person.look()
    person.press_here("Ya, sudah benar", PAPER_IS_RIGHT)
    person.go(f"/berkas/{who.case_id}")
