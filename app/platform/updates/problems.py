"""Why a release is not taken: one sentence each, which says what to do."""

from app.core.problems import Problem

SENTENCES = {
    "none": "Di {place} tidak ada dokumen rilis Loket (berakhiran {ending}). Periksa flashdisk atau nama dokumennya.",
    "unreadable": "{name} tidak dapat dibaca. Salin ulang dari sumbernya, lalu coba lagi.",
    "not_release": "{name} bukan dokumen rilis Loket, atau salinannya terpotong. Salin ulang dari sumbernya.",
    "too_large": "{name} lebih besar daripada yang boleh ada dalam sebuah rilis. Dokumen ini tidak dipakai.",
    "strange_name": "{name} memuat nama dokumen yang tidak boleh ada dalam sebuah rilis. Dokumen ini tidak dipakai.",
    "damaged": "Isi {name} tidak sama dengan daftarnya: rusak atau diubah orang. Salin ulang dari sumbernya.",
    "unsigned": "{name} tidak bertanda tangan pengelola Loket. Dokumen ini tidak dipakai.",
    "foreign": "{name} ditandatangani kunci yang tidak dikenal program ini. Dokumen ini tidak dipakai; tanyakan "
    "kepada yang memberikannya.",
    "not_endorsed": "{name} baru bertanda tangan pengelola. Minta dokumen pengesahannya (berakhiran {ending}) dan "
    "taruh di folder yang sama.",
    "same": "Loket {version} sudah berjalan di komputer ini. Tidak ada yang perlu diperbarui.",
    "older": "{name} memuat Loket {version}, lebih lama daripada yang berjalan di sini ({own}). Versi "
    "hanya boleh naik.",
    "too_far": "Loket {version} tidak dapat menggantikan versi {own} langsung. Perbarui dulu ke Loket {oldest}.",
}


def release_problem(code: str, **parts: object) -> Problem:
    """A problem with a release, with its sentence."""
    return Problem(f"release_{code}", 422, SENTENCES[code].format(**parts))
