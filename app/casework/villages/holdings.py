"""What villages were told of a person, and what the register of processing says of their lists."""

from app.casework.desk.holdings import held_of_cases
from app.casework.desk.tables import CaseOriginal
from app.casework.villages.tables import VillageTold
from app.core.holdings import Holding, Processing, Sought
from app.core.messages import FIRST_SERVICE
from app.core.permissions import Actor
from app.platform.office.queries import village_names
from app.room import Kept
from schema.database import Database

PROCESSING = (
    Processing(
        activity="Daftar keadaan berkas untuk desa, lewat flashdisk tersegel",
        subjects="Pemohon dari desa yang kuncinya dicatat",
        data="Nomor berkas, nama, layanan, keadaan, tanggal janji, persyaratan yang kurang; tanpa NIK",
        purpose="Desa menjawab warganya tanpa jaringan",
        basis="Pasal 20 ayat (2) huruf e",
        service=FIRST_SERVICE,
        kept="Di komputer desa: daftar sampai yang berikutnya dibaca, draf yang menjadi berkas 35 hari. Di kantor ini: "
        "dokumen desa yang ditahan, tersegel, sampai diputuskan",
        protection="Disegel untuk kunci desa itu saja; setiap daftar tercatat dengan berkas yang disebutnya",
    ),
    Processing(
        activity="Isian asli dari desa, diteruskan tersegel kepada mitra layanan",
        subjects="Pemohon yang formulirnya diketik di desa",
        data="Isian formulir seperti diketik di desa; kantor ini tidak dapat membukanya",
        purpose="Mitra melihat apa yang berubah sejak diketik",
        basis="Pasal 20 ayat (2) huruf e",
        service=FIRST_SERVICE,
        kept="Selama berkasnya, dimusnahkan bersama berkasnya",
        protection="Disegel untuk kunci mitra saja, ditandatangani dengan kunci desa",
    ),
)


def find_holdings(db: Database, _actor: Actor, sought: Sought) -> list[Holding]:
    """The cases of a person of which a village was told in some list, or of which one sealed what was typed."""
    names = village_names(db)
    told = list[Holding]()
    for case, sure in held_of_cases(db, sought):
        villages = [
            names.get(row.village, row.village) for row in VillageTold.rows(db, case_id=case.id, order="village")
        ]
        if villages:
            words = ("Keadaannya diberitahukan kepada desa", ", ".join(villages))
            told.append(Holding("Daftar untuk desa", f"Berkas {case.number}", (words,), sure, f"case/{case.id}"))
        if CaseOriginal.first(db, case_id=case.id) is not None:
            words = ("Isian seperti diketik di desa", "tersegel untuk mitra; tidak dapat dibuka di sini")
            told.append(Holding("Isian asli dari desa", f"Berkas {case.number}", (words,), sure, f"case/{case.id}"))
    return told


KEPT = Kept(find=find_holdings, processing=PROCESSING)
