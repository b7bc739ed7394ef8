"""Settings of the office: what may be set, the arms on letterheads, how the program listens to its network.

The arms are a PNG or SVG of the office, kept as a `data:` address. Papers draw it, pages show it in an `<img>`; it is
never written into a page, so nothing in it can run. What could run or call out is refused all the same, because the
file may be carried elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from app.core.asked import Text
from app.core.problems import SENTENCES, Problem
from schema.database import Database, cached_until_next_entry
from schema.zone import USUAL, ZONES

if TYPE_CHECKING:
    from xml.etree import ElementTree


ARMS_LIMIT = 40_000
"""Bytes of the file; the setting holds it in base64."""
MOST_PIXELS = 4000
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_END = b"IEND\xaeB`\x82"
PNG_ADDRESS = "data:image/png;base64,"
SVG_ADDRESS = "data:image/svg+xml;base64,"
ACTIVE_ELEMENTS = frozenset(
    {
        "script",
        "foreignobject",
        "handler",
        "listener",
        "iframe",
        "embed",
        "object",
        "audio",
        "video",
        "set",
        "animate",
        "animatemotion",
        "animatetransform",
        "discard",
    }
)
OUTWARD_LINK = re.compile(r"@import|javascript:|url\(\s*['\"]?\s*(?!#)", re.IGNORECASE)
PICTURE_LINKS = ("#", "data:image/png;base64,", "data:image/jpeg;base64,")
WRONG_KIND = "Lambang harus dokumen PNG atau SVG, paling besar 40 kB."
UNSAFE_SVG = "Dokumen SVG ini memuat skrip atau alamat luar. Simpan ulang sebagai gambar biasa (SVG polos atau PNG)."
BROKEN_FILE = "Dokumen lambang rusak atau terpotong. Salin ulang dokumennya, lalu pilih lagi."


def to_data_address(data: bytes) -> str:
    """The file as a `data:` address; an empty file gives an empty text. Raises Problem `invalid` for field `arms`."""
    if not data:
        return ""
    is_png = data.startswith(PNG_SIGNATURE)
    if len(data) > ARMS_LIMIT or not (is_png or b"<svg" in data[:4000]):
        raise arms_problem(WRONG_KIND)
    if is_png:
        check = check_png
        address = PNG_ADDRESS
    else:
        check = check_svg
        address = SVG_ADDRESS
    check(data)
    return address + base64.b64encode(data).decode("ascii")


def check_arms(text: str) -> str:
    """The address itself when it holds a picture that `to_data_address` would take. Raises Problem `invalid`."""
    if text and to_data_address(arms_picture(text)) != text:
        raise arms_problem(BROKEN_FILE)
    return text


def arms_picture(address: str) -> bytes:
    """The bytes of the file; nothing for an empty text. Raises Problem `invalid` for another text."""
    if not address:
        return b""
    head = next((known for known in (PNG_ADDRESS, SVG_ADDRESS) if address.startswith(known)), None)
    if head is None:
        raise arms_problem(WRONG_KIND)
    try:
        return base64.b64decode(address[len(head) :], validate=True)
    except binascii.Error as error:
        raise arms_problem(BROKEN_FILE) from error


def check_png(data: bytes) -> None:
    width = int.from_bytes(data[16:20], "big")
    height = int.from_bytes(data[20:24], "big")
    if data[12:16] != b"IHDR" or not data.endswith(PNG_END) or not (width and height):
        raise arms_problem(BROKEN_FILE)
    if max(width, height) > MOST_PIXELS:
        raise arms_problem(f"Lambang terlalu besar: paling lebar atau tinggi {MOST_PIXELS} titik.")


def check_svg(data: bytes) -> None:
    from xml.etree import ElementTree  # asked for once in an office's life

    if b"<!ENTITY" in data or b"<?xml-stylesheet" in data:
        raise arms_problem(UNSAFE_SVG)
    try:
        root = ElementTree.fromstring(data.decode("utf-8"))
    except (ElementTree.ParseError, UnicodeDecodeError, ValueError) as error:
        raise arms_problem(BROKEN_FILE) from error
    if local_name(root.tag) != "svg":
        raise arms_problem(WRONG_KIND)
    if any(is_active_element(element) for element in root.iter()):
        raise arms_problem(UNSAFE_SVG)


def is_active_element(element: ElementTree.Element) -> bool:
    """Whether an element could run something or reach out of the picture."""
    if (
        not isinstance(element.tag, str)
        or element.tag.startswith("{http://www.w3.org/1999/xhtml}")
        or local_name(element.tag) in ACTIVE_ELEMENTS
        or OUTWARD_LINK.search(element.text or "")
    ):
        return True
    for name, value in element.attrib.items():
        plain = local_name(name)
        written = value.strip()
        if plain.startswith("on") or OUTWARD_LINK.search(written):
            return True
        if plain in ("href", "src") and not written.startswith(PICTURE_LINKS):
            return True
    return False


def local_name(name: str) -> str:
    """A tag or attribute without its namespace, in lower case."""
    return name.rpartition("}")[2].lower()


def arms_problem(sentence: str) -> Problem:
    return Problem.of("invalid", {"arms": sentence})


OWN_HOSTS = ("127.0.0.1", "localhost", "[::1]")
HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


class NetworkPlan(msgspec.Struct, frozen=True):
    """How the program listens: `listen` is its address, `hosts` the names a browser may use, `proxied` whether a
    proxy with TLS stands in front, `insecure` whether passwords travel in the open."""

    listen: str = "127.0.0.1"
    hosts: tuple[str, ...] = OWN_HOSTS
    proxied: bool = False
    insecure: bool = False


def parse_hosts(text: str) -> tuple[str, ...]:
    """Names or addresses, separated by blanks or commas. Raises Problem `invalid` for field `network.hosts`."""
    hosts = tuple(part.lower() for part in re.split(r"[\s,;]+", text) if part)
    if len(hosts) > 10:
        raise Problem.of("invalid", {"network.hosts": "Paling banyak 10 nama."})
    for host in hosts:
        if not HOST_NAME.fullmatch(host):
            why = f"{host[:40]} bukan nama komputer. Tulis tanpa http:// dan tanpa port, misalnya 192.168.1.10."
            raise Problem.of("invalid", {"network.hosts": why})
    return hosts


def plan_network(opened: bool, hosts: str, without_tls: bool) -> NetworkPlan:
    if not opened:
        return NetworkPlan()
    names = (*OWN_HOSTS, *parse_hosts(hosts))
    if without_tls:
        return NetworkPlan("0.0.0.0", names, insecure=True)
    return NetworkPlan(hosts=names, proxied=True)


class Identity(msgspec.Struct, frozen=True):
    """Who the office is; a field's name is the setting's key with `_` for the first dot."""

    office_name: Annotated[str, Text("Nama kantor", "Isi nama kantor, misalnya Kecamatan Yosowilangun.", most=80)]
    office_short_name: Annotated[str, Text("Nama pendek", "Isi nama pendek, misalnya Yosowilangun.", most=40)]
    office_regency: Annotated[str, Text("Pemerintah", SENTENCES["regency"], most=80)]
    office_address: Annotated[str, Text("Alamat", most=150)]
    office_phone: Annotated[str, Text("Telepon", most=40)]
    office_email: Annotated[str, Text("Surel", most=80)]
    office_report_to: Annotated[str, Text("Laporan kebocoran data kepada", most=120)]
    office_postcode: Annotated[str, Text("Kode pos", most=5)]
    office_place: Annotated[str, Text("Tempat di surat", "Isi nama tempat di depan tanggal surat.", most=40)]
    office_centre_name: Annotated[str, Text("Nama dinas pencetak", most=120)]
    office_centre_place: Annotated[str, Text("Tempat dinas", most=40)]


DEFAULTS: dict[str, Any] = {
    "office.code": "",
    "office.name": "",
    "office.short_name": "",
    "office.regency": "",
    "office.address": "",
    "office.phone": "",
    "office.email": "",
    "office.report_to": "",
    "office.postcode": "",
    "office.place": "",
    "office.slip_prefix": "",
    "office.arms": "",
    "office.zone": USUAL,
    "office.centre_name": "Dinas Kependudukan dan Pencatatan Sipil",
    "office.centre_place": "",
    "promise.kept_when": "arrived",
    "pauses.enabled": [],
    "limits.readings": [],
    "paper.size": "F4",
    "paper.slip": "80mm",
    "recording.slots_per_day": 24,
    "centre.runs_loket": True,
    "uncollected.after_days": 10,
    "recap.to_regency": False,
    "checks.remind_days": 14,
    "letters.codes": [
        "000 Umum",
        "100 Pemerintahan",
        "100.3.3 Produk hukum bersifat penetapan (keputusan)",
        "200 Politik",
        "300 Keamanan dan ketertiban",
        "400 Kesejahteraan rakyat",
        "400.12 Kependudukan dan pencatatan sipil",
        "500 Perekonomian",
        "600 Pekerjaan umum dan ketenagaan",
        "700 Pengawasan",
        "800 Kepegawaian",
        "900 Keuangan",
    ],
    "letters.kinds": "",
    "letters.instructions": [
        "Untuk diketahui",
        "Tindak lanjuti sesuai ketentuan",
        "Pelajari dan beri saran",
        "Siapkan jawaban atau konsep surat",
        "Selesaikan",
        "Koordinasikan",
        "Hadiri atau wakili",
        "Bicarakan dengan saya",
        "Arsipkan",
    ],
    "network.open": False,
    "network.hosts": "",
    "network.without_tls": False,
    "sms.on": False,
    "sms.folder": "/var/spool/gammu",
    "sms.number": "",
    "sms.blocked": [],
    "sms.replies": True,
    "sms.most_hour": 60,
    "sms.most_day": 300,
    "sms.notices": False,
    "sms.most_notices": 100,
    "sms.from_hour": 8,
    "sms.until_hour": 18,
    "sms.price": "",
    "status.address": "",
    "survey.method": "skm14",
    "survey.target": "76.61",
    "survey.days": 30,
    "tickets.on": False,
    "tickets.services": [],
    "tickets.counters": ["Loket 1"],
    "village.address": "",
}
"""`promise.kept_when`: arrived (at the kecamatan) or handed_over. `arms`: the regency's arms as a `data:` address.
`office.zone` is chosen at the set-up and stays: every stored day was reckoned in it.
`office.report_to`: whom to tell about a hole or leaked data. `pauses.enabled`: ids of pause reasons of the standard.
`limits.readings`: `service/limit/reading` of each limit that this office reads in another way than its file does first.
`letters.codes`: classification codes of letters, each with its words behind a blank; `letters.instructions`: what a
disposition offers to tick; `letters.kinds`: the office's own kinds of letters, as TOML.
`recap.to_regency`: the public version of an approved complaint recap travels to the
regency. `checks.remind_days`: from how many days before its end a quarter without an internal check is told.
`centre.runs_loket` holds once the office is enrolled. `network.*`: see app/platform/office/settings.py. `sms.folder`:
where Gammu SMSD keeps inbox, outbox, sent and error; `sms.number`: the office's own; `sms.blocked`: whom nobody
answers; `sms.replies`: the program answers by itself; `sms.most_hour`, `sms.most_day`: so many messages leave at most;
`sms.notices`: applicants who agreed are told by SMS, `sms.most_notices` SMS a day, from `sms.from_hour` to
`sms.until_hour`; `sms.price`: rupiah of an SMS, empty while nobody has said it.
`status.address`: where the regency's public page tells of the office's cases; empty: nowhere.
`survey.method`: the survey of the office (`schema/surveys`); `survey.target`: the index it wants to reach;
`survey.days`: how long the code of a slip is good. `tickets.on`: numbers of a queue are given, for `tickets.services`
(`A ktp-el`: letter and service), called at `tickets.counters` (`Loket 2: B C`: only these letters).
`village.address`: where villages reach this office over the network; empty: they are not answered."""

CHOICES = {
    "office.zone": tuple(ZONES),
    "promise.kept_when": ("arrived", "handed_over"),
    "paper.size": ("F4", "A4"),
    "paper.slip": ("80mm", "quarter"),
    "survey.method": ("kep25", "skm14"),
}

TEXT_LIMIT = 60_000
LISTED = 100
"""Letters of one entry of a setting that is a list."""


def get_setting(db: Database, key: str) -> Any:
    """The value of a setting. Raises KeyError for an unknown key."""
    text = stored_settings(db).get(key)
    if text is None:
        return DEFAULTS[key]
    return json.loads(text)


def sends_sms(db: Database) -> bool:
    """Whether this office tells applicants by SMS."""
    return bool(get_setting(db, "sms.on") and get_setting(db, "sms.notices"))


def gives_numbers(db: Database) -> bool:
    """Whether this office gives numbers of a queue."""
    return bool(get_setting(db, "tickets.on"))


@cached_until_next_entry
def stored_settings(db: Database) -> Mapping[str, str]:
    """Every setting that was set, as JSON text, so that nobody can change what is remembered."""
    return MappingProxyType(dict(db.run("SELECT key, value FROM setting")))


def all_settings(db: Database) -> dict[str, Any]:
    return DEFAULTS | {key: json.loads(text) for key, text in stored_settings(db).items()}


def check_setting(key: str, value: Any) -> Any:
    """The value itself when it fits the setting. Raises Problem `invalid` with the field's sentence."""
    if key not in DEFAULTS:
        raise Problem.of("invalid", {key: "Pengaturan ini tidak dikenal."})
    wanted = type(DEFAULTS[key])
    if wanted is int and (not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1000):
        raise Problem.of("invalid", {key: "Isi dengan angka antara 1 dan 999."})
    if not isinstance(value, wanted):
        raise Problem.of("invalid", {key: "Isian ini tidak cocok dengan jenisnya."})
    if isinstance(value, str) and len(value) > TEXT_LIMIT:
        raise Problem.of("invalid", {key: "Isian ini terlalu panjang."})
    if key in CHOICES and value not in CHOICES[key]:
        raise Problem.of("invalid", {key: SENTENCES["choose"]})
    if key == "office.arms":
        check_arms(value)
    if key == "network.hosts":
        parse_hosts(value)
    if isinstance(value, list) and not all(isinstance(entry, str) and len(entry) <= LISTED for entry in value):
        raise Problem.of("invalid", {key: SENTENCES["choose_from_list"]})
    return value
