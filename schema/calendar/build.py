"""Write hari-libur-YEAR.csv from the `holidays` package: `python schema/calendar/build.py 2027`.

Run by a developer when a decree (SKB 3 Menteri) appears, never by the app. Compare the result with the
decree itself and write its number into BASIS before committing; README.md tells how.
"""

from __future__ import annotations

import csv
import sys
from importlib.metadata import version
from pathlib import Path

BASIS = {
    2025: "SKB 3 Menteri untuk tahun 2025 dan perubahannya (nomor belum dicocokkan)",
    2026: "SKB 3 Menteri No. 1497/2/5 Tahun 2025",
    2027: "SKB 3 Menteri untuk tahun 2027 (nomor belum dicocokkan)",
}
CATEGORIES = {"public": "libur", "government": "cuti_bersama"}
COLUMNS = ("date", "name", "kind", "basis", "source")


def rows_of(year: int) -> list[tuple[str, str, str, str, str]]:
    """Rows of one year in order of date. Both categories are asked for: the default has no cuti bersama."""
    import holidays

    basis = BASIS.get(year, "belum ada SKB")
    source = f"paket holidays {version('holidays')}"
    rows = []
    for category, kind in CATEGORIES.items():
        days = holidays.country_holidays("ID", years=year, language="id", categories=(category,))
        rows += [(day.isoformat(), name, kind, basis, source) for day, name in days.items()]
    return sorted(rows)


def main(years: list[int]) -> None:
    """Write one file per year beside this script."""
    for year in years:
        path = Path(__file__).with_name(f"hari-libur-{year}.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(rows_of(year))
        sys.stdout.write(f"{path.name}: {len(rows_of(year))} hari\n")


if __name__ == "__main__":
    main([int(year) for year in sys.argv[1:]] or sorted(BASIS))
