"""`network`: open the office to the other desks, through a proxy with TLS on this PC."""

import getpass
import json
import os
import shutil
import ssl
import subprocess
from pathlib import Path

import click

from app import compose, paths
from app.cli.database import existing_sides
from app.cli.office import PORT
from app.cli.options import WholeNumber, data_option, json_option, loket_command, print_answer
from app.cli.typed_secrets import typed_secret
from app.core import clock
from app.core.permissions import Actor, may
from app.core.problems import Problem
from app.platform.office import proxy, service, settings
from app.platform.office.proxy import CERTIFICATE, HTTPS, ROOT_CERTIFICATE, ProxyDoor
from app.platform.people.credentials import verify_password
from app.platform.people.queries import actor_named
from schema.data_folder import write_whole
from sync.journal import Journal

FOLDER = "proksi"
CONFIGURATION = "caddy.json"
UNIT = "loket-proksi.service"
PAGE = "sertifikat-kantor.txt"

UNITS = paths.APP_FOLDER / "cli" / "units"
"""Units for systemd, as the administrators' page puts them to use; that of the proxy is filled in here."""


@loket_command(
    "network",
    "Buka kantor untuk komputer lain di jaringan kantor, lewat proksi ber-TLS (Caddy) di komputer ini.\n\n"
    "Menulis konfigurasi proksi ke folder data, mencatat pengaturan jaringan atas nama administrator yang menjawab "
    "dengan kata sandinya, dan menyebut langkah berikutnya. Setelah proksi pernah hidup, network --fingerprint "
    "menampilkan sidik jari sertifikat dan menulis lembar untuk meja lain.",
)
@click.option("--address", metavar="ALAMAT", help="Alamat komputer ini di jaringan kantor, misalnya 192.168.1.10.")
@click.option("--name", default="", metavar="NAMA", help="Nama komputer ini, misalnya loket.kantor (boleh tanpa).")
@click.option(
    "--port", type=WholeNumber(limit=65535), default=HTTPS, metavar="PORT", help="Port untuk meja lain (biasanya 443)."
)
@click.option(
    "--office-port",
    type=WholeNumber(limit=65535),
    default=PORT,
    metavar="PORT",
    help="Port Loket di komputer ini (biasanya 8035).",
)
@click.option(
    "--user",
    default="",
    metavar="PENGGUNA",
    help="Sekretaris atau administrator yang mengubah pengaturan; kata sandinya ditanyakan.",
)
@click.option("--fingerprint", is_flag=True, help="Tampilkan sidik jari dan tulis lembar untuk meja lain.")
@data_option
@json_option
def network(
    data: Path, address: str | None, name: str, port: int, office_port: int, user: str, fingerprint: bool, as_json: bool
) -> None:
    journal = open_set_up_office(data)
    folder = (data / FOLDER).absolute()
    try:
        if fingerprint:
            told = write_certificate_page(journal, folder)
        elif address is None:
            raise click.ClickException(
                "Sebutkan alamat komputer ini: network --address 192.168.1.10 --name loket.kantor --user PENGGUNA"
            )
        else:
            told = open_network(journal, folder, proxy.parse_door(address, name, port, office_port), user)
    except OSError as error:
        raise click.ClickException(unreadable_sentence(error)) from error
    print_answer(*told, as_json=as_json)


def open_set_up_office(data: Path) -> Journal:
    if "office" not in existing_sides(data):
        raise click.ClickException(f"Di {data} tidak ada kantor. Pusat: lihat centre --help, pilihan --name.")
    journal = compose.journal("office", compose.open_side("office", data))
    if not journal.has_identity:
        raise click.ClickException("Kantor ini belum disiapkan. Jalankan Loket dan selesaikan halaman persiapan dulu.")
    return journal


def open_network(journal: Journal, folder: Path, way: ProxyDoor, user: str) -> tuple[dict[str, object], list[str]]:
    """Write what the proxy needs and set the office's network; the answer for machine and person."""
    written = json.dumps(proxy.caddy_configuration(way, folder, caddy_version()), indent=1)
    changed = record_network_settings(journal, way, user)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / CONFIGURATION
    write_whole(target, written.encode("utf-8"), 0o600)
    if os.name == "posix":
        write_whole(folder / UNIT, systemd_unit(target).encode("utf-8"))
    if changed:
        known = "Pengaturan jaringan dicatat."
    else:
        known = "Pengaturan jaringan sudah sesuai."
    lines = [
        f"Kantor dibuka untuk {' dan '.join(way.links)}, hanya dengan TLS. {known}",
        f"Konfigurasi proksi: {target}",
        "",
        *next_steps(target, way),
    ]
    return {"configuration": str(target), "links": way.links, "changed": changed}, lines


def caddy_version() -> str:
    program = shutil.which("caddy")
    if program is None:
        return ""
    try:
        return subprocess.run(
            [program, "version"], capture_output=True, encoding="utf-8", errors="replace", timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def record_network_settings(journal: Journal, way: ProxyDoor, user: str) -> bool:
    """Set the network settings in the name of somebody who gave the own password; False when they stood so already.

    Raises ClickException and Problem.
    """
    known = settings.all_settings(journal.db)
    wanted = {"network.open": True, "network.hosts": " ".join(way.hosts), "network.without_tls": False}
    if all(known[key] == value for key, value in wanted.items()):
        return False
    actor = verified_administrator(journal, user)
    service.set_network(journal, actor, opened=True, hosts=" ".join(way.hosts), without_tls=False, now=clock.now())
    return True


def verified_administrator(journal: Journal, user: str) -> Actor:
    now = clock.now()
    actor = None
    if user:
        actor = actor_named(journal.db, user.strip().lower(), clock.office_date(now))
    if actor is None or not may(actor, "office.settings"):
        raise click.ClickException(
            "Sebutkan Sekretaris atau administrator yang mengubah pengaturan jaringan: --user PENGGUNA"
        )
    if not verify_password(journal.db, actor.username, typed_secret("Kata sandi"), now=now, address="console"):
        raise Problem.of("wrong_password")
    return actor


def next_steps(target: Path, way: ProxyDoor) -> list[str]:
    if shutil.which("caddy"):
        missing = ""
    else:
        missing = " Caddy belum terpasang di komputer ini."
    if os.name == "posix":
        install = "sudo apt-get install caddy && sudo systemctl disable --now caddy"
        start = (
            f"sudo cp {quote_path(target.with_name(UNIT))} /etc/systemd/system/"
            " && sudo systemctl enable --now loket-proksi"
        )
    else:
        install = "taruh caddy.exe (caddyserver.com) di folder yang termuat dalam PATH"
        start = f"caddy run --config {quote_path(target)}"
    return [
        f"1. Pasang Caddy, sekali saja:{missing}",
        f"   {install}",
        "2. Hentikan Loket, lalu jalankan lagi, supaya pengaturannya berlaku.",
        "3. Hidupkan proksi (mencoba tanpa memasang: caddy run --config ...):",
        f"   {start}",
        "4. Tampilkan sidik jari sertifikat dan cetak lembar untuk meja lain:",
        f"   python3 run.py network --fingerprint --data {quote_path(target.parent.parent)}",
        f"5. Di setiap meja lain ikuti lembar itu, lalu buka {way.links[0]}",
        "Menutup lagi: Pengaturan > Jaringan kantor, lalu hentikan proksi.",
    ]


def quote_path(path: Path) -> str:
    return f'"{path}"'


def systemd_unit(target: Path) -> str:
    """The proxy as a systemd service of whoever calls this; it may take port 443 and nothing else of root's."""
    return (
        (UNITS / UNIT)
        .read_text(encoding="utf-8")
        .format(
            user=getpass.getuser(),
            home=quote_systemd_word(f"HOME={target.parent}"),
            program=shutil.which("caddy") or "/usr/bin/caddy",
            configuration=quote_systemd_word(str(target)).replace("$", "$$"),
            folder=quote_systemd_word(str(target.parent)),
        )
    )


def quote_systemd_word(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") + '"'


def write_certificate_page(journal: Journal, folder: Path) -> tuple[dict[str, object], list[str]]:
    try:
        way = proxy.door_of(json.loads((folder / CONFIGURATION).read_text(encoding="utf-8")))
        plain = ssl.PEM_cert_to_DER_cert((folder / ROOT_CERTIFICATE).read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise click.ClickException(
            "Sertifikat kantor belum ada: proksi membuatnya saat pertama kali hidup. Ikuti langkah dari "
            "network --address ... dulu."
        ) from error
    except (ValueError, LookupError) as error:
        raise click.ClickException(f"Isi {folder} rusak. Jalankan lagi network --address ...") from error
    digits = proxy.certificate_fingerprint(plain)
    page = proxy.desk_page(way, str(settings.get_setting(journal.db, "office.name")), digits)
    write_whole(folder / CERTIFICATE, plain)
    write_whole(folder / PAGE, page.encode("utf-8"))
    payload: dict[str, object] = {
        "fingerprint": digits,
        "certificate": str(folder / CERTIFICATE),
        "page": str(folder / PAGE),
    }
    return payload, [page, f"Lembar ini : {folder / PAGE}", f"Sertifikat : {folder / CERTIFICATE}"]


def unreadable_sentence(error: OSError) -> str:
    return (
        f"{error.filename or 'Folder data'} tidak dapat dibaca atau ditulis ({error.strerror}). Proksi dan "
        "perintah ini harus dijalankan oleh pengguna yang sama dengan Loket."
    )
