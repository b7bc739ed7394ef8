"""What the office's program calls: exchange now, write or read a stick, keep the nightly round going."""

import logging
import random
import re
import socket
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from schema.database import first_value
from schema.database_errors import is_environment_error
from sync.carriers import CONNECT_SECONDS, REPLY, REQUEST, FolderCarrier, base_address, file_label
from sync.enrolment import answer_request, read_reply
from sync.exchange import add_taken, sync_now
from sync.incoming_files import (
    NOTED,
    ReceivedFile,
    check_not_barred,
    keep_early_file,
    note_refusal,
    note_refused_file,
    receive_file,
    receive_kept_files,
)
from sync.nodes import Node, NodeSource, Peer, node_finder, read_peers
from sync.outgoing_files import make_note, make_parcels, make_piece_parcels, stopped_streams
from sync.problems import SyncError, SyncReport, format_count
from sync.scheduler import Scheduler, note_result
from sync.unfinished import Unfinished


def enrolled_centre(node: Node) -> Peer:
    """The centre that this office is enrolled with. Raises SyncError("not_enrolled")."""
    known = read_peers(node.db)
    if not known:
        raise SyncError("not_enrolled")
    return known[0]


def sync_over_network(node: Node, now: datetime) -> SyncReport:
    """Exchange with every partner that this office is enrolled with; what cannot be reached stops no other one."""
    peers = read_peers(node.db)
    if not peers:
        return problem_report(SyncError("not_enrolled"))
    return join_reports(peers, [sync_with_peer(node, peer, now) for peer in peers])


def join_reports(peers: Sequence[Peer], reports: Sequence[SyncReport]) -> SyncReport:
    """What several exchanges came to, each sentence with its partner's name; that of a single one as it is."""
    first, *others = reports
    for peer, report in zip(peers, reports, strict=True):
        if others:
            report.sentences = [name_partner(peer, sentence) for sentence in report.sentences]
    for other in others:
        for name in SyncReport.__dataclass_fields__:
            setattr(first, name, getattr(first, name) + getattr(other, name))
    return first


def name_partner(peer: Peer, sentence: str) -> str:
    if peer.label in sentence:
        return sentence
    return f"{peer.label}: {sentence}"


def sync_with_peer(node: Node, peer: Peer, now: datetime) -> SyncReport:
    from sync.http_client import HttpCarrier  # requests costs a tenth of the start and is needed at night

    unfinished = Unfinished(node.db, peer.name, lambda: now)
    carrier = HttpCarrier(peer.address, node.keys_for(peer.name), peer.keys, lambda: now, unfinished=unfinished)
    try:
        report = sync_now(node, peer, carrier, now)
    finally:
        carrier.close()
    note_result(node.db, peer.name, report, now, random.random())
    return report


def sync_to_folder(node: Node, folder: Path, now: datetime) -> SyncReport:
    peers = read_peers(node.db)
    if not peers:
        return problem_report(SyncError("not_enrolled"))
    return join_reports(peers, [write_stick(node, peer, folder, now) for peer in peers])


def problem_report(problem: SyncError) -> SyncReport:
    report = SyncReport()
    report.fail(problem)
    return report


def is_reachable(address: str) -> bool:
    parts = urlsplit(base_address(address))
    usual_port = 443 if parts.scheme == "https" else 80
    port = parts.port or usual_port
    try:
        socket.create_connection((parts.hostname or "", port), CONNECT_SECONDS).close()
    except OSError:
        return False
    return True


def nightly_scheduler(node: NodeSource, clock: Callable[[], datetime]) -> Scheduler:
    """The scheduler of an enrolled office, not yet started; keys and address are looked up at each round.

    Raises SyncError("not_enrolled").
    """
    find = node_finder(node)
    first = find()
    return Scheduler(
        first.db,
        first.name,
        enrolled_centre(first).name,
        go=lambda now: sync_over_network(find(), now),
        reachable=lambda: any(is_reachable(peer.address) for peer in read_peers(find().db)),
        clock=clock,
    )


log = logging.getLogger("loket.sync")


def write_stick(node: Node, peer: Peer, folder: Path, now: datetime) -> SyncReport:
    """Write all that the peer lacks, or at least our acknowledgements. Nothing counts as sent by being written."""
    report = SyncReport()
    lines = 0
    written = first_value(node.db, "SELECT files_written FROM road_peer WHERE name = ?", (peer.name,)) or 0
    for_many = peer.lane or len(read_peers(node.db)) > 1
    label = peer.label if for_many else ""
    carrier = FolderCarrier(folder, node.label, written + 1, label)
    try:
        check_not_barred(node.db, peer.name)
        for made in chain(make_parcels(node, peer, now), make_piece_parcels(node, peer, now)):
            carrier.send(made.sealed)
            lines += made.count
        if not carrier.written:
            carrier.send(make_note(node, peer, now).sealed)
    except SyncError as problem:
        report.fail(problem)
    report.names = [path.name for path in carrier.written]
    report.files = len(report.names)
    if report.names:
        node.db.run("UPDATE road_peer SET files_written = ? WHERE name = ?", (carrier.number - 1, peer.name))
        report.sentences.insert(0, written_sentence(peer, report.names, lines))
    for stopped in stopped_streams(node, peer):
        report.fail(stopped)
    return report


def written_sentence(peer: Peer, names: list[str], lines: int) -> str:
    if len(names) == 1:
        files = names[0]
    else:
        files = f"{names[0]} sampai {names[-1]}"
    if not lines:
        return f"Tidak ada catatan baru untuk {peer.label}; {files} hanya membawa tanda terima."
    return (
        f"{format_count(lines)} catatan untuk {peer.label} ditulis ke {len(names)} dokumen ({files}). "
        f"Baru dihitung terkirim setelah balasan {peer.label} dibaca di sini."
    )


def read_stick(node: Node, folder: Path, now: datetime) -> SyncReport:
    """Read every file of others on the stick. A bad one costs a sentence and nothing else.

    The centre fills one stick for many offices: what lies there for others is passed over, unless nothing is for us.
    """
    report = SyncReport()
    carrier = FolderCarrier(folder, node.label)
    senders: set[str] = set()
    try:
        while data := carrier.fetch(""):
            for taken in read_file(node, folder, carrier.current, data, now, report):
                add_taken(report, taken)
                senders.add(taken.peer.label)
    except SyncError as problem:
        report.fail(problem)
    report.sentences += [with_file_name(name, problem).sentence for name, problem in carrier.problems]
    if report.passed_over and not report.files:
        report.fail(all_for_others(report.passed_over))
    elif not report.files and not report.sentences:
        report.sentences.append("Tidak ada dokumen Loket dari pihak lain di folder ini.")
        return report
    report.summarise(", ".join(sorted(senders)) or "pihak lain")
    if report.passed_over and report.files:
        report.sentences.append(f"{format_count(len(report.passed_over))} dokumen untuk kantor lain dilewati.")
    return report


def read_file(
    node: Node, folder: Path, name: str, data: bytes, now: datetime, report: SyncReport
) -> list[ReceivedFile]:
    """Take one file of a stick, and kept ones whose turn has come with it. Raises SyncError where no file can go on."""
    report.files += 1
    report.names.append(name)
    try:
        return receive_stick_file(node, name, data, now, report)
    except SyncError as problem:
        refuse_file(node, folder, name, data, problem, now, report)
    except Exception as error:
        if is_environment_error(error):
            raise
        log.warning("file of a stick: %s", type(error).__name__, exc_info=error)
        report.fail(with_file_name(name, SyncError("bad_header", what="isi")))
    return []


def receive_stick_file(node: Node, name: str, data: bytes, now: datetime, report: SyncReport) -> list[ReceivedFile]:
    """The file and what follows it. A file that came too early is kept. Raises SyncError."""
    taken = receive_file(node, data, now, name=name)
    if taken.received.gap:
        report.fail(with_file_name(name, keep_early_file(node, taken.header, data, name, now)))
    followed = receive_kept_files(node, taken, now)
    for received in (taken, *followed):
        for problem in received.problems:
            report.fail(with_file_name(received.name, problem))
    for file in followed:
        forget_gap(report, file)
    return [taken, *followed]


def refuse_file(
    node: Node, folder: Path, name: str, data: bytes, problem: SyncError, now: datetime, report: SyncReport
) -> None:
    """Say what is wrong with a file, or do what a file that is no batch asks for. Raises SyncError("disk_full")."""
    if problem.code == "disk_full":
        raise problem
    if problem.code in ("enrolment", "enrolment_reply"):
        report.sentences.append(answer_enrolment_file(node, problem.code, name, data, folder, now, report))
    elif problem.code == "wrong_recipient" and is_own(node, name):
        report.leave_out()
    elif problem.code == "wrong_recipient" and is_for_another(node, name):
        report.passed_over.append(report.leave_out())
    else:
        note_refusal(node.db, problem.sender, problem, now)
        if problem.code not in ("wrong_recipient", "barred", *NOTED):
            note_refused_file(node, None, data, name, problem, now)
        report.fail(with_file_name(name, problem))


def answer_enrolment_file(
    node: Node, code: str, name: str, data: bytes, folder: Path, now: datetime, report: SyncReport
) -> str:
    try:
        if code == "enrolment":
            return answer_request(node, data, folder, now)
        return read_reply(node, data, now)
    except SyncError as problem:
        if problem.code != "stale_reply":
            report.problems.append(problem)
        return with_file_name(name, problem).sentence


def is_own(node: Node, name: str) -> bool:
    """Whether a file that we cannot open bears a name that this side gives to its own files."""
    stem = file_label(Path(name).stem)
    own = file_label(node.label)
    known = read_peers(node.db)
    if any(peer.lane for peer in known) or len(known) > 1:
        return stem.startswith(f"{own}-")
    asks = stem.startswith(f"{own}-") and stem.endswith(REQUEST)
    return asks or re.fullmatch(re.escape(own) + "-[0-9]+", stem) is not None


def is_for_another(node: Node, name: str) -> bool:
    """Whether the name of a file that we cannot open gives it to somebody else. Only the centre writes for many.

    `dispenduk-capil-lumajang-kunir-002.loket` is Kunir's, `kunir-007.loket` the centre's; there every file is for it.
    """
    known = read_peers(node.db)
    if any(peer.lane for peer in known):
        return False
    addressed = file_owner_label(Path(name).stem)
    own = file_owner_label(node.label)
    for peer in known:
        prefix = f"{file_owner_label(peer.label)}-"
        if addressed.startswith(prefix):
            return addressed.removeprefix(prefix) != own
    return addressed != own and not addressed.endswith(f"-{own}")


def file_owner_label(text: str) -> str:
    label = file_label(text)
    for end in (REPLY, REQUEST):
        label = label.removesuffix(end)
    parts = label.split("-")
    while len(parts) > 1 and parts[-1].isascii() and parts[-1].isdigit():
        parts.pop()
    return "-".join(parts)


def all_for_others(names: list[str]) -> SyncError:
    if len(names) == 1:
        return with_file_name(names[0], SyncError("wrong_recipient"))
    number = format_count(len(names))
    sentence = f"Semua {number} dokumen di sini disegel untuk kantor lain. Periksa apakah flashdisk tertukar."
    return SyncError("wrong_recipient", sentence)


def with_file_name(name: str, problem: SyncError) -> SyncError:
    return SyncError(problem.code, f"{name}: {problem.sentence}")


def forget_gap(report: SyncReport, taken: ReceivedFile) -> None:
    for problem in report.problems[:]:
        if problem.code == "gap" and problem.sentence.startswith(f"{taken.name}: "):
            report.problems.remove(problem)
            report.sentences.remove(problem.sentence)
