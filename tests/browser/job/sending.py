"""The scenes of sending: dispatch and its approval at the office, printing at the centre (SP 4.5, 4.6)."""

from tests.browser.job.people import Applicant
from tests.browser.job.person import PAPER_IS_RIGHT, Person
from tests.platform.people import PIN


def record(person: Person, who: Applicant, how: str, status: str) -> None:
    """The operator notes a recording made here, or one that exists already."""
    person.go("/perekaman/")
    person.page.get_by_role("link", name=f"Catat perekaman {who.spoken}").first.click()
    person.page.wait_for_url("**/perekaman/*")
    person.look()
    person.page.locator("#how").get_by_text(how, exact=True).click()
    person.page.select_option("#status", status)
    if how != "Direkam di sini":
        person.page.fill("#on", "17082019")
        person.page.fill("#place", "Kecamatan Tempeh")
    person.press("Simpan hasil")
    person.go(f"/berkas/{who.case_id}")
    assert "Siap dikirim" in person.text("main")


def draft(person: Person, *who: Applicant) -> None:
    """Nothing is ticked until a person does it, one by one or all in one act; a draft is made and put in order."""
    person.go("/pengiriman/")
    assert person.page.locator("#siap input:checked").count() == 0
    if len(who) > 1:
        person.page.get_by_role("link", name=f"Pilih semua ({len(who)})").click()
    else:
        person.page.get_by_label(f"Pilih {who[0].spoken}").check()
    for one in who:
        assert person.page.get_by_label(f"Pilih {one.spoken}").is_checked()
    person.follow(person.page.locator("#siap button").last.click)
    for place, one in enumerate(who, 1):
        person.page.get_by_label(f"Baris {one.spoken}").fill(str(place))
    person.press("Simpan susunan")


def confirm(person: Person, letter: str) -> str:
    """The Kasi confirms: a wrong PIN is said and costs nothing, the right one closes the dispatch. Gives its number."""
    person.go("/pengiriman/")
    person.press("Periksa dan setujui")
    person.page.fill("#letter", letter)
    person.page.fill("#pin", "000111")
    person.follow(person.page.locator("#setujui button.btn-main").click)
    assert "PIN" in person.text(".error-summary")
    assert person.page.input_value("#letter") == letter
    person.page.fill("#pin", PIN)
    person.press("Setujui, kirim nanti")
    assert "Belum terkirim" in person.text("main")
    return str(person.page.inner_text("h1")).removeprefix("Pengiriman ")


def print_letters(person: Person) -> None:
    """Covering letter with annex, and berita acara; the page asks about both."""
    person.print("Cetak surat pengantar")
    person.print("Cetak berita acara")
    person.page.reload()
    person.look()
    for right in range(1, 3):
        person.press_here("Ya, sudah benar", f":nth-match({PAPER_IS_RIGHT}, {right})")


def try_in_vain(person: Person) -> None:
    """Nobody answers: the page says so in a sentence, everything waits, and the header keeps count."""
    person.go("/jalan/")
    person.press("Kirim sekarang")
    assert "Belum selesai" in person.text("#told")
    assert "Luring sejak" in person.text("#road")
    assert "belum terkirim" in person.text("#road")


def send(person: Person) -> None:
    """One exchange by the button."""
    person.go("/jalan/")
    person.press("Kirim sekarang")
    assert "Selesai" in person.text("#told")
    assert "Semua terkirim" in person.text("#road")


# -- the print room ------------------------------------------------------------------------------------------------


def open_incoming(person: Person, number: str) -> None:
    """The dispatch that has just come in."""
    person.go("/")
    person.follow(person.page.get_by_role("link", name=f"Periksa Yosowilangun {number}").click)


def accept_line(person: Person, who: Applicant) -> None:
    """One line is taken into the queue."""
    person.page.get_by_label(who.name).check()
    person.press("Terima yang dicentang")


def refuse_line(person: Person, who: Applicant) -> None:
    """One line goes back with a reason of the list and a word more."""
    person.press(who.name)
    person.page.select_option("#reason", "kk_old")
    person.page.fill("#words", "Anak kedua belum tercatat")
    person.decide("Tolak baris ini")


def print_card(person: Person, who: Applicant, serial: str) -> None:
    """The line in work shows its numbers; the scanner types the serial and Enter."""
    person.go("/")
    person.press(f"Kerjakan {who.name}", full=True)
    assert who.nik in person.text("main")
    person.page.keyboard.type(serial)
    person.follow(lambda: person.page.keyboard.press("Enter"))


def ship(person: Person) -> None:
    """The cards are counted by hand, listed, and leave; the list is printed."""
    person.go("/pengiriman/kecamatan/350807")
    assert person.page.locator("input[name=lines]:checked").count() == 0
    person.page.check("input[name=lines]")
    person.page.fill("#counted", "1")
    person.page.fill("#carrier", "Fajar Contoh")
    person.press("Tutup dan buat daftar kirim")
    person.print("Cetak daftar kirim")
