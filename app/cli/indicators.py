"""`indicators`: what a file of indicators says, for one year or all; needs no office."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from app.cli.options import WholeNumber, json_option, loket_command, print_answer
from schema.definitions import DefinitionError
from schema.indicator_values import exact_text, format_value, parse_value
from schema.indicators import (
    ASPECTS,
    MEASURED_WORDS,
    Difference,
    Indicator,
    IndicatorFile,
    indicator_files,
    list_differences,
    load_indicators,
    read_indicators,
)


def indicator_row(file: IndicatorFile, indicator: Indicator, years: list[int]) -> dict[str, Any]:
    """An indicator for a machine; `targets` by year, as printed and as what they mean; for one year also `target`."""
    formula = indicator.formula
    if len(years) == 1:
        only = {"target": indicator.targets.get(str(years[0]))}
    else:
        only = {}
    targets = {}
    for year in years:
        if text := indicator.targets.get(str(year)):
            targets[year] = target_row(indicator, text)
    return only | {
        "id": indicator.id,
        "group": file.groups.get(indicator.group, ""),
        "component": indicator.component,
        "name": indicator.name,
        "definition": indicator.definition,
        "unit": indicator.unit,
        "noun": indicator.noun,
        "direction": indicator.direction,
        "ideal": indicator.ideal,
        "better": indicator.better,
        "measured": indicator.measured,
        "formula": formula and {key: getattr(formula, key) for key in ("numerator", "denominator", "scale")},
        "query": indicator.query,
        "targets": targets,
        "strategy": indicator.strategy,
        "clause": indicator.clause,
        "responsible": indicator.responsible,
        "note": indicator.note,
    }


def target_row(indicator: Indicator, text: str) -> dict[str, str]:
    value = parse_value(text)
    shown = format_value(value, indicator.unit, indicator.noun)
    return {"printed": text, "form": value.form, "exact": exact_text(value), "shown": shown}


def indicator_lines(file: IndicatorFile, years: list[int]) -> Iterator[str]:
    yield f"{file.title} ({len(file.indicators)} indikator)"
    heading = ("", "")
    for number, indicator in enumerate(file.indicators, 1):
        if heading != (file.groups.get(indicator.group, ""), indicator.component):
            heading = (file.groups.get(indicator.group, ""), indicator.component)
            yield "\n" + " · ".join(filter(None, heading))
        shown = ", ".join(target_text(indicator, year) for year in years)
        measured = MEASURED_WORDS[indicator.measured]
        yield f"{number:>3}. {indicator.name}\n     {shown} · {indicator.direction_words}, {measured}"


def target_text(indicator: Indicator, year: int) -> str:
    value = indicator.target(year)
    if not value:
        return "belum ada"
    return format_value(value, indicator.unit, indicator.noun)


def difference_lines(file: IndicatorFile, differences: list[Difference]) -> Iterator[str]:
    yield f"{file.title}: {len(differences)} perbedaan"
    for indicator in file.indicators:
        of_it = [difference for difference in differences if difference.indicator == indicator.id]
        if of_it:
            yield "\n" + indicator.name
        for difference in of_it:
            line = f"  {difference.sentence}"
            if difference.spelling:
                line += " (ejaan)"
            yield line


def difference_row(difference: Difference) -> dict[str, Any]:
    return {
        "indicator": difference.indicator,
        "what": difference.what,
        "label": ASPECTS[difference.what],
        "year": difference.year or None,
        "spelling": difference.spelling,
        "sayings": [{"place": place, "text": text} for place, text in difference.sayings],
    }


def opened_file(name: str) -> IndicatorFile:
    """A shipped file by its id, or one of a path that ends in .toml. Raises UsageError, ClickException."""
    try:
        if name.endswith(".toml"):
            if not Path(name).is_file():
                raise click.UsageError(f"Dokumen {name} tidak ada.")
            return read_indicators(Path(name))
        if name not in indicator_files():
            raise click.UsageError(f"Dokumen indikator {name} tidak dikenal. Yang ada: {', '.join(indicator_files())}.")
        return load_indicators(name)
    except DefinitionError as error:
        raise click.ClickException(str(error)) from error


@loket_command(
    "indicators",
    "Tampilkan dokumen indikator: setiap indikator dengan target dan arahnya.\n\n"
    "Tanpa --file: daftar dokumen bawaan. --file juga menerima alamat dokumen .toml sendiri, lalu memeriksanya. "
    "Tidak memerlukan kantor. Contoh: indicators --file poltekkes-banten-2022 --year 2024",
)
@click.option("--file", "name", metavar="DOKUMEN", help="Nama dokumen bawaan, atau dokumen .toml.")
@click.option("--year", type=WholeNumber(limit=2199), metavar="TAHUN", help="Hanya target tahun ini.")
@click.option("--differences", is_flag=True, help="Daftar perbedaan antara bagian-bagian naskahnya.")
@json_option
def indicators(name: str | None, year: int | None, differences: bool, as_json: bool) -> None:
    if name is None:
        if year is not None or differences:
            raise click.UsageError("Tulis juga --file dengan nama dokumennya.")
        rows = []
        lines = []
        for file in map(load_indicators, indicator_files()):
            count = len(file.indicators)
            rows.append({"id": file.id, "title": file.title, "years": file.years, "count": count})
            lines.append(f"{file.id}: {file.title} ({count} indikator)")
        print_answer({"files": rows}, lines, as_json=as_json)
        return
    file = opened_file(name)
    if year is not None and year not in file.years:
        raise click.UsageError(f"Tahun {year} tidak ada dalam {file.id}. Yang ada: {', '.join(map(str, file.years))}.")
    if year is None:
        years = list(file.years)
    else:
        years = [year]
    head = {"id": file.id, "title": file.title, "source": file.source, "years": years}
    if differences:
        all_of_them = list_differences(file)
        payload: dict[str, Any] = head | {"differences": [difference_row(difference) for difference in all_of_them]}
        print_answer(payload, list(difference_lines(file, all_of_them)), as_json=as_json)
        return
    payload = head | {"indicators": [indicator_row(file, indicator, years) for indicator in file.indicators]}
    print_answer(payload, list(indicator_lines(file, years)), as_json=as_json)
