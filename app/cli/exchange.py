"""`sync`: the way to the other side, over the network or on a stick, and what it came to in sentences."""

from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import click

from app import compose
from app.cli.database import SIDES, existing_sides
from app.cli.options import data_option, json_option, loket_command, print_answer
from app.core import clock
from schema.data_folder import is_practice
from schema.migrations import Side, migrate_database
from sync.nodes import Node, read_peers
from sync.problems import SyncReport
from sync.runs import read_stick, sync_over_network, sync_to_folder, write_stick

CENTRE_WAITS = (
    "Pusat tidak menghubungi kecamatan; kecamatan yang menghubungi pusat. Pakai --to DIR atau --from DIR "
    "untuk flashdisk."
)
PRACTICE = "Folder {folder} untuk latihan: dari sana tidak ada yang dikirim atau dibaca."
NOBODY = "Belum ada kecamatan yang terdaftar, jadi tidak ada yang ditulis."
FOLDER = click.Path(file_okay=False, path_type=Path)


@loket_command(
    "sync",
    "Kirim dan terima catatan sekarang: lewat jaringan, atau lewat flashdisk dengan --to dan --from.\n\n"
    "Pusat memakai perintah yang sama untuk flashdisk: --from membaca pengiriman kecamatan, --to menulis balasannya. "
    "Berakhir dengan 1 bila ada yang belum selesai.",
)
@click.option("--to", "to", type=FOLDER, metavar="DIR", help="Tulis yang belum dimiliki pihak lain ke folder ini.")
@click.option("--from", "source", type=FOLDER, metavar="DIR", help="Baca dokumen pihak lain dari folder ini.")
@data_option
@json_option
def sync(data: Path, to: Path | None, source: Path | None, as_json: bool) -> None:
    if is_practice(data):
        raise click.ClickException(PRACTICE.format(folder=data))
    side = existing_sides(data)[0]
    reports = run_exchange(side, open_node(side, data), to, source, clock.now())
    payload = reports_payload(reports)
    print_answer(payload, payload["sentences"], as_json=as_json)
    if not all(report.ok for report in reports):
        raise click.exceptions.Exit(1)


def open_node(side: Side, data: Path) -> Node:
    """Keys and journal of the side in a folder. Raises ClickException when it was never set up."""
    from app.centre.offices import CentreExchange
    from app.platform.office.exchange import OfficeExchange

    db = compose.open_side(side, data)
    migrate_database(db, side)
    journal = compose.journal(side, db)
    if not journal.has_identity:
        raise click.ClickException(f"Di {data} {SIDES[side]} belum disiapkan. Buka halamannya dulu.")
    compose.begin(side, journal, data, clock.now())
    exchange = OfficeExchange(journal, data) if side == "office" else CentreExchange(journal, data / "keys")
    return exchange.open_node()


def run_exchange(side: Side, node: Node, to: Path | None, source: Path | None, now: datetime) -> list[SyncReport]:
    if side == "centre" and not (to or source):
        raise click.ClickException(CENTRE_WAITS)
    if not (to or source):
        return [sync_over_network(node, now)]
    if source:
        reports = [read_stick(node, source, now)]
    else:
        reports = []
    if to and side == "office":
        reports.append(sync_to_folder(node, to, now))
    elif to:
        written = [write_stick(node, peer, to, now) for peer in read_peers(node.db)]
        reports += written or [SyncReport(sentences=[NOBODY])]
    return reports


def reports_payload(reports: list[SyncReport]) -> dict[str, Any]:
    """All reports as one: numbers added up, lists one behind the other."""
    payload: dict[str, Any] = {"ok": all(report.ok for report in reports)}
    for name in ("sent", "received", "returned", "given_back", "set_aside_here", "set_aside_there", "files"):
        payload[name] = sum(getattr(report, name) for report in reports)
    for name in ("names", "passed_over", "problems", "sentences"):
        payload[name] = list(chain.from_iterable(getattr(report, name) for report in reports))
    payload["problems"] = [problem.code for problem in payload["problems"]]
    return payload
