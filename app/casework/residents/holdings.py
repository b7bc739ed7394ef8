"""What the reference of residents holds of a person: one question by NIK, which is noted as every look."""

from app.casework.desk.form import SEXES
from app.casework.residents.reference import ask
from app.core.holdings import Holding, Processing, Sought
from app.core.messages import FIRST_SERVICE
from app.core.permissions import Actor
from app.platform.office.queries import village_names
from app.room import Kept
from schema.database import Database

LABELS = {
    "nik": "NIK",
    "kk": "No. KK",
    "name": "Nama",
    "birth_place": "Tempat lahir",
    "birth_on": "Tanggal lahir",
    "sex": "Jenis kelamin",
    "street": "Alamat",
    "rt": "RT",
    "rw": "RW",
    "village": "Desa",
}


def find_holdings(db: Database, _actor: Actor, sought: Sought) -> list[Holding]:
    answer = ask(db, sought.number)
    if answer is None or answer.resident is None:
        return []
    resident = answer.resident
    said = {name: str(getattr(resident, name)) for name in LABELS}
    said |= {"sex": SEXES.get(resident.sex, ""), "village": village_names(db).get(resident.village, resident.village)}
    values = tuple((label, said[name]) for name, label in LABELS.items() if said[name])
    return [Holding("Acuan penduduk", "Daftar penduduk dari desa", values, sure=True)]


PROCESSING = (
    Processing(
        activity="Pembandingan formulir dengan acuan penduduk",
        subjects="Penduduk desa di wilayah kantor",
        data="NIK, nama, nomor KK, kelahiran, jenis kelamin, alamat",
        purpose="Menemukan salah ketik sebelum berkas dikirim",
        basis="Pasal 20 ayat (2) huruf e",
        service=FIRST_SERVICE,
        kept="Sampai diganti daftar baru atau dimusnahkan",
        protection="Tidak dapat dijelajahi; setiap pencarian tercatat; tidak ikut cadangan",
    ),
)


KEPT = Kept(find=find_holdings, processing=PROCESSING)
