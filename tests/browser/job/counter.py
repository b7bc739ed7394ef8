"""The counter's scenes: receive, check, return with reasons, accept, register who came himself (SP 4.3, 4.4)."""

from tests.browser.job.people import Applicant
from tests.browser.job.person import PAPER_IS_RIGHT, Person


def receive(person: Person, who: Applicant) -> None:
    """The paper file came from the village: found by the number on it, received."""
    find(person, who)
    person.press("Berkas diterima")
    assert "Menunggu validasi" in person.text("main")


def find(person: Person, who: Applicant) -> None:
    """The slash goes to the search box; one hit is opened at once."""
    person.page.keyboard.press("/")
    person.page.keyboard.type(who.number)
    person.follow(lambda: person.page.keyboard.press("Enter"))
    assert person.page.inner_text("h1") == who.spoken


def give_back(person: Person, who: Applicant) -> None:
    """The photo has the wrong background: said at once, not accepted, returned with its reason, the slip printed."""
    person.press("Periksa berkas")
    warning = person.page.locator("#seen-photo .differs")
    tick_all(person, who.photo)
    assert not warning.is_visible()
    person.page.locator("#seen-photo").get_by_text("Merah", exact=True).click()
    assert warning.is_visible()
    person.press("Lengkap dan valid")
    assert "Warna latar yang terlihat: merah, yang diminta biru." in person.text(".error-summary")
    person.page.check("input[name=state-photo][value=wrong]")
    person.press("Simpan pemeriksaan")
    person.press("Periksa berkas")
    assert person.page.is_checked("text=Warna latar pas foto tidak sesuai tahun lahir")
    person.decide("Kembalikan")
    assert person.where.endswith("/kertas/pengembalian")
    print_and_judge(person)
    person.go(f"/berkas/{who.case_id}")
    assert f"nomornya tetap {who.number}" in person.text(".say")


def take_again(person: Person, who: Applicant) -> None:
    """The file comes back complete under its old number: accepted, the promise slip printed."""
    find(person, who)
    person.press("Berkas diterima kembali")
    accept(person, who)


def accept(person: Person, who: Applicant) -> None:
    """Everything is there: the clock starts and the slip says until when."""
    person.press("Periksa berkas")
    tick_all(person, who.photo)
    person.press("Lengkap dan valid")
    assert person.where.endswith("/kertas/slip")
    print_and_judge(person)
    assert who.number in person.text("main")


def tick_all(person: Person, colour: str) -> None:
    """Everything lies on the counter; the background of the photo is of this colour."""
    for radio in person.page.locator("input[type=radio][value=present]").all():
        radio.check()
    person.page.locator("#seen-photo").get_by_text(colour, exact=True).click()


def print_and_judge(person: Person, *, leads: bool = False) -> None:
    """Print, then say that the paper came out right; a receipt `leads` to the check, any other is told in its page."""
    person.print("Cetak")
    if leads:
        person.press("Ya, sudah benar")
    else:
        person.press_here("Ya, sudah benar", PAPER_IS_RIGHT)


def register(person: Person, who: Applicant) -> None:
    """Somebody came without his village: registered at the counter and accepted in one go."""
    person.go("/")
    person.page.fill("#kunci", who.nik)
    person.follow(lambda: person.page.press("#kunci", "Enter"), full=True)
    page = person.page
    page.locator("#kind").get_by_text("Baru", exact=True).click()
    page.select_option("#form_code", "f_1_02")
    for name, text in (
        ("kk", who.kk),
        ("full_name", who.name),
        ("birth_place", who.birth_place),
        ("birth_on", who.born),
        ("rt", "2"),
        ("rw", "4"),
    ):
        page.fill(f"#{name}", text)
        page.press(f"#{name}", "Tab")
    page.locator("#sex").get_by_text(who.sex, exact=True).click()
    page.select_option("#village", "3508072002")
    for box in page.locator("input[name=have]").all():
        box.check()
    person.press("Daftarkan dan cetak tanda terima")
    who.case_id = int(person.where.split("/")[2])
    who.number = page.inner_text(".page-head b >> nth=0")
    print_and_judge(person, leads=True)
    person.go(f"/berkas/{who.case_id}")
