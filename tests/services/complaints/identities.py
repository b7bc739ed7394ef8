"""Identities that must not be readable in a masked text: made by combination, half of every part is kept for measuring.

Every class has sentences and values. Those at even places belong to the working half, those at odd places to the
holdout, so that neither a sentence nor a value of the one is seen in the other. All people and numbers are invented.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple


class Planted(NamedTuple):
    """A sentence with an identity; none of `secrets` (words or digits) may be left in the masked text."""

    kind: str
    text: str
    secrets: tuple[str, ...]


NAMES = (
    "Ngatini",
    "Misnan",
    "Sukirman",
    "Paijem",
    "Legimin",
    "Wagirah",
    "Tumijan",
    "Poniyem",
    "Jumadi",
    "Rukmini",
    "Satimah",
    "Bejo Santoso",
    "Kasiyati",
    "Mulyadi",
    "Nurhayati",
    "Zainul Arifin",
    "Siti Aminah",
    "Abdul Rozaq",
    "Dwi Lestari",
    "Muhammad Ilham",
    "Eko Prasetyo",
    "Fitriani",
    "Wahyu Hidayat",
    "Rina Marlina",
    "Agus Salim",
    "Dewi Sartika",
    "Bambang Irawan",
    "Khoirul Anam",
    "Yuliana",
    "Ferdiansyah",
    "Sri Wahyuni",
    "Hendra Gunawan",
    "Maimunah",
    "Rohmatullah",
    "Tukiyem",
    "Sanusi",
    "Endang Susilowati",
    "Joko Purnomo",
    "Ratna Sari",
    "Ahmad Fauzi",
    "Marsudi",
    "Hosnan",
    "Buati",
    "Nasrulloh",
    "Ponijan",
    "Halimatus",
    "Kusnadi",
    "Lilik Handayani",
    "Samsul",
    "Yatemi",
    "Gito",
    "Miskah",
    "Wiwin",
    "Rofiq",
    "Painten",
    "Darmaji",
    "Munawaroh",
    "Tohir",
    "Suliha",
    "Kliwon Hadi",
)
RELATIONS = (
    "istri saya {0} belum dapat KTP",
    "anak saya {0} disuruh kembali besok",
    "KTP suami saya {0} salah cetak",
    "berkas ibu saya {0} hilang di loket",
    "adik saya {0} menunggu sejak pagi",
    "saya mengantar tetangga saya {0} kemarin",
    "mertua saya {0} tidak dilayani",
    "keponakan saya {0} sudah rekam",
    "kakak saya, {0}, ditolak petugas",
    "KK bapak saya {0} tidak diproses",
    "cucu saya {0} belum punya akta",
    "nenek saya {0} harus antre berdiri",
    "menantu saya {0} pindah dari desa lain",
    "paman saya {0} dimintai uang",
    "sepupu saya {0} juga mengeluh",
    "almarhum ayah saya {0} masih tercatat",
    "istriku {0} dibentak di loket dua",
    "anaknya {0} belum terdaftar",
)
TITLES = (
    "Pak {0} minta uang rokok",
    "bu {0} di loket dua tidak ramah",
    "saya dilayani Mbak {0} dengan kasar",
    "mas {0} menyuruh saya pulang",
    "tanya ke H. {0} tidak dijawab",
    "Hj. {0} didahulukan tanpa antre",
    "Ustadz {0} juga menunggu lama",
    "Sdr. {0} menjanjikan selesai dua hari",
    "Sdri. {0} tidak ada di meja",
    "kata cak {0} harus bayar",
    "Kang {0} jadi calo di parkiran",
    "Gus {0} dipanggil lebih dulu",
    "petugas {0} marah marah",
    "oknum bernama {0} minta imbalan",
    "Bapak    {0} tidak di tempat",
    "ibu {0} bagian perekaman pulang jam satu",
    "modin {0} yang membawa berkasnya",
    "Pak RT {0} menahan surat saya",
)
NAMED = (
    "KTP a.n. {0} belum jadi",
    "berkas atas nama {0} tidak ketemu",
    "nama saya {0} dari desa sebelah",
    "an. {0} sudah tiga minggu",
    "Nama: {0}",
    "pemohon bernama {0} ditolak",
    "nama lengkap {0} salah satu huruf",
    "KK a/n {0} hilang",
    "tertulis {0} padahal salah",
    "di kartu nama {0} kurang satu huruf",
    "saya {0} warga kecamatan ini",
    "perkenalkan saya {0} ingin bertanya",
    "Hormat saya, {0}",
    "ttd {0}",
    "Terima kasih.\n{0}",
    "pelapor: {0}",
    "dari: {0}",
    "{0} bin Karto sudah rekam bulan lalu",
)
CAPITALS = (
    "KTP {0} belum dicetak sampai sekarang",
    "berkas {0} ditaruh di mana",
    "a.n. {0} mohon dipercepat",
    "sudah dipanggil {0} tapi tidak ada",
    "KK {0} salah alamat",
    "MOHON DIPROSES KTP SAUDARA {0} SUDAH LAMA",
    "nama {0} tidak terbaca",
    "ISTRI SAYA {0} BELUM DAPAT KARTU",
    "KARTU MILIK {0} RUSAK",
    "tolong cek data {0} di komputer",
)
ADDRESSES = (
    ("jalan merdeka nomor 12", ("merdeka", "12")),
    ("Jl. Melati No. 7", ("melati", "7")),
    ("jln diponegoro 45", ("diponegoro", "45")),
    ("Jalan Ahmad Yani No 3A", ("yani", "3a")),
    ("gang mawar 5", ("mawar", "5")),
    ("Gg. Kenanga II/9", ("kenanga",)),
    ("dusun tulusrejo", ("tulusrejo",)),
    ("Dusun Krajan Barat", ("krajan",)),
    ("dsn. sumberwuluh", ("sumberwuluh",)),
    ("Dukuh Kebonan", ("kebonan",)),
    ("RT 03 RW 01", ("03", "01")),
    ("rt.3/rw.1", ("3", "1")),
    ("rt tiga rw dua", ("tiga", "dua")),
    ("RT/RW 003/001", ("003", "001")),
    ("rt03rw02", ("03", "02")),
    ("R.T. 04 R.W. 05", ("04", "05")),
    ("perum griya asri blok C 12", ("asri", "12")),
    ("Perumahan Bumi Permai Blok D/4", ("permai",)),
    ("rumah nomor 14", ("14",)),
    ("rumah no. 27", ("27",)),
    ("jalan raya timur nomor 88", ("88",)),
    ("jl pb sudirman no 21", ("sudirman", "21")),
    ("JALAN SLAMET RIYADI 10", ("riyadi", "10")),
    ("Jl.Veteran 2", ("veteran",)),
)
AT_HOME = (
    "saya tinggal di {0}",
    "rumah saya {0} dekat pasar",
    "alamat {0} salah di KK",
    "kirim ke {0} saja",
    "petugas datang ke {0} kemarin",
    "alamat saya: {0}",
)
SPOKEN = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨"
SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda n: n,
    lambda n: " ".join(n[i : i + 4] for i in range(0, len(n), 4)),
    lambda n: " ".join(SPOKEN[int(one)] for one in n),
    lambda n: n.replace("0", "O"),
    lambda n: "-".join(n[i : i + 6] for i in range(0, len(n), 6)),
    " ".join,
    lambda n: "".join(CIRCLED[int(one)] for one in n),
    lambda n: "".join(chr(0xFF10 + int(one)) for one in n),
    lambda n: ".".join(n[i : i + 2] for i in range(0, len(n), 2)),
    lambda n: "    ".join(n[i : i + 4] for i in range(0, len(n), 4)),
    lambda n: ", ".join(SPOKEN[int(one)] for one in n),
    lambda n: n.replace("0", "o").replace("1", "l"),
    lambda n: "".join(f"{one}\ufe0f\u20e3" for one in n),
    lambda n: "".join(SPOKEN[int(one)] for one in n),
    lambda n: "".join(chr(0x0660 + int(one)) for one in n),
    lambda n: "_".join(n[i : i + 4] for i in range(0, len(n), 4)),
    lambda n: " ".join("kosong" if one == "0" else SPOKEN[int(one)] for one in n),
    "\u200b".join,
)
WITH_NIK = (
    "NIK saya {0} tidak terdaftar",
    "nomor KK {0} salah",
    "KTP dengan nik: {0} belum jadi",
    "({0}) itu nomor saya",
    "tolong cek {0}",
    "nomornya {0}, sudah saya catat",
)
PHONES = (
    "081234567890",
    "0812-3456-7890",
    "+62 812 3456 7890",
    "0334 390555",
    "(0334) 881234",
    "O8123456789O",
    "62-813-5555-0101",
    "0 8 5 7 3 3 4 4 5 5 6 6",
    "nol delapan satu dua tiga empat lima enam tujuh delapan",
    "08I234567890",
    "0877.1122.3344",
    "０８１２３４５６７８９０",
)
WITH_PHONE = (
    "hubungi {0}",
    "WA saya {0} kalau sudah jadi",
    "hp {0}",
    "telepon saya di {0} ya",
    "nomor {0} tidak pernah dibalas",
    "kontak: {0}",
)
PLATES = (
    "N 1234 ABC",
    "n 4321 xy",
    "P1234QA",
    "L-8899-BB",
    "AG 12 KL",
    "b 777 zza",
    "DK 5678 FX",
    "w1122ny",
    "N 5 Z",
    "AE 9012 SD",
)
WITH_PLATE = (
    "motor {0} parkir di depan loket",
    "mobil dinas {0} menghalangi jalan",
    "calo naik {0}",
    "plat {0}",
    "nopol {0} milik petugas",
)
BIRTHS = (
    ("lahir 17-08-1990", ("17-08-1990", "1990")),
    ("lahir di Lumajang, 3 Mei 1987", ("lumajang", "1987")),
    ("tanggal lahir saya 01/02/1975", ("01/02/1975", "1975")),
    ("TTL: Jember, 12 Desember 2001", ("jember", "2001")),
    ("kelahiran tahun 1964", ("1964",)),
    ("tgl lahir 5.6.1999", ("1999",)),
    ("lahir tanggal 9 Juli 2012", ("juli", "2012")),
    ("tempat lahir Probolinggo", ("probolinggo",)),
    ("ttl malang 04-04-1980", ("malang", "1980")),
    ("lahirnya 30 sept 1958", ("1958",)),
    ("born 12/12/1995", ("1995",)),
    ("lahir 1971-03-21 di Surabaya", ("1971", "surabaya")),
    ("saya lahir tujuh belas agustus 1990", ("1990",)),
    ("usia menurut KK 21-11-1949", ("1949",)),
)
WITH_BIRTH = (
    "data saya {0} tertulis salah",
    "di KTP {0} keliru",
    "{0} tidak sesuai akta",
    "anak itu {0} ditolak",
    "saya {0} minta dibetulkan",
)
CODES = (
    "0734/KTP/2026",
    "4K7M-Q2XA-B1C",
    "4k7m-q2xa-b1c",
    "0012/ktp/2026",
    "7h2n 9k4p 3xd",
    "012/ADUAN/2026",
    "0398 / KTP / 2026",
    "4K7MQ2XAB1C",
    "0734-KTP-2026",
    "8m3q2w7r5t9",
    "15/KTP/XI/2026",
    "2B9D 6F1G H4J",
)
WITH_CODE = (
    "berkas {0} belum jadi",
    "kode slip {0}",
    "nomor permohonan {0} tidak ada kabar",
    "saya pegang tanda terima {0}",
    "kode saya {0} ditolak",
)
MAILS = (
    "budi.santoso@contoh.co.id",
    "x at gmail dot com",
    "ngatini88 (at) yahoo [dot] com",
    "misnan＠contoh.id",
    "rina_m @ gmail . com",
    "paijo at outlook.com",
    "siti AT GMAIL DOT COM",
    "wahyu[at]contoh[titik]id",
    "kasim et gmail titik com",
    "e.ko+1@surel.id",
)
WITH_MAIL = ("surel saya {0}", "kirim ke {0}", "email: {0}", "balas ke {0} saja")
ACCOUNTS = (
    ("IG @ngatini_88", ("ngatini_88",)),
    ("t.me/misnan77", ("misnan77",)),
    ("fb: Paijo Ganteng", ("paijo",)),
    ("instagram saya rina.marlina", ("marlina",)),
    ("wa.me/6281234567890", ("6281234567890",)),
    ("tiktok: @siti.aminah", ("aminah",)),
    ("facebook.com/kusnadi", ("kusnadi",)),
    ("akun fb Wiwin Cantik", ("wiwin",)),
    ("https://contoh.id/samsul", ("samsul",)),
    ("telegram saya gito_jaya", ("gito_jaya",)),
    ("www.tokobejo.com", ("tokobejo",)),
    ("ig saya hosnan99", ("hosnan99",)),
    ("twitter @rofiq", ("rofiq",)),
    ("linktr.ee/painten", ("painten",)),
)
WITH_ACCOUNT = ("sudah saya tulis di {0} juga", "lihat {0}", "hubungi {0} kalau perlu", "buktinya ada di {0}")
BANKS = (
    "rekening BRI 6543-01-012345-53-1",
    "no rek 123456",
    "rek. Mandiri 1440012345678",
    "transfer ke BCA 0987654",
    "rekening bank jatim 0041234567",
    "norek 55512",
    "rekening saya nomor 778899",
    "dana 081234567891",
    "bri 6543 0101 2345 531",
    "gopay 0857 3344 5566",
)
WITH_BANK = ("disuruh kirim uang ke {0}", "minta transfer lewat {0}", "bayarnya ke {0}", "buktinya {0}")
NIPS = (
    "198501012010011001",
    "19850101 201001 1 001",
    "1985.0101.2010.011.001",
    "NIP. 19790312 200604 2 013",
    "nip 19901212-201503-1-002",
    "197O0101 199003 1 00l",
)
WITH_NIP = ("petugas dengan NIP {0}", "pegawai {0} itu kasar", "laporkan {0}", "nip-nya {0}")
ALIKE = {
    "a": "а",
    "e": "е",
    "o": "о",
    "p": "р",
    "c": "с",
    "i": "і",
    "s": "ѕ",
    "A": "А",
    "B": "В",
    "K": "К",
    "M": "М",
    "T": "Т",
    "N": "Ν",
    "S": "Ѕ",
    "R": "R",
    "y": "у",
    "x": "х",
}
DISGUISES: tuple[Callable[[str], str], ...] = (
    lambda text: "".join(ALIKE.get(one, one) for one in text),
    lambda text: "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text),
    lambda text: text[0] + "\u200b" + text[1:],
    lambda text: "".join(f"{one}\u0332" for one in text),
    lambda text: text[:2] + "\u3164" + text[2:],
    lambda text: text.replace("i", "і", 1).replace("a", "а", 1),
)


def half(values: Sequence[object], holdout: bool) -> list[object]:
    """Every second value."""
    return list(values[1 if holdout else 0 :: 2])


def pick(chance: random.Random, values: Sequence[object], holdout: bool, count: int) -> list[object]:
    """`count` values of one half, each as often as any other, in a random order."""
    own = half(values, holdout)
    many = own * (count // len(own) + 1)
    chance.shuffle(own)
    return (own + many)[:count]


def parts(text: str) -> tuple[str, ...]:
    """The words of a name."""
    return tuple(text.split())


def number(chance: random.Random) -> str:
    """A NIK that does not exist."""
    day, month, year = chance.randint(1, 31), chance.randint(1, 12), chance.randint(50, 99)
    return f"350899{day:02}{month:02}{year}{chance.randint(1, 99):04}"


def digits(text: str) -> tuple[str, ...]:
    """Marks of a number that a reader would recognise: its last eight letters as they are written."""
    return (text[-8:].strip(),)


PLAIN: tuple[tuple[str, Sequence[str], Sequence[str], int, Callable[[str], tuple[str, ...]]], ...] = (
    ("relation", RELATIONS, NAMES, 17, parts),
    ("title", TITLES, NAMES, 17, parts),
    ("named", NAMED, NAMES, 17, parts),
    ("capitals", CAPITALS, [one.upper() for one in NAMES], 10, parts),
    ("small name", [*NAMED[:6], *TITLES[:6], *RELATIONS[:6]], [one.lower() for one in NAMES], 9, parts),
    ("phone", WITH_PHONE, PHONES, 10, digits),
    ("plate", WITH_PLATE, PLATES, 7, digits),
    ("code", WITH_CODE, CODES, 8, digits),
    ("mail", WITH_MAIL, MAILS, 6, digits),
    ("bank", WITH_BANK, BANKS, 5, digits),
    ("nip", WITH_NIP, NIPS, 3, digits),
)
SHOWN: tuple[tuple[str, Sequence[str], Sequence[tuple[str, tuple[str, ...]]], int], ...] = (
    ("address", AT_HOME, ADDRESSES, 12),
    ("birth", WITH_BIRTH, BIRTHS, 7),
    ("account", WITH_ACCOUNT, ACCOUNTS, 7),
)


def planted(*, holdout: bool, seed: int = 1) -> list[Planted]:
    """One half of the list: 150 identities."""
    return list(made(random.Random(f"{seed}-{holdout}"), holdout))


def made(chance: random.Random, holdout: bool) -> Iterator[Planted]:
    """The identities of one half, class by class."""
    for kind, sentences, values, count, secrets in PLAIN:
        for sentence, value in both(chance, sentences, values, holdout, count):
            yield Planted(kind, str(sentence).format(value), secrets(str(value)))
    for kind, sentences, pairs, count in SHOWN:
        for sentence, (value, hidden) in both(chance, sentences, pairs, holdout, count):
            yield Planted(kind, str(sentence).format(value), hidden)
    for spelling, sentence in both(chance, SPELLINGS, WITH_NIK, holdout, 9):
        written = spelling(number(chance))
        yield Planted("nik", str(sentence).format(written), digits(written))
    for disguise, name in both(chance, DISGUISES, NAMES, holdout, 6):
        hidden = disguise(str(name))
        sentence = half(TITLES, holdout)[chance.randrange(6)]
        yield Planted("look-alike", str(sentence).format(hidden), (*parts(hidden), *parts(str(name))))


def both(
    chance: random.Random, first: Sequence[object], second: Sequence[object], holdout: bool, count: int
) -> Iterator[tuple[object, object]]:
    """Pairs of one half of both."""
    return zip(pick(chance, first, holdout, count), pick(chance, second, holdout, count), strict=True)
