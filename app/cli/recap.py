"""`recap`: a quarter's recap, poster and spreadsheet as files, with their digests, the same bytes every time."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from app import compose
from app.cli.demo import bar
from app.cli.indonesian import command
from app.cli.ledger import sides_or_stop
from app.cli.options import answer, data_option, json_option
from app.complaints import exports, frame, papers, quarter_queries
from app.complaints.quarter import FROZEN, get
from app.complaints.recount import Recount, recount
from app.complaints.tables import Recap
from app.core.quarters import Quarter
from app.core.value_problem import ValueProblem
from app.printing.papers import render
from schema.database import Database
from schema.scratch import made_up
from sync.journal import Journal
from sync.line import moment

PRINTED_BY = "Loket"
AFTER = timedelta(days=21)
"""The demo's year ends so long after the quarter: by then its recap hangs on the board."""


class QuarterName(click.ParamType):
    """A quarter as a program is told: 2026-Q3."""

    name = "triwulan"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Quarter:
        """Parse `2026-Q3`; anything else is told with an example."""
        if isinstance(value, Quarter):
            return value
        try:
            return Quarter.parse(str(value))
        except ValueProblem as problem:
            self.fail(problem.sentence, param, ctx)


@command(
    "recap",
    "Tulis rekap pengaduan satu triwulan: rekap dan poster (PDF), lembar kerja (XLSX), dan sidiknya.\n\n"
    "Rekap yang sudah disetujui dihitung ulang dari tabel: sama sampai ke bita, atau bedanya disebut (kode 1). "
    "Dengan --demo datanya kantor demo buatan. Contoh: recap 2026-Q3 --demo --out rekap",
)
@click.argument("quarter", type=QuarterName(), metavar="TRIWULAN")
@click.option("--demo", is_flag=True, help="Pakai kantor demo yang dibuat baru di folder sementara.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("rekap"), metavar="DIR",
              help="Folder tujuan (biasanya rekap).")  # fmt: skip
@data_option
@json_option
def recap(quarter: Quarter, demo: bool, out: Path, data: Path, as_json: bool) -> None:
    if demo:
        payload = from_demo(quarter, out)
    else:
        if "office" not in sides_or_stop(data):
            raise click.ClickException("Rekap pengaduan ada di kantor kecamatan, bukan di pusat cetak.")
        db = compose.open_side("office", data)
        try:
            payload = write(compose.journal("office", db), quarter, out)
        finally:
            db.close()
    answer(payload, told(payload), as_json=as_json)
    if payload["same"] is False:
        raise click.exceptions.Exit(1)


def from_demo(quarter: Quarter, out: Path) -> dict[str, Any]:
    """Make the demo office of the year around the quarter, write its recap, throw the office away."""
    from app.demo.year import make_year

    click.echo("Menyiapkan kantor demo dengan data buatan setahun ...", err=True)
    today: date = quarter.end + AFTER
    with made_up("loket-rekap-") as folder:
        sides = make_year(folder, today, centre_address="127.0.0.1:8135", progress=bar())
        try:
            return write(sides.office.journal, quarter, out)
        finally:
            sides.close()


def write(journal: Journal, quarter: Quarter, out: Path) -> dict[str, Any]:
    """Write the files of a recap; a draft has no poster. Raises Problem when there is no recap."""
    db = journal.db
    found = get(db, quarter)
    frozen = found.state in FROZEN
    at = moment(newest(db, found))
    files = {f"rekap-{quarter}.pdf": render("recap", papers.recap_paper(db, found, PRINTED_BY, at)),
             f"rekap-{quarter}.xlsx": exports.recap_xlsx(found, at)}  # fmt: skip
    if frozen and frame.valid_pledges(db, str(quarter)):
        files[f"poster-{quarter}.pdf"] = render("poster", papers.poster_paper(db, quarter, PRINTED_BY, at))
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    lines = [f"{digest}  {name}" for name, digest in sorted(digests.items())]
    files[f"sidik-{quarter}.txt"] = ("\n".join([f"{found.digest}  angka", *lines]) + "\n").encode()
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_bytes(content)
    again = recount(journal, quarter) if frozen else None
    return {
        "quarter": str(quarter), "number": found.number, "state": found.state, "digest": found.digest, "out": str(out),
        "files": digests, "same": again.same if again else None, "differences": again.differences if again else [],
        "late": again.late if again else [], "verdict": verdict(found, again),
    }  # fmt: skip


def newest(db: Database, found: Recap) -> str:
    """The moment (UTC stamp) of the newest thing that the papers say: draft, approval, or what was written later."""
    later = papers.afterwards(db, found, frame.of(db, found))
    return max([quarter_queries.as_of(found), found.approved_at or "", *(at for at, _ in later)])


def verdict(found: Recap, again: Recount | None) -> str:
    """What the reckoning again said."""
    return again.sentence if again else f"Rekap {found.number} belum disetujui: angkanya masih dapat berubah."


def told(payload: dict[str, Any]) -> list[str]:
    """The answer for a person."""
    lines = [f"Rekap {payload['number']}, {payload['quarter']}, ditulis ke {payload['out']}:"]
    lines += [f"  {digest}  {name}" for name, digest in sorted(payload["files"].items())]
    lines += [f"Sidik angka {payload['digest']}", payload["verdict"]]
    if payload["late"]:
        lines.append(
            "Dicatat sesudah rekap dibuat (masuk adendum dan rekap berikutnya): " + ", ".join(payload["late"])
        )
    return lines
