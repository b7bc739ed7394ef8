"""What people do on the pages of the program while the book is followed, each at the screen of a computer."""

import re

from tests.centre.desk import shown_code
from tests.world.browser import Browser, Page
from tests.world.cast import PASSWORD, PIN

CODE, NAME = "350807", "Kecamatan Contoh"
CENTRE = "dukcapil-3508"
PEOPLE = {
    "sekretaris": ("Wiji Handayani", "wiji"),
    "camat": ("Hadi Purnomo", "hadi"),
    "kasi": ("Agung Nugroho", "agung"),
    "counter": ("Retno Wulandari", "retno"),
}
CHANGED = "padi menguning lagi"
DOOR, CENTRE_DOOR = 8035, 8135


def at(base: str, username: str, password: str = PASSWORD) -> Browser:
    """Somebody who has signed in."""
    browser = Browser(base, username, password)
    browser.sign_in()
    return browser


def set_up_office(base: str, code: str = CODE, name: str = NAME) -> list[tuple[str, str]]:
    """Every step of the set-up; user names and first passwords of the sheet."""
    browser = Browser(base, "", "")
    short = name.removeprefix("Kecamatan ")
    page = browser.get("/")
    office = {"office_code": code, "office_name": name, "office_short_name": short}
    page = browser.send(
        page, "/persiapan/kantor", office | {"office_regency": "Kabupaten Contoh", "office_place": short}
    )
    people = {name for name, _ in page.form("/persiapan/petugas").fields}
    typed = {}
    for row, (name, username) in PEOPLE.items():
        if f"{row}-name" in people:
            typed |= {f"{row}-name": name, f"{row}-username": username, f"{row}-password": PASSWORD}
    page = browser.send(page, "/persiapan/petugas", typed)
    for step in ("desa", "nomor", "pusat"):
        page = browser.send(page, f"/persiapan/{step}")
    assert page.path == "/persiapan/selesai", (page.path, page.problems)
    sheet = page.text
    page = browser.send(page, "/persiapan/selesai", {"pin": PIN})
    assert "Siap melayani?" in page.text, page.problems
    return re.findall(
        r"Nama pengguna</dt>\s*<dd class=\"code\">([^<]+)</dd>.*?<dd class=\"code\">([^<]+)</dd>", sheet, re.S
    )


def set_up_centre(base: str, address: str) -> None:
    """The only page of the centre's set-up."""
    browser = Browser(base, "", "")
    page = browser.get("/persiapan/")
    typed = {"centre_code": CENTRE, "centre_name": "Dispenduk Capil Contoh", "centre_regency": "Kabupaten Contoh"}
    typed |= {"centre_place": "Contoh", "centre_address": address}
    page = browser.send(page, "/persiapan/", typed | {"name": "Dyah Lestari", "username": "dyah", "password": PASSWORD})
    assert page.path == "/masuk", page.problems


def new_code(base: str, office: str, name: str) -> str:
    """The code that the centre prints for an office."""
    dyah = at(base, "dyah")
    return shown_code(dyah.send(dyah.get("/kantor/"), "/kantor/", {"office": office, "name": name}).text)


def enrol(base: str, code: str, folder: str = "") -> Page:
    wiji = at(base, "wiji")
    return wiji.send(wiji.get("/jalan/"), "/jalan/daftar", {"code": code, "folder": folder})


def exchange(base: str) -> None:
    """Send and fetch over the network, with nothing left undone."""
    wiji = at(base, "wiji")
    page = wiji.send(wiji.get("/jalan/"), "/jalan/kirim")
    assert "Belum selesai" not in page.text, page.problems


def office_stick(base: str, deed: str) -> str:
    """`baca` or `tulis` with the stick that is plugged in."""
    return with_stick(at(base, "wiji"), "/jalan/", f"/jalan/stik/{deed}")


def centre_stick(base: str, deed: str) -> str:
    """`kunci`, `baca` or `tulis` with the stick that is plugged in."""
    return with_stick(at(base, "dyah"), "/stik/", f"/stik/{deed}")


def with_stick(browser: Browser, path: str, action: str) -> str:
    """Something done with the stick that the page offers; what the page says then."""
    page = browser.get(path)
    page = browser.send(page, action, {"folder": stick_folder(page)})
    assert "Belum selesai" not in page.text, page.text[:3000]
    return page.text


def stick_folder(page: Page) -> str:
    """What the page offers: the stick was noticed."""
    found = re.findall(r'value="(/media/[^"]+)"', page.text)
    assert found, page.path
    return str(found[0])


def take_new_password(base: str, typed: str) -> None:
    """Whoever signs in with a password from the terminal makes an own one first."""
    wiji = at(base, "wiji", typed)
    page = wiji.get("/saya")
    wiji.send(page, "/saya/sandi", {"old": typed, "new": PASSWORD, "again": PASSWORD})
    at(base, "wiji").get("/")


def propose_role(base: str) -> None:
    """The head of the section shall record too; nobody else can agree."""
    wiji = at(base, "wiji")
    staff = wiji.get("/pengaturan/petugas/")
    person = next(path for path, name in staff.links if "Agung Nugroho" in name)
    page = wiji.send(wiji.get(person), "/peran", {"roles": ["kasi", "operator"], "pin": PIN})
    assert page.status == 200, page.problems


def make_backup(base: str) -> None:
    """By the button of the page, to the stick that it offers."""
    with_stick(at(base, "wiji"), "/cadangan/", "/cadangan/")
