"""What to say of a PC's clock that jumped, and what to do about it. Pure: the verdict comes from the road."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.core.dates import long_moment

GOES_ON = (
    "Pekerjaan boleh diteruskan dan tidak ada isian yang hilang, tetapi setiap tanggal baru belum pasti."
)
BATTERY = "Bila jamnya kembali ke tahun lama setiap komputer dinyalakan, ganti baterai CMOS-nya."


def title(verdict: str, differs: bool) -> str:
    """The headline; `verdict` is `behind` or `unsure`, `differs` when the centre's time says so."""
    if differs:
        return "Jam komputer ini salah menurut pusat cetak"
    return "Jam komputer ini mundur" if verdict == "behind" else "Jam komputer ini perlu dipastikan"


def facts(now: datetime, last: datetime | None, told: datetime | None, here: datetime | None) -> str:
    """What was compared: the centre's time when it answered (`told`, when this PC said `here`), or the last entry."""
    if told and here:
        return (f"Saat di sini {long_moment(here)}, di pusat cetak {long_moment(told)}: "
                f"selisih {span(here - told)}.")  # fmt: skip
    since = f", sedangkan waktu terakhir yang dapat dipercaya {long_moment(last)}" if last else ""
    return f"Komputer menunjuk {long_moment(now)}{since}."


def advice(verdict: str, differs: bool) -> str:
    """What to do."""
    right = "Betulkan tanggal dan jam komputer" + (
        ", lalu bertukar lagi dengan pusat cetak." if differs else "."
    )
    if verdict == "behind":
        return f"{right} {BATTERY}"
    if differs:
        return right
    return "Cocokkan dengan jam dinding. Bila salah, betulkan; bila benar, Sekretaris atau administrator memastikannya."


def span(difference: timedelta) -> str:
    """How far two clocks are apart: `56 tahun`, `3 hari`, `2 jam`, `25 menit`."""
    seconds = abs(difference).total_seconds()
    for size, name in ((365.25 * 86_400, "tahun"), (86_400, "hari"), (3600, "jam")):
        if seconds >= size:
            return f"{int(seconds // size)} {name}"
    return f"{int(seconds // 60)} menit"
