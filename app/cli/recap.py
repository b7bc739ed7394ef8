"""`recap`: a quarter's recap, poster and spreadsheet as files, with their digests, the same bytes every time."""

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from app import compose
from app.cli.database import existing_sides
from app.cli.options import data_option, json_option, loket_command, print_answer, progress_bar
from app.core.problems import ValueProblem
from app.core.quarters import Quarter
from app.platform.printing.papers import render_paper
from app.quality.quarter import figures, frame, papers
from app.quality.quarter.recount import Recount, count_again
from app.quality.quarter.service import FROZEN, load_recap
from app.quality.quarter.tables import Recap
from schema.data_folder import temporary_folder
from schema.database import Database
from sync.entries import parse_utc_text
from sync.journal import Journal

PRINTED_BY = "Loket"
AFTER = timedelta(days=21)
"""The demo's year ends so long after the quarter: by then its recap hangs on the board."""
CASES = 130
"""So many applications lie in the demo's year beside the book: a recap counts none of them."""


class QuarterName(click.ParamType):
    name = "triwulan"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Quarter:
        if isinstance(value, Quarter):
            return value
        try:
            return Quarter.parse(str(value))
        except ValueProblem as problem:
            self.fail(problem.sentence, param, ctx)


@loket_command(
    "recap",
    "Tulis rekap pengaduan satu triwulan: rekap dan poster (PDF), lembar kerja (XLSX), dan kode pengamannya.\n\n"
    "Rekap yang sudah disetujui dihitung ulang dari tabel: sama persis, atau bedanya disebut (kode 1). "
    "Dengan --demo datanya kantor demo buatan. Contoh: recap 2026-Q3 --demo --out rekap",
)
@click.argument("quarter", type=QuarterName(), metavar="TRIWULAN")
@click.option("--demo", is_flag=True, help="Pakai kantor demo yang dibuat baru di folder sementara.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("rekap"),
    metavar="DIR",
    help="Folder tujuan (biasanya rekap).",
)
@data_option
@json_option
def recap(quarter: Quarter, demo: bool, out: Path, data: Path, as_json: bool) -> None:
    if demo:
        payload = recap_of_demo(quarter, out)
    else:
        if "office" not in existing_sides(data):
            raise click.ClickException("Rekap pengaduan ada di kantor kecamatan, bukan di pusat.")
        db = compose.open_side("office", data)
        try:
            payload = write_recap_files(compose.journal("office", db), quarter, out)
        finally:
            db.close()
    print_answer(payload, recap_lines(payload), as_json=as_json)
    if payload["same"] is False:
        raise click.exceptions.Exit(1)


def recap_of_demo(quarter: Quarter, out: Path) -> dict[str, Any]:
    from app.cli.demo.year import make_year

    click.echo("Menyiapkan kantor demo dengan data buatan setahun ...", err=True)
    today: date = quarter.end + AFTER
    with temporary_folder("loket-rekap-") as folder:
        sides = make_year(
            folder, today, centre_address="127.0.0.1:8135", cases=CASES, progress=progress_bar(in_lines=True)
        )
        try:
            return write_recap_files(sides.office.journal, quarter, out)
        finally:
            sides.close()


def write_recap_files(journal: Journal, quarter: Quarter, out: Path) -> dict[str, Any]:
    db = journal.db
    found = load_recap(db, quarter)
    frozen = found.state in FROZEN
    at = parse_utc_text(newest_moment(db, found))
    files = {
        f"rekap-{quarter}.pdf": render_paper("recap", papers.recap_paper(db, found, PRINTED_BY, at)),
        f"rekap-{quarter}.xlsx": papers.recap_xlsx(db, found, at),
    }
    if frozen and frame.valid_pledges(db, str(quarter)):
        files[f"poster-{quarter}.pdf"] = render_paper("poster", papers.poster_paper(db, quarter, PRINTED_BY, at))
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    lines = [f"{digest}  {name}" for name, digest in sorted(digests.items())]
    files[f"kode-pengaman-{quarter}.txt"] = ("\n".join([f"{found.digest}  angka", *lines]) + "\n").encode()
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_bytes(content)
    again = None
    if frozen:
        again = count_again(journal, quarter)
    if again:
        same = again.same
        differences = again.differences
        late = again.late
    else:
        same = None
        differences = []
        late = []
    return {
        "quarter": str(quarter),
        "number": found.number,
        "state": found.state,
        "digest": found.digest,
        "out": str(out),
        "files": digests,
        "same": same,
        "differences": differences,
        "late": late,
        "verdict": recount_sentence(found, again),
    }


def newest_moment(db: Database, found: Recap) -> str:
    """The moment (UTC stamp) of the newest thing that the papers say: draft, approval, or what was written later."""
    later = papers.later_notes(db, found, frame.frame_of_recap(db, found))
    return max([figures.parse_figures(found.figures).as_of, found.approved_at or "", *(at for at, _ in later)])


def recount_sentence(found: Recap, again: Recount | None) -> str:
    if again:
        return again.sentence
    return f"Rekap {found.number} belum disetujui: angkanya masih dapat berubah."


def recap_lines(payload: dict[str, Any]) -> list[str]:
    lines = [f"Rekap {payload['number']}, {payload['quarter']}, ditulis ke {payload['out']}:"]
    lines += [f"  {digest}  {name}" for name, digest in sorted(payload["files"].items())]
    lines += [f"Kode pengaman angka {payload['digest']}", payload["verdict"]]
    if payload["late"]:
        lines.append("Dicatat sesudah rekap dibuat (masuk adendum dan rekap berikutnya): " + ", ".join(payload["late"]))
    return lines
