"""`ikm`: the index of a file of answers, without the data of any office."""

from pathlib import Path
from typing import Any

import click

from app.cli.options import json_option, loket_command, print_answer
from app.core.problems import Problem

METHODS = ("kep25", "skm14")


class WrongFile(click.ClickException):
    """A file that holds no answers, or wrong ones."""

    exit_code = 2


@loket_command(
    "ikm",
    "Hitung indeks kepuasan (IKM atau SKM) dari dokumen jawaban, tanpa data kantor.\n\n"
    "Satu baris satu responden, kolom U1 sampai U14 (kep25) atau U1 sampai U9 (skm14), isi 1 sampai 4 atau kosong; "
    "kolom lain boleh ada. Dokumen yang salah disebut barisnya (kode 2). Contoh: ikm jawaban.csv --method skm14",
)
@click.argument("file", type=click.Path(path_type=Path), metavar="DOKUMEN")
@click.option("--method", type=click.Choice(METHODS), required=True, metavar="CARA", help="kep25 atau skm14.")
@json_option
def ikm(file: Path, method: str, as_json: bool) -> None:
    from app.casework.importing.file_formats import file_bytes
    from app.casework.importing.isolated_reading import read_limited
    from app.quality.surveys.answer_files import read_answers
    from app.quality.surveys.reckoning import reckon_index, result_json
    from schema.surveys import load_survey

    survey = load_survey(method)
    try:
        read = read_answers(read_limited(file_bytes(file), file.stem), survey)
    except Problem as problem:
        raise WrongFile(f"{file.name}: {problem.sentence}") from problem
    payload = result_json(survey, reckon_index(survey, read.marks)) | {"ignored_columns": list(read.ignored)}
    print_answer(with_numbers(payload), answer_lines(payload), as_json=as_json)


def with_numbers(payload: dict[str, Any]) -> dict[str, Any]:
    """The same with rounded values as numbers of JSON; the exact ones stay fractions in text."""

    def number(text: str | None) -> float | None:
        return None if text is None else float(text)

    elements = [row | {"mean": number(row["mean"]), "value": number(row["value"])} for row in payload["elements"]]
    tables = {weight: number(value) for weight, value in payload["by_table"].items()}
    return payload | {"index": number(payload["index"]), "elements": elements, "by_table": tables}


def comma(text: str) -> str:
    return text.replace(".", ",")


def answer_lines(payload: dict[str, Any]) -> list[str]:
    lines = [f"{payload['basis']}: {payload['respondents']} responden"]
    if payload["set_aside"]:
        lines.append(f"Disisihkan karena terlalu sedikit jawaban: {payload['set_aside']}")
    for row in payload["elements"]:
        mean = comma(row["mean"] or "tidak ada data")
        lines.append(f"  {row['id']:4} {mean:>5}  {row['name']}")
    if payload["index"] is None:
        return [*lines, "Indeks: tidak ada data."]
    lines.append(f"Indeks {comma(payload['index'])}, mutu {payload['category']} ({payload['category_words'].lower()})")
    lines += [f"Cara tabel (bobot {comma(weight)}): {comma(value)}" for weight, value in payload["by_table"].items()]
    if payload["ignored_columns"]:
        lines.append(f"Kolom yang tidak dipakai: {', '.join(payload['ignored_columns'])}")
    return lines
