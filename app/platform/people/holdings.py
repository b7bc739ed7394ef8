"""What the office holds of the people who work here: they are people too."""

from app.core.holdings import Holding, Processing, Sought, filled_pairs
from app.core.permissions import Actor
from app.platform.people.queries import list_people, profile_of
from app.room import Kept
from schema.database import Database


def find_holdings(db: Database, _actor: Actor, sought: Sought) -> list[Holding]:
    profile = profile_of(db)
    found = []
    for person in list_people(db):
        if person.nip == sought.number or sought.is_named_in(person.name):
            roles = profile.labels(person.roles)
            told = (
                ("Nama", person.name),
                ("NIP", person.nip),
                ("Pangkat", person.rank),
                ("Jabatan", person.title),
                ("Peran", roles),
            )
            values = filled_pairs(told)
            found.append(
                Holding(
                    "Petugas", f"Akun {person.username}", values, person.nip == sought.number, f"person/{person.id}"
                )
            )
    return found


PROCESSING = (
    Processing(
        activity="Akun petugas dan catatan akses",
        subjects="Petugas kantor",
        data="Nama, NIP, pangkat, jabatan, peran, kata sandi, PIN, dan kode cadangan dalam bentuk teracak, waktu dan "
        "alamat masuk",
        purpose="Mengenali petugas, membagi hak akses, dan mencatat siapa membuka data",
        basis="Pasal 20 ayat (2) huruf c dan e",
        protection="Kata sandi dan PIN tidak dapat dibaca kembali; catatan akses dikunci setiap hari",
    ),
)


KEPT = Kept(find=find_holdings, processing=PROCESSING)
