"""`village`: the village's own side, on a computer without an office: keys, list, drafts; by stick or network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.options import WholeNumber, loket_command
from app.core import clock
from app.core.dates import short_date

if TYPE_CHECKING:  # the help page needs none of it
    from app.casework.villages.files import KnownCase, ListHead
    from app.casework.villages.own_folder import VillageFolder
    from schema.service_fields import Field
    from schema.service_procedure import Definition

ACTIONS = ("serve", "join", "sync", "key", "trust", "read", "show", "type", "write")
PORT = 8335
STICK = click.Path(file_okay=False, path_type=Path)
DOUBLED = (
    "Kecamatan melihat dua komputer dengan kunci desa ini, atau folder dari cadangan lama. Minta kode baru, lalu join; "
    "atau tulis kunci sekali lagi dengan key."
)
NO_NUMBER = "Nomor dari kecamatan untuk desa ini sudah habis; pemohon cukup menyebut namanya."
NEEDS_STICK = "Tambahkan --stick dengan folder flashdisknya."


@loket_command(
    "village",
    "Sisi desa di komputer desa sendiri, lewat jaringan atau flashdisk.\n\n"
    "serve membuka semuanya sebagai halaman di peramban komputer ini, dan bertanya sendiri ke kecamatan. "
    "Lewat jaringan: join dengan kode desa meminta kode dari kecamatan, sync mengirim draf dan mengambil daftar. "
    "Lewat flashdisk: key dengan kode desa membuat "
    "kunci desa di flashdisk; trust dengan sidik jarinya mempercayai kunci kecamatan; read membaca daftar; show "
    "menampilkannya; type dengan nama layanan mengetik draf; write menulis draf ke flashdisk untuk kecamatan.",
)
@click.argument("action", type=click.Choice(ACTIONS), metavar="|".join(ACTIONS))
@click.argument("what", default="", metavar="[ISIAN]")
@click.option("--stick", type=STICK, metavar="DIR", help="Folder flashdisk.")
@click.option("--data", type=STICK, default=Path("desa"), metavar="DIR", help="Folder data desa (biasanya desa).")
@click.option("--port", type=WholeNumber(limit=65535), default=PORT, metavar="PORT", help="Port (biasanya 8335).")
def village(action: str, what: str, stick: Path | None, data: Path, port: int) -> None:
    from app.casework.villages.own_folder import VillageFolder

    folder = VillageFolder(data)
    if action == "serve":
        serve_pages(folder, port)
        return
    if action in ALONE:
        lines = ALONE[action](folder, what)
    else:
        if stick is None:
            raise click.UsageError(NEEDS_STICK)
        lines = DEEDS[action](folder, what, stick)
    click.echo("\n".join(lines))


def serve_pages(folder: VillageFolder, port: int) -> None:
    """The village's pages for this computer alone, until Ctrl+C. Whoever has the printed address may open them."""
    from app.casework.villages.views.own_pages import make_village_app
    from app.cli.serving import ending_on_signals, open_server
    from schema.data_folder import hold_folder

    with hold_folder(folder.folder, "desa"):
        app = make_village_app(folder)
        server = open_server(app, "127.0.0.1", port)
        exchanging = app.extensions["loket_clock"]
        exchanging.start()
        try:
            with ending_on_signals(), suppress(KeyboardInterrupt):
                click.echo(f"Desa: http://127.0.0.1:{server.effective_port}/masuk/{app.config['KEY']}")
                click.echo("Alamat itu berlaku sampai program ini berhenti. Ctrl+C untuk berhenti.")
                server.run()
        finally:
            exchanging.stop()
            server.close()


def check_village_code(code: str) -> None:
    from app.casework.villages.own_folder import is_village_code

    if not is_village_code(code):
        raise click.UsageError("Tulis kode desa, 10 angka, misalnya 3508052001.")


def make_key(folder: VillageFolder, code: str, stick: Path) -> list[str]:
    from app.casework.villages.files import spoken_fingerprint

    check_village_code(code)
    keys = folder.make_keys(code, stick)
    return [
        f"Kunci desa {code} ditulis di flashdisk. Bawa ke kecamatan, dan bacakan sidik jari ini lewat telepon:",
        spoken_fingerprint(keys),
    ]


def trust_office(folder: VillageFolder, fingerprint: str, stick: Path) -> list[str]:
    keys = folder.trust_office(stick, fingerprint)
    return [f"Kunci kecamatan {keys.node} dipercaya mulai sekarang."]


def read_list(folder: VillageFolder, _what: str, stick: Path) -> list[str]:
    _, told = folder.read_list(stick)
    return [*told, *show_list(folder)]


def write_drafts(folder: VillageFolder, _what: str, stick: Path) -> list[str]:
    from app.casework.villages.own_forms import written_words

    return [written_words(*folder.write_drafts(stick, clock.now()))]


def join_network(folder: VillageFolder, code: str) -> list[str]:
    from app.casework.villages.own_network import exchange_with_office, join_office

    check_village_code(code)
    address = join_office(folder, code, str(click.prompt("Kode dari kecamatan")), clock.now())
    return [f"Terhubung ke {address}. {exchange_with_office(folder, clock.now())}"]


def sync_now(folder: VillageFolder, _what: str) -> list[str]:
    from app.casework.villages.own_network import exchange_with_office

    return [exchange_with_office(folder, clock.now())]


DEEDS = {"key": make_key, "trust": trust_office, "read": read_list, "write": write_drafts}


def show_list(folder: VillageFolder, _what: str = "") -> list[str]:
    """The newest list, the applicants of the village and the drafts that are still here."""
    from app.casework.villages.own_forms import fate_words, given_words
    from sync.entries import parse_utc_text

    told = folder.the_list()
    made_on = short_date(clock.office_date(parse_utc_text(told.created)))
    lines = [f"Desa {told.head.name}, daftar {told.head.number} dari {told.head.office}, dibuat {made_on}"]
    lines += held_lines(told.head)
    lines += [case_line(case) for case in told.cases]
    if told.head.left_out:
        lines.append(f"Dan {told.head.left_out} berkas yang lebih lama; tanyakan di kecamatan.")
    lines.append("Layanan yang diterima dari desa: " + ", ".join(offered.id for offered in told.services))
    for form in folder.drafts():
        fate = told.fate(form.code)
        number = given_words(form, fate, told.head.village)
        lines.append(f"Draf {form.code[:8]} {form.service}, {number}: {fate_words(fate)}")
    return lines


def held_lines(head: ListHead) -> list[str]:
    """What the kecamatan holds back, and what is to be done."""
    lines = []
    if head.held_files:
        lines.append(f"{head.held_files} dokumen desa ini menunggu keputusan administrator kecamatan.")
    if head.doubled:
        lines.append(DOUBLED)
    return lines


def case_line(case: KnownCase) -> str:
    parts = [case.number, case.name, case.service, case.state]
    parts += [f"dijanjikan {short_date(date.fromisoformat(case.due_on))}"] if case.due_on else []
    parts += [f"kurang: {', '.join(case.missing)}"] if case.missing else []
    parts += [f"resi {case.given}"] if case.given else []
    parts += [f"dikembalikan {short_date(date.fromisoformat(case.returned_on))}"] if case.returned_on else []
    return "  ".join(parts)


# -- typing -------------------------------------------------------------------------------------------------------


def type_draft(folder: VillageFolder, service: str) -> list[str]:
    """Ask the fields of a form one after the other, as far as the answers ask for them, and keep the draft."""
    now = clock.now()
    village = folder.keys().node
    definition = folder.the_list().definition(service)
    values: dict[str, str] = {}
    for field in fields_in_turn(definition, values, now.date()):
        values[field.id] = ask_field(definition, field, village, now.date())
    form = folder.add_draft(service, {key: value for key, value in values.items() if value}, now)
    if form.given:
        number = f"Nomor untuk pemohon: {form.given.text(village)}."
    else:
        number = NO_NUMBER
    return [f"Draf {form.code[:8]} disimpan. Tulis ke flashdisk dengan python3 run.py village write.", number]


def fields_in_turn(definition: Definition, values: dict[str, str], today: date) -> Iterator[Field]:
    """Each asked field that has no answer yet; an answer may ask for further ones."""
    from app.casework.villages.own_forms import asked_fields

    while True:
        left = [field for field in asked_fields(definition, values, today) if field.id not in values]
        if not left:
            return
        yield left[0]


def ask_field(definition: Definition, field: Field, village: str, today: date) -> str:
    """The answer in stored form, asked until it is sound; an empty one leaves the field to the kecamatan."""
    from app.casework.villages.own_forms import clean_typed, offered_choices
    from app.core.problems import ValueProblem

    choices = offered_choices(definition, field, village, today)
    for value, label in choices.items():
        click.echo(f"  {value}: {label}")
    while True:
        typed = str(click.prompt(f"{field.label} (Enter: lewati)", default="", show_default=False)).strip()
        if not typed:
            return ""
        if choices and typed not in choices:
            click.echo("Ketik salah satu kata di depan titik dua.")
            continue
        try:
            return clean_typed(definition, field, typed, today)
        except ValueProblem as problem:
            click.echo(problem.sentence)


ALONE: dict[str, Callable[[VillageFolder, str], list[str]]] = {
    "show": show_list,
    "type": type_draft,
    "join": join_network,
    "sync": sync_now,
}
"""Actions that need no stick."""
