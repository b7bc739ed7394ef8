"""The village clerk's scene: a whole registration without touching the mouse (SP 4.1 to 4.3)."""

from tests.browser.job.people import Applicant
from tests.browser.job.person import PAPER_IS_RIGHT, Person

AT = "() => document.activeElement.id || document.activeElement.name || document.activeElement.tagName"


def at(person: Person) -> str:
    """Where the keyboard is."""
    return str(person.page.evaluate(AT))


def tab_to(person: Person, place: str, most: int = 60) -> None:
    """Walk with Tab until the keyboard is there."""
    for _ in range(most):
        if at(person) == place:
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"{place} cannot be reached with Tab on {person.where}")


def tab_to_words(person: Person, words: str, most: int = 60) -> None:
    """Walk with Tab until the button or link with these words has the keyboard."""
    for _ in range(most):
        if person.page.evaluate("() => document.activeElement.innerText || ''").strip() == words:
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"{words!r} cannot be reached with Tab on {person.where}")


def type_field(person: Person, place: str, text: str) -> None:
    """Type into the field that Enter has led to, and go on."""
    assert at(person) == place
    person.page.keyboard.type(text)
    person.page.keyboard.press("Enter")


def choose(person: Person, place: str) -> None:
    """Choose what the keyboard is on with the space bar, and go on."""
    assert at(person) == place
    person.page.keyboard.press("Space")
    person.page.keyboard.press("Enter")


def register_by_keyboard(person: Person, who: Applicant) -> None:
    """From Meja kerja to the printed receipt; the photo is still missing."""
    tab_to_words(person, "Permohonan baru")
    person.follow(lambda: person.page.keyboard.press("Enter"))
    assert at(person) == "kunci"
    person.page.keyboard.type(who.nik)
    person.follow(lambda: person.page.keyboard.press("Enter"), full=True)
    choose(person, "kind-0")
    type_field(person, "form_code", "F-1.02")
    type_field(person, "kk", who.kk)
    type_field(person, "full_name", who.name)
    type_field(person, "birth_place", who.birth_place)
    take_from_nik(person, who)
    type_field(person, "mother_name", "")
    type_field(person, "village", "")
    type_field(person, "street", "Dusun Krajan")
    type_field(person, "rt", "3")
    type_field(person, "rw", "1")
    type_field(person, "phone", "081200001111")
    for item in ("village_letter", "signature_applicant", "signature_village_head"):
        choose(person, f"have-{item}")
    type_field(person, "have-photo", "")
    choose(person, "have-kk_copy")
    person.page.wait_for_selector("#saved:has-text('Tersimpan')")
    person.look(full=True)
    assert at(person) == "aksi"
    person.follow(lambda: person.page.keyboard.press("Enter"))


def take_from_nik(person: Person, who: Applicant) -> None:
    """Enter on the suggestion takes birth date and sex that the NIK holds, and goes on."""
    assert at(person) == "birth_on"
    person.page.keyboard.press("Enter")
    assert at(person) == "use-birth_on"
    assert who.sex.lower() in person.page.inner_text("#use-birth_on")
    person.page.keyboard.press("Enter")
    typed = person.page.input_value("#birth_on")
    assert typed.replace("-", "") == who.born
    assert person.page.is_checked(f"#sex >> text={who.sex}")


def read_receipt(person: Person, who: Applicant) -> None:
    """Note the number, print the receipt and say that it came out right, still by keyboard."""
    page = person.page
    who.case_id = int(person.where.split("/")[2])
    who.number = page.inner_text(".page-head b >> nth=0")
    assert person.page.evaluate("() => document.activeElement.innerText") == "Cetak"
    person.take_paper(lambda: page.keyboard.press("Enter"))
    tab_to_words(person, "Ya, sudah benar")
    page.keyboard.press("Enter")
    page.wait_for_selector(PAPER_IS_RIGHT)
