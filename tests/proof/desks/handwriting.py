"""What an officer writes into a field: read off its label, its hint, its kind and its choices."""

import re
from datetime import date, timedelta
from random import Random

from app.core.codes import has_valid_check
from tests.platform.files.pictures import png
from tests.proof.desks.pages import Blank
from tests.world.cast import FIRST_PASSWORD, KRAI, MUNDER, PIN
from tests.world.citizens import Citizen, Citizens
from tests.world.portrait import portrait

SENTENCES = (
    "Sudah dicocokkan dengan aslinya di loket.",
    "Ditelepon dua kali, dijawab oleh keluarganya.",
    "Diperiksa bersama petugas lain pada hari yang sama.",
    "Tulisannya kurang jelas, diperbaiki menurut kartu keluarga.",
    "Disampaikan di ruang tunggu dan dicatat saat itu juga.",
)
WRONG = ("", "   ", "xx", "99-99-9999", "-5", "abc" * 30)
DAY = re.compile(r"tanggal|\bhari\b|sejak|batas|sampai|mulai|paling lambat|tenggat|tiba sebelum", re.IGNORECASE)
LATER = re.compile(r"batas|sampai|paling lambat|tenggat|jadwal|diundang|akan|berlaku", re.IGNORECASE)
NAMED = re.compile(r"\bNIK\b|\bPIN\b|telepon|\bkode\b|\bNIP\b", re.IGNORECASE)
ZONE = re.compile(r"zona waktu", re.IGNORECASE)
"""Both sides of a run live in one process, which has one wall clock: it stays as it was proposed."""
OPTIONAL = re.compile(r"boleh kosong|menyusul|bila ada|kosong:", re.IGNORECASE)
MEANT = {
    "pattern": re.compile(r"\bpola\b", re.IGNORECASE),
    "nik": re.compile(r"\bNIK\b"),
    "nip": re.compile(r"^NIP\b"),
    "username": re.compile(r"nama pengguna", re.IGNORECASE),
    "mail": re.compile(r"surel\b(?! atau)|telepon atau surel", re.IGNORECASE),
    "postcode": re.compile(r"kode pos", re.IGNORECASE),
    "intake": re.compile(r"angkatan", re.IGNORECASE),
    "pin": re.compile(r"\bPIN\b"),
    "code": re.compile(r"\bkode\b", re.IGNORECASE),
    "looked_for": re.compile(r"\b(cari|nomor berkas|nomor pengaduan)\b", re.IGNORECASE),
    "hour": re.compile(r"\bjam\b|pukul", re.IGNORECASE),
    "count": re.compile(r"jumlah|banyak|berapa|nilai|sampel|menit|tahun|bobot|target|hitung", re.IGNORECASE),
    "phone": re.compile(r"telepon|\bHP\b|nomor wa", re.IGNORECASE),
    "name": re.compile(r"\bnama|^petugas|\borang\b", re.IGNORECASE),
    "number": re.compile(r"nomor|\bseri\b", re.IGNORECASE),
}
"""What a label asks for, the first one that fits."""
CODE = re.compile(r"(?<![-\w])[0-9A-Z]{4}-[0-9A-Z]{4}(?![-\w])")
"""How a slip shows its code."""
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
File = tuple[str, bytes]


class Handwriting:
    """Values for fields, the same ones for the same seed. `numbers` are those that were read on pages."""

    def __init__(self, chance: Random, prefix: int, slips: list[str] | None = None) -> None:
        self.chance = chance
        self.slips = [] if slips is None else slips
        """Codes that stood on papers and pages, of everybody: a citizen comes back with his slip."""
        self.served: dict[str, Citizen] = {}
        """Address of a form that is filled in several steps → whom it is about."""
        self.citizens = Citizens(chance, [MUNDER, KRAI])
        self.citizens.drawn = prefix
        self.citizen: Citizen | None = None
        self.numbers: list[str] = []
        self.pictures = 0

    def begin_form(self, today: date, place: str = "") -> None:
        """Another form is another person's; a form with a number of its own stays with the one who began it."""
        drawn = self.citizens.draw(today, ages=self.chance.choice(((17, 18), (19, 60))))
        self.citizen = self.served.setdefault(place, drawn) if re.search(r"\d", place) else drawn

    def note_codes(self, text: str) -> None:
        """Remember the codes of a text."""
        self.slips += [code for code in CODE.findall(text)[:5] if has_valid_check(code.replace("-", ""))]
        del self.slips[:-60]

    def write(self, blank: Blank, today: date, wrongly: bool) -> list[str]:
        """What is written into a field or chosen in it; nothing for a field that stays empty."""
        if blank.by == "fixed":
            return blank.values
        if blank.by in ("choice", "radio", "tick"):
            return self.choose(blank, wrongly)
        if wrongly:
            return [self.chance.choice(WRONG)[: blank.most or None]]
        standing = blank.values[0] if blank.values else ""
        if standing and not blank.wrong and self.chance.random() < 0.9:
            return [standing]
        if OPTIONAL.search(blank.hint) and self.chance.random() < 0.6:
            return [""]
        text = self.think_of(blank, today)
        return [text[: blank.most or None]]

    def choose(self, blank: Blank, wrongly: bool) -> list[str]:
        """Some of the choices: what is proposed often stays."""
        values = [value for value, _ in blank.choices]
        if ZONE.search(blank.label):
            return blank.values
        if blank.by == "tick":
            part = 0.1 if wrongly else self.chance.choice((0.3, 0.7, 1.0))
            return [value for value in values if self.chance.random() < part]
        filled = [value for value in values if value]
        known = self.citizen.fields().get(blank.name) if self.citizen else None
        if known in filled and not wrongly:
            return [known]
        if wrongly and self.chance.random() < 0.4:
            return [] if blank.by == "radio" else [""]
        if blank.values and blank.values[0] and self.chance.random() < 0.4:
            return blank.values
        return [self.chance.choice(filled)] if filled else blank.values

    def think_of(self, blank: Blank, today: date) -> str:
        """A text that fits name, label and hint of a field."""
        citizen = self.citizen or self.citizens.draw(today, ages=(20, 40))
        known = citizen.fields().get(blank.name)
        if known is not None:
            return known
        if self.is_day(blank):
            return self.some_day(blank, today)
        if blank.keyboard in ("numeric", "decimal") and not NAMED.search(f"{blank.label} {blank.name}"):
            return self.count()
        label = f"{blank.label} {blank.hint}"
        meant = next((what for what, pattern in MEANT.items() if pattern.search(label)), "")
        texts = {
            "nik": lambda: citizen.nik,
            "nip": lambda: f"{citizen.birth_on:%Y%m%d}201001{1 if citizen.sex == 'male' else 2}000",
            "username": lambda: f"petugas{self.chance.randrange(1000, 9999)}",
            "mail": lambda: "kantor@contoh.example",
            "postcode": lambda: "67382",
            "intake": lambda: str(today.year),
            "looked_for": self.some_number,
            "code": self.some_code,
            "pin": lambda: PIN,
            "hour": lambda: self.chance.choice(("09.00", "10.30", "08.15")),
            "count": self.count,
            "phone": lambda: f"0810{self.chance.randrange(10**8):08d}",
            "name": lambda: self.citizens.name(self.chance.choice(("male", "female"))),
            "pattern": lambda: "{n:04}/UJI/{year}",
            "number": lambda: f"{self.chance.randrange(1000, 99999)}/UJI/{today.year}",
        }
        return texts[meant]() if meant else self.chance.choice(SENTENCES)

    def is_day(self, blank: Blank) -> bool:
        """Whether a day is asked for."""
        return blank.name.endswith("_on") or blank.name in ("on", "day") or bool(DAY.search(blank.label))

    def count(self) -> str:
        """A number of things."""
        return str(self.chance.choice((1, 1, 2, 3, 5, 10, 40, 100)))

    def some_day(self, blank: Blank, today: date) -> str:
        """A day that fits: a limit lies ahead, anything else is today or just past."""
        if "lahir" in blank.label.lower():
            return "17081990"
        ahead = bool(LATER.search(f"{blank.label} {blank.hint}"))
        days = self.chance.choice((1, 3, 7, 14)) if ahead else self.chance.choice((0, 0, 0, -1, -3))
        return f"{today + timedelta(days=days):%d%m%Y}"

    def some_number(self) -> str:
        """A number that stood on a page, or a name."""
        if self.numbers and self.chance.random() < 0.8:
            return self.chance.choice(self.numbers)
        return self.citizens.name("male")

    def some_code(self) -> str:
        """The code of a slip."""
        return self.chance.choice(self.slips) if self.slips else self.some_number()

    def secret(self, blank: Blank, password: str, wrongly: bool) -> str:
        """A PIN or password as the label asks for it."""
        if wrongly and self.chance.random() < 0.3:
            return "111222"
        if "pin" in blank.name.lower() or "PIN" in blank.label or blank.keyboard == "numeric":
            return PIN
        if re.search(r"sementara|pertama", blank.label, re.IGNORECASE):
            return FIRST_PASSWORD
        return password

    def file(self, blank: Blank, today: date) -> File:
        """A small document of a kind that such a field takes."""
        self.pictures += 1
        label = f"{blank.label} {blank.hint}".lower()
        if "foto" in label:
            return f"foto-{self.pictures}.png", portrait(self.pictures + 700_000)
        if "xlsx" in label or "csv" in label:
            return "daftar.csv", b"NAMA,NOMOR\nContoh,1\n"
        if "toml" in label:
            return "layanan.toml", b"format = 2\n"
        picks: tuple[File, ...] = (
            (f"pindaian-{self.pictures}.png", png(colour=self.pictures % 250)),
            ("surat.pdf", PDF),
        )
        return self.chance.choice(picks)
