"""What the centre holds of one person, and who looked at it (UU 27/2022 art. 7 and 32)."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from app.centre import queries, settings
from app.centre.papers import CONTROL, centre_letterhead
from app.centre.snapshot import line_fields
from app.centre.tables import IncomingLine, LineOriginal
from app.core.clock import office_date
from app.core.dates import plain_date
from app.core.holdings import NOBODY_LOOKED, Sought
from app.platform.files.queries import incoming_bytes
from app.platform.people.access_log import action_words
from app.platform.printing.data.privacy import Pair, PrivacySheet, SheetPart
from schema.database import Database

MOST_LINES = 200
MOST_LOOKS = 500
STATES = {
    "waiting": "Belum diputuskan",
    "accepted": "Dalam antrean",
    "refused": "Ditolak",
    "printed": "Dibuat",
    "shipped": "Dikirim",
    "paper": "Dikerjakan lewat kertas",
}
RIGHTS = (
    "Anda boleh meminta perbaikan (Pasal 6), penghapusan (Pasal 8), dan pembatasan (Pasal 11). Data ini berasal dari "
    "kantor yang mengirimnya; perbaikan isinya diminta di sana."
)
NOTHING_HELD = "Tidak ada data atas nomor dan nama itu yang tersimpan di sini."


class Look(msgspec.Struct, frozen=True):
    at: datetime
    name: str
    action: str
    number: str


class FoundLines(msgspec.Struct, frozen=True):
    """`sure` bear his number; of `perhaps` only the name agrees."""

    sure: list[IncomingLine]
    perhaps: list[IncomingLine]
    looks: list[Look]


def line_subject(line: IncomingLine) -> str:
    """How the access log calls a line: no number of a person stands in it."""
    return f"line/{line.source}/{line.line}"


def find_person(db: Database, sought: Sought, ticked: Collection[str] = ()) -> FoundLines:
    """Lines with the number, and lines of his name under another; those that were `ticked` (subjects) are his."""
    numbered = queries.find_lines(db, "l.main_key = ?", (sought.number,), "l.sent_on, l.line", MOST_LINES)
    named = queries.find_begun_lines(db, "name", sought.name.upper())
    others = [line for line in named if line.main_key != sought.number and sought.is_named_in(line.name)]
    sure = numbered + [other for other in others if line_subject(other) in ticked]
    perhaps = [other for other in others if line_subject(other) not in ticked]
    return FoundLines(sure, perhaps, find_looks(db, sure))


def find_looks(db: Database, lines: Sequence[IncomingLine]) -> list[Look]:
    """Who opened or printed these lines, the newest first, as the access log has it."""
    numbers = {line_subject(line): line.number for line in lines}
    if not numbers:
        return []
    marks = ", ".join("?" * len(numbers))
    rows = db.run(
        "SELECT l.at, coalesce(p.name, ''), l.action, l.subject FROM access_log l LEFT JOIN person p"
        f" ON p.id = l.person_id WHERE l.subject IN ({marks}) ORDER BY l.id DESC LIMIT {MOST_LOOKS}",
        tuple(numbers),
    )
    return [
        Look(datetime.fromisoformat(at), name, action_words(action), numbers[subject])
        for at, name, action, subject in rows
    ]


def line_values(db: Database, line: IncomingLine) -> list[tuple[str, str]]:
    """What is held in a line, label and value, for its own person; of a picture that it is there."""
    picture = incoming_bytes(db, line.source, line.about, "photo")
    said = [("Berkas", line.number), ("Dari", line.office), ("Layanan", f"{line.terms.service}, {line.kind_label}")]
    said += [(label, value) for _, label, value in line_fields(line)]
    if picture is not None:
        said.append(("Foto", "tersimpan"))
    if LineOriginal.first(db, LineOriginal.sealed != "", source=line.source, line=line.line) is not None:
        said.append(("Isian seperti diketik di desa", "tersimpan tersegel"))
    said += [("Keadaan", STATES[line.state]), ("Alasan ditolak", line.reason), ("Nomor hasil", line.shown)]
    return [(label, value) for label, value in said if value]


def line_part(db: Database, line: IncomingLine) -> SheetPart:
    pairs = tuple(Pair(label=label, value=value) for label, value in line_values(db, line))
    return SheetPart(title=f"Baris {line.number}", pairs=pairs)


def look_pair(look: Look) -> Pair:
    return Pair(label=plain_date(office_date(look.at)), value=f"{look.name}: {look.action} ({look.number})")


def held_paper(db: Database, sought: Sought, found: FoundLines, printed_by: str, now: datetime) -> PrivacySheet:
    """Everything that is held of the person, line by line, and who looked."""
    parts = [line_part(db, row) for row in found.sure]
    looks = tuple(look_pair(look) for look in found.looks)
    nobody = () if looks else (NOBODY_LOOKED,)
    contact = settings.get_setting(db, "centre.contact")
    return PrivacySheet(
        head=centre_letterhead(db),
        control=msgspec.structs.replace(CONTROL, document="", revision="", issued_on=None),
        printed_at=now,
        printed_by=printed_by,
        title="Data pribadi yang tersimpan",
        subtitle="UU Nomor 27 Tahun 2022 Pasal 7 dan 32",
        ref="Data pribadi yang tersimpan",
        facts=(Pair(label="Nama", value=sought.name),),
        parts=(
            *(parts or [SheetPart(title="Hasil", text=(NOTHING_HELD,))]),
            SheetPart(title="Siapa yang membuka data ini", text=nobody, pairs=looks),
            SheetPart(title="Hak Anda", text=(RIGHTS, f"Tanya dan minta: {contact or 'petugas di sini'}.")),
        ),
    )
