"""What can go wrong in an exchange: a code, one Indonesian sentence, and whether trying again by itself can help.

This package stands on its own (it imports nothing of the office), so it keeps its own short catalogue.
`status` is the HTTP status that the centre answers with.
"""

from dataclasses import dataclass, field

import msgspec


class KnownProblem(msgspec.Struct, frozen=True):
    """One line of the catalogue; `{name}` parts of the sentence are filled when the problem is raised."""

    status: int
    sentence: str
    retry: bool = False


CATALOGUE: dict[str, KnownProblem] = {
    # a file or an answer that cannot be opened
    "not_loket": KnownProblem(
        415, "Dokumen ini bukan dokumen Loket. Pilih dokumen berakhiran .loket dari kantor atau pusat."
    ),
    "truncated": KnownProblem(
        400, "Dokumen kosong atau terpotong di awal. Salin ulang dari komputer asalnya.", retry=True
    ),
    "damaged": KnownProblem(
        400, "Dokumen rusak atau terpotong: isinya tidak utuh. Salin ulang dari komputer asalnya.", retry=True
    ),
    "wrong_recipient": KnownProblem(
        403, "Dokumen ini disegel untuk kantor lain dan tidak dapat dibuka di sini. Periksa apakah flashdisk tertukar."
    ),
    "sealed_on": KnownProblem(
        403,
        "Dokumen ini ditulis {sender} untuk {recipient}, lalu disegel ulang oleh pihak "
        "lain. Isinya tidak dipakai; beri tahu administrator pusat.",
    ),
    "value_sealed": KnownProblem(
        409,
        "Nilai ini disegel untuk kunci lain, jadi tidak dapat dibuka di sini. Minta pengirimnya mengirim lagi.",
    ),
    "stream_taken": KnownProblem(
        409,
        "Pihak ini meminta jalur {stream}, yang sudah milik {other}. Pendaftarannya tidak dipakai; beri tahu "
        "administrator kedua pihak.",
    ),
    "no_key_file": KnownProblem(
        404, "Di flashdisk ini tidak ada dokumen kunci yang dicari. Tulis dulu kuncinya di komputer pihak lain."
    ),
    "key_differs": KnownProblem(
        409,
        "Sidik jari yang diketik bukan milik kunci di flashdisk ini. Minta dibacakan lagi; bila tetap berbeda, jangan "
        "pakai flashdisk itu.",
    ),
    "no_village": KnownProblem(
        409, "Folder ini belum punya kunci desa. Buat dulu dengan python3 run.py village key, dengan kode desa."
    ),
    "village_other": KnownProblem(
        409, "Folder ini sudah milik desa {known}. Pakai folder lain dengan --data untuk desa {asked}."
    ),
    "not_trusted": KnownProblem(
        409,
        "Kunci kecamatan belum dipercaya di sini. Minta flashdisk dari kecamatan dan sidik jarinya lewat telepon, lalu "
        "python3 run.py village trust.",
    ),
    "no_list": KnownProblem(
        404, "Belum ada daftar dari kecamatan di folder ini. Baca dulu flashdisknya: python3 run.py village read."
    ),
    "older_list": KnownProblem(
        409, "Daftar di flashdisk ini lebih lama daripada yang sudah dibaca. Minta daftar baru dari kecamatan."
    ),
    "service_unknown": KnownProblem(
        404, "Layanan itu tidak ada di daftar dari kecamatan. Yang diterima dari desa: {known}."
    ),
    "too_many_typed": KnownProblem(
        409, "Sudah terlalu banyak draf menunggu di sini. Bawa dulu ke kecamatan, lalu baca daftar barunya."
    ),
    "draft_too_long": KnownProblem(
        413, "Isian draf ini terlalu panjang untuk dibawa. Pendekkan isian yang paling panjang, lalu simpan lagi."
    ),
    "village_file": KnownProblem(
        409, "Dokumen ini antara kecamatan dan desa. Baca di halaman Desa lewat flashdisk, bukan di sini."
    ),
    "village_sender": KnownProblem(
        403,
        "Dokumen ini tidak ditandatangani dengan kunci desa yang dicatat di sini. Isinya tidak dipakai; bila desa itu "
        "mengganti kuncinya, catat dulu kunci barunya.",
    ),
    "village_unknown": KnownProblem(
        403,
        "Kecamatan tidak mengenal komputer desa ini, atau salah satu kuncinya sudah diganti. Minta kode baru dari "
        "administrator kecamatan; yang sudah diketik tetap ada di sini.",
    ),
    "village_key_again": KnownProblem(
        409,
        "Kunci komputer desa ini sudah pernah dipakai; kode baru butuh kunci baru. Perbarui program di komputer desa, "
        "lalu ketik kodenya sekali lagi.",
    ),
    "village_unjoined": KnownProblem(
        409, "Desa ini belum terhubung lewat jaringan. Ketik dulu kode dari kecamatan, atau pakai flashdisk."
    ),
    "village_absent": KnownProblem(
        404, "Kecamatan ini tidak mempunyai desa dengan kode itu. Periksa 10 angka kode desanya, lalu ulangi."
    ),
    "village_network_off": KnownProblem(
        404,
        "Kecamatan tidak menjawab desa lewat jaringan. Pakai flashdisk, atau minta administratornya menyalakan.",
    ),
    "kecamatan_sender": KnownProblem(
        403,
        "Dokumen ini tidak ditandatangani dengan kunci kecamatan yang dipercaya di sini. Isinya tidak dipakai; bila "
        "kecamatan mengganti kuncinya, minta sidik jarinya dibacakan lagi.",
    ),
    "wrong_direction": KnownProblem(
        409,
        "Dokumen ini daftar untuk desa, atau draf dari desa, yang dibaca di sisi yang salah. Tidak ada yang dipakai.",
    ),
    "unknown_sender": KnownProblem(
        403, "Pengirim {sender} tidak dikenal di sini. Daftarkan kantor itu dengan kode pendaftaran."
    ),
    "wrong_signer": KnownProblem(
        403, "Dokumen ini tidak ditandatangani dengan kunci {sender} yang berlaku. Isinya tidak dipakai."
    ),
    "unknown_key": KnownProblem(
        403,
        "Dokumen ini ditandatangani kunci {sender} yang tidak dikenal di sini dan tidak diumumkan "
        "oleh kunci lamanya. Isinya tidak dipakai; tanyakan kepada {sender}. Bila kuncinya memang diganti tanpa "
        "pengumuman, minta kode pendaftaran baru.",
    ),
    "retired": KnownProblem(
        409,
        "Dokumen ini ditandatangani kunci lama {sender}, yang diganti pada {since}. Kunci lama hanya "
        "berlaku 30 hari untuk dokumen yang dibuat sebelum itu. Isinya belum diterima; minta {sender} menulis dokumen "
        "baru.",
    ),
    "wrong_signature": KnownProblem(
        403, "Tanda tangan dokumen dari {sender} tidak cocok: isinya berubah di jalan. Isinya tidak dipakai."
    ),
    "fenced": KnownProblem(
        409,
        "Komputer ini memakai kunci lama {sender} yang sudah diganti sejak {since}. "
        "Catatannya tetap ada di komputer itu dan belum diterima; minta kode pendaftaran baru dari pusat.",
    ),
    "too_big": KnownProblem(413, "Dokumen terlalu besar ({what}). Isinya tidak dibaca."),
    "bad_header": KnownProblem(
        400, "Kepala dokumen tidak dapat dibaca ({what}). Minta pengirim membuat ulang dokumennya."
    ),
    "newer_format": KnownProblem(
        422, "Dokumen ini memakai kemampuan yang belum ada di sini ({what}). Perbarui Loket, lalu baca lagi."
    ),
    "wrong_chain": KnownProblem(
        422, "Urutan catatan di dalam dokumen dari {sender} tidak cocok dengan kepalanya. Isinya tidak dipakai."
    ),
    "wrong_line": KnownProblem(422, "Catatan tidak dapat dimasukkan ke dokumen: {what}."),
    "foreign": KnownProblem(403, "Dokumen ini dari {sender}, bukan dari {expected}. Isinya tidak dipakai."),
    "enrolment": KnownProblem(422, "Ini dokumen pendaftaran, bukan dokumen catatan."),
    "stale_reply": KnownProblem(
        422, "Jawaban pendaftaran yang sudah lama, jadi dilewati. Dokumennya boleh dihapus dari flashdisk."
    ),
    "enrolment_reply": KnownProblem(422, "Ini jawaban pendaftaran, bukan dokumen catatan."),
    # streams
    "fork": KnownProblem(
        409,
        "Catatan {place} dari {sender} berbeda dengan yang sudah tersimpan di sini. Jalur ini "
        "dihentikan; administrator perlu memeriksanya.",
    ),
    "stopped": KnownProblem(
        409,
        "Jalur {place} dari {sender} sedang dihentikan karena ada dua catatan yang "
        "berbeda. Tunggu keputusan administrator.",
    ),
    "settled": KnownProblem(
        409,
        "Jalur {place} dari {sender} sudah diputuskan diteruskan oleh komputer lain. Catatan "
        "komputer ini tidak diambil dari sini; minta kode pendaftaran baru bila komputer ini yang dipakai.",
    ),
    "not_forked": KnownProblem(409, "Jalur itu tidak lagi menunggu keputusan. Muat ulang halaman."),
    "rewritten": KnownProblem(
        409,
        "Riwayat yang sudah diakui berubah di komputer ini. Simpan cadangan, lalu hubungi administrator pusat.",
    ),
    "gap": KnownProblem(
        409,
        "Dokumen ini mulai dari catatan {first}, padahal yang terakhir di sini {held}. Disimpan dulu; "
        "baca juga dokumen sebelumnya.",
    ),
    "gap_full": KnownProblem(
        409,
        "Dokumen ini mulai dari catatan {first}, padahal yang terakhir di sini {held}. Tempat dokumen "
        "yang menunggu sudah penuh, jadi tidak disimpan; baca dulu dokumen sebelumnya, lalu baca lagi yang ini.",
    ),
    "epoch_ahead": KnownProblem(
        403,
        "Dokumen dari {sender} memakai masa nomor {epoch}, padahal pendaftarannya baru "
        "sampai {known}. Minta kode pendaftaran baru.",
    ),
    "barred": KnownProblem(
        403,
        "Pusat memblokir kantor ini untuk sementara. Pekerjaan di loket jalan terus dan "
        "tidak ada catatan yang hilang; hubungi administrator pusat.",
    ),
    "wrong_proof": KnownProblem(
        403, "Tanda tangan kepala jalur dari {sender} tidak cocok dengan catatannya. Isinya tidak dipakai."
    ),
    "returned_open": KnownProblem(
        409,
        "{sender} mengembalikan catatan masa {epoch} komputer ini, padahal masa itu belum "
        "ditutup di sini. Isinya tidak dipakai. Bila komputer ini baru dipulihkan, minta kode pendaftaran baru.",
    ),
    "returned_unproved": KnownProblem(
        403,
        "{sender} mengembalikan catatan atas nama komputer ini tanpa tanda tangan komputer "
        "ini sendiri. Isinya tidak dipakai; laporkan kepada administrator.",
    ),
    "returned_key": KnownProblem(
        409,
        "Catatan yang dikembalikan ditandatangani kunci lama {signer} yang tidak tercatat di "
        "komputer ini. Isinya tidak dipakai. Di kantor: minta kode pendaftaran baru, jawabannya menyebut kunci lama "
        "itu. Di pusat: pulihkan cadangan yang dibuat sesudah kunci itu dipakai.",
    ),
    "epoch_full": KnownProblem(409, "Masa nomor kantor ini sudah habis atau tidak wajar. Hubungi administrator pusat."),
    "word_waits": KnownProblem(
        409,
        "Komputer ini menyatakan pihak lain pernah memiliki catatan yang tidak ada lagi di sana. Pengiriman dari sana "
        "menunggu keputusan administratornya; yang dikirim dari sini tetap diterima.",
        retry=True,
    ),
    "no_claim": KnownProblem(409, "Tidak ada lagi yang perlu diputuskan tentang pihak itu. Muat ulang halaman."),
    "claimed": KnownProblem(
        409,
        "{partner} menyatakan komputer ini pernah memiliki catatan yang di sini tidak ada, tanpa bukti tanda tangan "
        "komputer ini. Pengiriman ke {partner} menunggu keputusan administrator di halaman Pernyataan tanpa bukti; "
        "yang lain jalan terus.",
    ),
    "new_code": KnownProblem(
        409,
        "Komputer ini dipulihkan, disalin, atau mundur ke keadaan lama, jadi memakai masa nomor "
        "baru. Pekerjaan jalan terus, tetapi pengiriman menunggu: minta kode pendaftaran baru dari {partner}, "
        "lalu daftarkan lagi kantor ini.",
    ),
    "unasked": KnownProblem(
        422,
        "Dokumen dari {sender} memuat potongan foto atau pindaian yang tidak pernah diumumkan. Isinya tidak dipakai.",
    ),
    "stuck_piece": KnownProblem(
        409, "Potongan foto atau pindaian terkirim tetapi tetap diminta lagi. Coba lagi nanti.", retry=True
    ),
    "no_progress": KnownProblem(
        409,
        "Pusat tidak menerima lanjutan mulai nomor {n}. Coba lagi nanti; bila "
        "tetap begitu, hubungi administrator pusat.",
        retry=True,
    ),
    # carriers
    "offline": KnownProblem(
        503, "Pusat tidak terjangkau. Periksa kabel atau jaringan; data tetap aman di komputer ini.", retry=True
    ),
    "slow": KnownProblem(
        504, "Jaringan terlalu lambat: pusat tidak menjawab pada waktunya. Akan dicoba lagi.", retry=True
    ),
    "cut_answer": KnownProblem(
        502, "Jawaban pusat terputus di tengah jalan. Belum dihitung terkirim; akan dicoba lagi.", retry=True
    ),
    "taken": KnownProblem(
        409, "Dokumen ini sudah diterima pusat, tetapi jawabannya terputus. Akan ditanyakan lagi.", retry=True
    ),
    "refused": KnownProblem(502, "Pusat menolak permintaan (kode {status}). Hubungi administrator pusat."),
    "busy": KnownProblem(503, "Pusat sedang sibuk. Akan dicoba lagi.", retry=True),
    "failed": KnownProblem(500, "Pusat mengalami gangguan. Akan dicoba lagi.", retry=True),
    "wrong_centre": KnownProblem(
        502,
        "Jawaban tidak ditandatangani pusat yang terdaftar. Alamatnya mungkin "
        "salah; jangan lanjutkan, hubungi administrator.",
    ),
    "stick_missing": KnownProblem(404, "Folder {folder} tidak ditemukan. Pasang flashdisk, lalu ulangi.", retry=True),
    "stick_full": KnownProblem(507, "Flashdisk penuh. Kosongkan sebagian isinya atau pakai yang lain, lalu ulangi."),
    "stick_readonly": KnownProblem(
        403, "Flashdisk tidak dapat ditulisi. Geser tombol kuncinya atau pakai yang lain, lalu ulangi."
    ),
    "stick_pulled": KnownProblem(
        503, "Flashdisk tercabut sebelum selesai. Pasang lagi, lalu ulangi; yang sudah utuh tetap berlaku.", retry=True
    ),
    "no_file": KnownProblem(415, "Ini folder, pintasan, atau bukan dokumen biasa, jadi tidak dibuka."),
    "unreadable": KnownProblem(
        403, "Dokumen ini tidak boleh dibaca di komputer ini. Salin ulang dari komputer asalnya."
    ),
    "disk_full": KnownProblem(
        507,
        "Ruang simpan komputer penuh. Yang baru diterima belum disimpan dan belum "
        "diakui; kosongkan ruang, lalu ulangi.",
        retry=True,
    ),
    # requests to the centre
    "unsigned": KnownProblem(
        401,
        "Permintaan tidak dikenali pusat: kunci kantor ini atau kunci pusat sudah "
        "diganti tanpa pengumuman. Minta kode pendaftaran baru dari pusat.",
    ),
    "stale_request": KnownProblem(
        409, "Permintaan keadaan ini memakai waktu yang jauh dari jam pusat. Pertukaran jalan terus dengan dokumen."
    ),
    "ask_first": KnownProblem(
        409,
        "Catatan ini tidak menyambung yang ada di pusat. Keadaan pusat ditanyakan dulu, lalu dikirim lagi.",
        retry=True,
    ),
    "drip": KnownProblem(
        409,
        "Pihak lain memberi atau mengakui catatan sedikit demi sedikit. Pertukaran ini diakhiri; yang sudah masuk "
        "tetap berlaku. Akan dicoba lagi.",
        retry=True,
    ),
    "bad_request": KnownProblem(400, "Permintaan tidak dapat dibaca ({what})."),
    # enrolment
    "code_shape": KnownProblem(422, "Kode pendaftaran salah ketik. Periksa lagi huruf dan angkanya."),
    "code_unknown": KnownProblem(403, "Kode pendaftaran tidak dikenal. Minta kode baru dari administrator pusat."),
    "code_expired": KnownProblem(
        403, "Kode pendaftaran sudah lewat masa berlakunya ({until}). Minta kode baru dari administrator pusat."
    ),
    "code_used": KnownProblem(
        409,
        "Kode pendaftaran ini sudah dipakai komputer lain (kunci {signer}). Minta kode "
        "baru dan laporkan bila itu bukan komputer kantor ini.",
    ),
    "code_replaced": KnownProblem(
        403,
        "Kode pendaftaran ini sudah diganti kode yang lebih baru. Pakai kode yang terakhir "
        "dibuat, atau minta kode baru dari administrator pusat.",
    ),
    "code_office": KnownProblem(403, "Kode pendaftaran ini untuk kantor {office}, bukan untuk {sender}."),
    "code_centre": KnownProblem(
        403,
        "Kunci pusat tidak cocok dengan kode pendaftaran. Periksa kode dan "
        "alamatnya; jangan lanjutkan sebelum jelas. Bila pusat baru mengganti kuncinya, minta kode baru.",
    ),
    "no_centre_key": KnownProblem(
        409,
        "Di flashdisk ini tidak ada dokumen kunci pusat. Minta pusat menulisnya di halaman Flashdisk "
        "(Tulis kunci pusat), lalu colok lagi di sini.",
    ),
    "no_keys": KnownProblem(
        409,
        "Kunci komputer ini tidak ada. Pekerjaan di loket jalan terus. Minta kode pendaftaran baru "
        "dari pusat, lalu isi di halaman Sambungan.",
    ),
    "bad_keys": KnownProblem(
        500,
        "Dokumen kunci {file} rusak atau tidak lengkap. Pekerjaan di loket jalan terus. Minta kode "
        "pendaftaran baru dari pusat, lalu isi di halaman Sambungan.",
    ),
    "not_enrolled": KnownProblem(409, "Kantor ini belum terdaftar di pusat. Masukkan kode pendaftaran dulu."),
}


UNSAID = {
    "sender": "kantor ini",
    "recipient": "pusat",
    "expected": "kantor yang dituju",
    "office": "lain",
    "since": "beberapa waktu lalu",
    "until": "menurut pusat",
    "what": "menurut pusat",
    "place": "itu",
    "first": "berikutnya",
    "held": "lebih awal",
    "n": "berikutnya",
    "epoch": "yang lebih baru",
    "known": "yang lama",
    "asked": "lain",
    "signer": "lain",
    "file": "di pusat",
    "folder": "itu",
    "stream": "itu",
    "other": "pihak lain",
    "partner": "pusat",
    "status": "tidak diketahui",
}
"""Words of ours in the places that only the other side could fill, when it did not sign what it says."""


def unsigned_sentence(code: str) -> str:
    """The catalogue's own sentence of a code that somebody named without a signature: no word of theirs is in it."""
    return CATALOGUE[code].sentence.format_map(UNSAID)


class SyncError(Exception):
    """A failure that an officer can understand. `retry`: trying again by itself can help; `sender`: whose file it
    says it is."""

    def __init__(self, code: str, sentence: str = "", **details: object) -> None:
        known = CATALOGUE[code]
        self.code = code
        self.status = known.status
        self.retry = known.retry
        self.sender = str(details.get("sender", ""))
        self.sentence = sentence or known.sentence.format(**details)
        super().__init__(self.sentence)


class EnvelopeError(SyncError):
    """A file that is not to be used; it is kept aside, never deleted."""


class CarrierError(SyncError):
    """The network or the stick failed; nothing counts as sent."""


class Unreached(CarrierError):
    """No connection came about at all."""


def format_count(number: int) -> str:
    return f"{number:,}".replace(",", ".")


SUMMARY = {
    "sent": "{} catatan terkirim dan diakui {}.",
    "pieces": "{} potongan foto atau pindaian dibawa dalam pertukaran dengan {}.",
    "received": "{} catatan baru diterima dari {}.",
    "returned": "{} catatan milik sendiri yang hilang dikembalikan oleh {}.",
    "given_back": "{} catatan milik {} dikembalikan kepadanya.",
    "set_aside_there": "{} catatan disisihkan {}; alasannya ada di meja kerja.",
    "set_aside_here": "{} catatan dari {} disisihkan di sini dengan alasannya.",
}
"""What is said of each count of a report: how many, and the other side."""


@dataclass
class SyncReport:
    """`ok` is False when anything is left undone; `retry` says whether trying again by itself can help.

    `passed_over`: files on a stick that are for other offices.
    """

    sent: int = 0
    received: int = 0
    returned: int = 0
    given_back: int = 0
    pieces: int = 0
    set_aside_here: int = 0
    set_aside_there: int = 0
    files: int = 0
    names: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    problems: list[SyncError] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def retry(self) -> bool:
        return any(problem.retry for problem in self.problems)

    @property
    def code(self) -> str:
        if not self.problems:
            return ""
        return self.problems[0].code

    def fail(self, problem: SyncError) -> None:
        self.problems.append(problem)
        if problem.sentence not in self.sentences:
            self.sentences.append(problem.sentence)

    def leave_out(self) -> str:
        """Count the file that was just begun no more; its name."""
        self.files -= 1
        return self.names.pop()

    def summarise(self, other: str) -> None:
        counts = {name: getattr(self, name) for name in SUMMARY}
        lines = [SUMMARY[name].format(format_count(count), other) for name, count in counts.items() if count]
        if not lines and not self.sentences:
            lines = ["Tidak ada yang baru di kedua pihak."]
        self.sentences[:0] = lines
