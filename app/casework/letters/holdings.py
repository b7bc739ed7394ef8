"""Letters that name a person: of a letter number, day and the place in which he is named, never the whole text."""

from app.casework.letters.records import rules
from app.casework.letters.tables import IncomingLetter, OutgoingLetter
from app.core.holdings import HeldPage, Holding, Processing, Sought
from app.core.permissions import Actor
from app.platform.files.queries import files_of
from app.room import Kept
from schema.database import Database, first_column

INCOMING = {"sender": "Pengirim", "subject": "Perihal"}
OUTGOING = {
    "addressed_to": "Tujuan",
    "subject": "Perihal",
    "text": "Isi surat",
    "attachment": "Lampiran",
    "copies": "Tembusan",
}
NAMED = "SELECT id FROM {table} WHERE {columns}"


def find_holdings(db: Database, _actor: Actor, sought: Sought) -> list[Holding]:
    came = naming_rows(db, IncomingLetter, INCOMING, sought)
    went = naming_rows(db, OutgoingLetter, OUTGOING, sought)
    held = [hold_letter(db, "incoming", f"Surat masuk {row.number}", row, INCOMING, sought) for row in came]
    for row in went:
        title = f"Surat keluar {row.number or 'konsep'}"
        held.append(hold_letter(db, "outgoing", title, row, OUTGOING, sought))
    return held


def naming_rows(
    db: Database, table: type[IncomingLetter] | type[OutgoingLetter], columns: dict[str, str], sought: Sought
) -> list[IncomingLetter | OutgoingLetter]:
    """The letters in one of whose texts the number or the name may stand, and does."""
    asked = " OR ".join(f"{name} LIKE ?1 OR instr({name}, ?2) > 0" for name in columns)
    sql = NAMED.format(table=table._meta.table_name, columns=asked)
    ids = tuple(first_column(db, sql, (sought.like, sought.number)))
    if ids:
        rows = table.rows(db, id=ids, order="id")
    else:
        rows = []
    return [row for row in rows if places_of(row, columns, sought)]


def places_of(row: IncomingLetter | OutgoingLetter, columns: dict[str, str], sought: Sought) -> list[str]:
    """The columns of a letter that name the person."""
    texts = {name: str(getattr(row, name) or "") for name in columns}
    return [name for name, said in texts.items() if sought.is_named_in(said) or sought.is_numbered_in(said)]


def hold_letter(
    db: Database,
    way: str,
    title: str,
    row: IncomingLetter | OutgoingLetter,
    columns: dict[str, str],
    sought: Sought,
) -> Holding:
    places = places_of(row, columns, sought)
    sure = any(sought.is_numbered_in(str(getattr(row, name) or "")) for name in places)
    values = [("Disebut dalam", ", ".join(columns[name] for name in places))]
    if "sender" in places:
        values.append(("Pengirim", row.sender))
    values += [("Pindaian", file.at[:10]) for file in files_of(db, f"{way}/{row.id}")]
    mend: tuple[str, ...] = ()
    if way == "incoming":
        mend = ("incoming.edit_letter", "letter.agenda")
    page = HeldPage(f"{way}.show_letter", {"letter_id": row.id}, *mend)
    return Holding("Surat", title, tuple(values), sure, f"{way}/{row.id}", page)


PROCESSING = (
    Processing(
        activity="Agenda surat masuk dan surat keluar",
        subjects="Pengirim, penerima, dan orang yang disebut dalam surat",
        data="Nama, alamat, isi surat, pindaian",
        purpose="Menerima, menjawab, dan menyimpan surat dinas",
        basis="Pasal 20 ayat (2) huruf c dan e",
        receivers="Alamat surat dan tembusannya",
        records=("letter.incoming", "letter.outgoing"),
    ),
)


KEPT = Kept(rules=rules, find=find_holdings, processing=PROCESSING)
