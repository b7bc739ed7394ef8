"""The steps of the walk at the printing centre: lines decided, blanks used, cards shipped."""

from collections.abc import Sequence

from app.cli.demo.sides import FOLDERS
from app.cli.exchange import open_node, run_exchange
from tests.world.browser import Astray, Browser, Page
from tests.world.cast import OFFICE
from tests.world.journey import Applicant, Journey


def open_centre(walk: Journey, port: int) -> None:
    walk.clock.forward(3)
    walk.addresses["centre"] = walk.programs.start_centre(port)
    walk.programs.look_round()
    walk.say(f"\n     Pusat menyala di http://{walk.addresses['centre']}/")


def receive_blanks(walk: Journey) -> None:
    printer = walk.step("teguh", "Mencatat 200 blangko masuk.")
    page = printer.send(
        printer.get("/blangko/"), "/blangko/masuk", {"count": "200", "letter": f"471.13/JALAN/{walk.today}"}
    )
    if page.path.endswith("/masuk"):
        raise Astray(f"Blangko tidak tercatat: {' '.join(page.errors)[:300]}")


def line_address(printer: Browser, applicant: Applicant) -> str:
    """The address of the newest line of a case, found as the printer finds it: by its number."""
    page = printer.send(printer.get("/"), "/cari", {"q": applicant.number})
    lines = [href for href, _ in page.links if href.startswith(f"/baris/{OFFICE}/")]
    if not lines:
        raise Astray(f"Pusat tidak memiliki baris untuk {applicant.number}.")
    return max(lines, key=lambda href: [int(part) for part in href.split("/") if part.isdigit()])


def accept_line(walk: Journey, applicant: Applicant) -> None:
    printer = walk.step("teguh", f"Menerima {applicant.number} ke antrean cetak.", 2)
    printer.send(printer.get(line_address(printer, applicant)), "/terima")


def refuse_line(walk: Journey, applicant: Applicant) -> None:
    printer = walk.step("teguh", f"Menolak {applicant.number}: nama berbeda dengan data pusat.", 2)
    values = {"reason": "data_differs", "words": "Nama di data pusat lebih panjang."}
    page = printer.send(printer.get(line_address(printer, applicant)), "/tolak", values)
    if page.path.endswith("/tolak"):
        raise Astray(f"Baris tidak ditolak: {' '.join(page.errors)[:300]}")


def print_card(walk: Journey, applicant: Applicant, serial: str, *, spoiled: str = "") -> None:
    """Opened, which is logged; sometimes a blank is spoiled; printed with the serial of the blank."""
    more = f", blangko {spoiled} rusak" if spoiled else ""
    printer = walk.step("teguh", f"Mencetak {applicant.number} pada blangko {serial}{more}.")
    page = open_line(printer, applicant)
    if spoiled:
        page = printer.send(page, "/rusak", {"rusak-spoil": "scratched", "rusak-serial": spoiled})
    page = printer.send(page, "/cetak", {"serial": serial})
    if page.path.endswith("/cetak"):
        raise Astray(f"Kartu tidak tercetak: {' '.join(page.errors)[:300]}")
    applicant.serial = serial


def open_line(printer: Browser, applicant: Applicant) -> Page:
    page = printer.get(line_address(printer, applicant))
    return printer.send(page, "/buka") if any(form.action.endswith("/buka") for form in page.forms) else page


def ship_cards(walk: Journey, applicants: Sequence[Applicant]) -> None:
    printer = walk.step(
        "teguh", "Mengirim kartu ke kecamatan: " + ", ".join(applicant.number for applicant in applicants) + "."
    )
    page = printer.get(f"/pengiriman/kecamatan/{OFFICE}")
    lines = [line_key(line_address(printer, applicant)) for applicant in applicants]
    values = {"lines": lines, "counted": str(len(lines)), "carrier": "Fajar Setiawan, petugas kecamatan"}
    page = printer.send(page, f"/pengiriman/kecamatan/{OFFICE}", values)
    if "/kecamatan/" in page.path:
        raise Astray(f"Pengiriman tidak ditutup: {' '.join(page.errors)[:300]}")
    number = page.path.rsplit("/", 1)[-1]
    walk.tell("kirim", f"daftar kirim {number}, {len(lines)} kartu")
    walk.paper("daftar-kirim", number, printer.pdf(page, "/daftar-kirim.pdf"))


def line_key(address: str) -> str:
    """`/baris/350807/1/12/` as the print room names the line: `1/dukcapil/12`."""
    epoch, n = [part for part in address.split("/") if part.isdigit()][-2:]
    return f"{epoch}/dukcapil/{n}"


def read_stick(walk: Journey) -> None:
    """The stick arrives: the command `sync --from DIR --to DIR` on the centre's PC."""
    walk.clock.forward(30)
    walk.say("\n     Flashdisk tiba di pusat: perintah sync --from flashdisk --to flashdisk di komputer pusat.")
    folder = walk.programs.data / FOLDERS["office"] / "stik"
    node = open_node("centre", walk.programs.data / FOLDERS["centre"])
    try:
        reports = run_exchange("centre", node, folder, folder, walk.clock.at)
    finally:
        node.db.close()
    walk.tell("stik", " ".join(sentence for report in reports for sentence in report.sentences))
    if not all(report.ok for report in reports):
        raise Astray("Pusat tidak dapat membaca flashdisk.")
