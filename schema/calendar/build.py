"""Write hari-libur-YEAR.csv from the `holidays` package: `python schema/calendar/build.py 2027`.

Run by a developer when a decree (SKB 3 Menteri) appears, never by the app. Compare the result with the
decree itself and write its number into BASIS before committing; README.md tells how.
"""

import csv
import sys
from importlib.metadata import version
from pathlib import Path

BASIS = {
    2025: "SKB 3 Menteri No. 1017/2024, 2/2024, 2/2024 (14-10-2024)",
    2026: "SKB 3 Menteri No. 1497/2025, 2/2025, 5/2025 (19-09-2025)",
    2027: "SKB 3 Menteri No. 1205/2026, 3/2026, 2/2026 (15-09-2026)",
}
CHANGED = {
    "2025-08-18": "SKB 3 Menteri No. 933/2025, 1/2025, 3/2025 (07-08-2025), perubahan SKB No. 1017/2024, "
    "2/2024, 2/2024",
}
"""Days that a later decree added or moved, with that decree."""
NO_DECREE = "belum ada SKB (perkiraan)"
"""A year with this basis is an estimate, and every due date in it says so."""
CATEGORIES = {"public": "libur", "government": "cuti_bersama"}
COLUMNS = ("date", "name", "kind", "basis", "source")


def holiday_rows(year: int) -> list[tuple[str, str, str, str, str]]:
    import holidays

    basis = BASIS.get(year, NO_DECREE)
    source = f"paket holidays {version('holidays')}"
    rows = []
    for category, kind in CATEGORIES.items():
        days = holidays.country_holidays("ID", years=year, language="id", categories=(category,))
        rows += [
            (on := day.isoformat(), decreed_name(year, name), kind, CHANGED.get(on, basis), source)
            for day, name in days.items()
        ]
    return sorted(rows)


def decreed_name(year: int, name: str) -> str:
    """The name of a day; the package's mark of an estimate goes once a decree has set the year's days."""
    if year in BASIS:
        return name.replace(" (perkiraan)", "")
    return name


def main(years: list[int]) -> None:
    for year in years:
        path = Path(__file__).with_name(f"hari-libur-{year}.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(holiday_rows(year))
        sys.stdout.write(f"{path.name}: {len(holiday_rows(year))} hari\n")


if __name__ == "__main__":
    main([int(year) for year in sys.argv[1:]] or sorted(BASIS))
