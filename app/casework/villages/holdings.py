"""What the register of processing says of the lists that villages take away on a flashdisk."""

from app.core.holdings import Processing
from app.core.messages import FIRST_SERVICE
from app.room import Kept

PROCESSING = (
    Processing(
        activity="Daftar keadaan berkas untuk desa, lewat flashdisk tersegel",
        subjects="Pemohon dari desa yang kuncinya dicatat",
        data="Nomor berkas, nama, layanan, keadaan, tanggal janji, persyaratan yang kurang; tanpa NIK",
        purpose="Desa menjawab warganya tanpa jaringan",
        basis="Pasal 20 ayat (2) huruf e",
        service=FIRST_SERVICE,
        kept="Di komputer desa: daftar sampai yang berikutnya dibaca, draf yang menjadi berkas 35 hari",
        protection="Disegel untuk kunci desa itu saja; setiap daftar tercatat dengan berkas yang disebutnya",
    ),
)
KEPT = Kept(processing=PROCESSING)
