"""What every service of the walk does by the same pages: typing an application, moving a case on, telling its state."""

from dataclasses import dataclass
from re import search
from urllib.parse import urlsplit

from tests.world.browser import Astray, Browser, Page, Values
from tests.world.journey import Journey


@dataclass
class Request:
    """A case of the walk as its pages name it."""

    case_id: int
    number: str = ""
    name: str = ""

    @property
    def case(self) -> str:
        return f"/berkas/{self.case_id}"


def open_request(walk: Journey, clerk: Browser, service: str, key: str, fields: Values, brings: list[str]) -> Request:
    """Type the form of a service and register it."""
    page = clerk.send(
        clerk.get(f"/permohonan/baru?layanan={service}"), "/permohonan/baru", {"layanan": service, "kunci": key}
    )
    action = urlsplit(page.form("/permohonan/draf/").action).path
    page = clerk.send(page, action, {**fields, "have": brings}, ("aksi", "daftar"))
    if "/kertas/" not in page.path:
        raise Astray(f"Permohonan {service} tidak terdaftar: {' '.join(page.errors)[:300]}")
    case_id = int(page.path.split("/")[2])
    number = next(text for href, text in page.links if href == f"/berkas/{case_id}").split()[-1]
    return Request(case_id, number, "")


def follow(walk: Journey, browser: Browser, address: str, action: str, values: Values | None = None) -> Page:
    """Send a form of a page, which must not come back with a refusal."""
    return settled(browser.send(browser.get(address), action, values or {}))


def settled(page: Page) -> Page:
    if page.errors:
        raise Astray(f"{page.path}: {' '.join(page.errors)[:300]}")
    return page


def move_on(walk: Journey, browser: Browser, request: Request, outcome: str, wanted: str, **values: str) -> None:
    browser.send(browser.get(request.case), "/langkah", {"outcome": outcome, **values})
    expect_state(walk, browser, request, wanted)


def expect_state(walk: Journey, browser: Browser, request: Request, wanted: str) -> None:
    """Tell where a case stands, as its page answers it. Raises Astray where it should stand elsewhere."""
    page = browser.get(request.case)
    request.number = request.number or search(r"Berkas <b>([^<]+)</b>", page.text)[1]  # type: ignore[index]  # stands on the page
    place, now = {each[0]: each[1:] for each in page.answers}["Sekarang berada di"][:2]
    label = now.split(", sejak")[0].rstrip(".")
    walk.tell("berkas", f"{request.number}: {label}; di {place}")
    if wanted.lower() not in label.lower():
        raise Astray(f"Berkas {request.number} seharusnya {wanted}, ternyata {label}.")
