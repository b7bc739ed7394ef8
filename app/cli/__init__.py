"""The command line: one table of commands, each loaded only when it is called, so that `--help` is quick."""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click
import msgspec

from app import paths
from app.cli.options import LoketContext, describe_error, help_option
from schema.version import VERSION

DEFAULT = "office"
"""What `python3 run.py` alone does, as soon as that command is in the table."""


class Listed(msgspec.Struct, frozen=True):
    target: str
    help: str
    beside: str = ""

    @property
    def offered(self) -> bool:
        return not self.beside or (paths.in_checkout() and (paths.CHECKOUT / self.beside).exists())

    def load(self) -> click.Command:
        module, name = self.target.split(":")
        gc.disable()  # modules stay: nothing to collect among them, and looking for it costs a tenth of a start
        try:
            command: click.Command = getattr(import_module(module), name)
        finally:
            gc.enable()
        return command


# In the order of `--help`: the daily commands first. A new command is one line here, one file in app/cli and
# one heading in docs/commands.md.
COMMANDS: dict[str, Listed] = {
    "office": Listed("app.cli.office:office", "Jalankan kantor kecamatan (juga tanpa menyebut perintah)."),
    "centre": Listed("app.cli.centre:centre", "Jalankan sisi pusat (Dispenduk Capil atau bank)."),
    "stop": Listed("app.cli.stopping:stop", "Hentikan Loket yang berjalan, dan tunggu sampai selesai."),
    "demo": Listed("app.cli.demo.command:demo", "Coba kantor dan pusat dengan data buatan setahun."),
    "practice": Listed("app.cli.practice:practice", "Berlatih lima menit dengan orang karangan, di kantor latihan."),
    "sync": Listed("app.cli.exchange:sync", "Kirim dan terima catatan lewat jaringan atau flashdisk."),
    "village": Listed("app.cli.village:village", "Sisi desa lewat flashdisk, di komputer desa sendiri."),
    "due": Listed("app.cli.due:due", "Hitung tanggal janji dari hari kerja, beserta penjelasannya."),
    "recap": Listed(
        "app.cli.recap:recap", "Tulis rekap pengaduan satu triwulan, dan hitung ulang yang sudah disetujui."
    ),
    "ikm": Listed("app.cli.ikm:ikm", "Hitung indeks kepuasan dari dokumen jawaban."),
    "indicators": Listed(
        "app.cli.indicators:indicators", "Tampilkan dokumen indikator: target, arah, perbedaan naskah."
    ),
    "import": Listed("app.cli.importing:import_", "Impor register lama (XLSX atau CSV), dengan laporan per baris."),
    "migrate": Listed("app.cli.database:migrate", "Mutakhirkan susunan basis data."),
    "verify": Listed("app.cli.database:verify", "Periksa rantai jurnal dan cocokkan dengan isi tabel."),
    "destroy": Listed("app.cli.administration:destroy_", "Musnahkan isi pribadi yang tidak dipakai lagi."),
    "backup": Listed("app.cli.backup:backup", "Buat cadangan yang terkunci dan teruji."),
    "restore": Listed("app.cli.backup:restore_", "Pulihkan kantor dari cadangan."),
    "begin-anew": Listed("app.cli.backup:begin_anew", "Mulai dari awal di folder data yang pernah dipakai."),
    "update": Listed("app.cli.update:update", "Perbarui Loket dari dokumen rilis, dengan jalan kembali."),
    "encrypt": Listed("app.cli.encryption:encrypt", "Kunci basis data dengan kata sandi, atau buka kuncinya."),
    "reset-admin": Listed("app.cli.administration:reset_admin", "Beri administrator kata sandi baru di komputer ini."),
    "confirm-alone": Listed("app.cli.administration:confirm_alone_", "Sahkan usulan hak petugas tanpa orang kedua."),
    "network": Listed("app.cli.network:network", "Buka kantor untuk komputer lain, lewat proksi ber-TLS."),
    "release": Listed("app.cli.release:release", "Buat dokumen rilis yang bertanda tangan.", beside="tests"),
    "package": Listed("app.cli.packaging.command:package", "Buat paket untuk komputer tanpa internet.", beside="tests"),
    "test": Listed("app.cli.source_tree:test", "Jalankan seluruh uji program.", beside="tests"),
    "prove": Listed("app.cli.source_tree:prove", "Buktikan ketahanan dengan kerja acak.", beside="tests/proof"),
    "bench": Listed("app.cli.source_tree:bench", "Ukur kecepatan terhadap sasaran.", beside="bench/run.py"),
}


class Front(click.Group):
    context_class = LoketContext
    get_help_option = help_option

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, listed in COMMANDS.items() if listed.offered]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        listed = COMMANDS.get(cmd_name)
        if listed and listed.offered:
            return listed.load()
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].help) for name in self.list_commands(ctx)])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front of options that are not the group's own."""
        names_no_command = not args or args[0].startswith("-")
        if names_no_command and args[:1] not in (["--help"], ["--version"]):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=Front,
    invoke_without_command=True,
    help="Loket: meja pelayanan kantor kecamatan, juga tanpa jaringan.\n\n"
    "Bantuan sebuah perintah: tambahkan --help di belakang namanya.",
)
@click.version_option(VERSION, prog_name="Loket", message="%(prog)s %(version)s", help="Tampilkan versi.")
def front() -> None:
    """The options of the program itself."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code: 0 done, 1 refused with a sentence, 2 called wrongly."""
    os.umask(0o077)  # whatever we write holds names and numbers
    write_utf8()
    hide_unused_packages()
    if Path(sys.argv[0]).stem == "loket":
        program = "loket"
    else:
        program = "python3 run.py"
    try:
        code = front.main(arguments, prog_name=program, standalone_mode=False)
    except click.exceptions.Abort:
        code = report_failure("Dihentikan.", 130)
    except click.ClickException as error:
        code = report_failure(describe_error(error), error.exit_code)
    if not isinstance(code, int):
        code = 0
    sys.exit(code)


def write_utf8() -> None:
    """Answer in UTF-8 wherever we write: Windows would write cp1252 into a file and break at the first ≤."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding="utf-8", errors="replace")


def hide_unused_packages() -> None:
    """Keep peewee and WTForms from loading what is not in the list of packages of this call, where it is installed
    beside them: PostgreSQL's driver and the languages of Babel cost a quarter of a start and ten megabytes for nothing.
    """
    modules: dict[str, Any] = sys.modules
    unused = ["babel"]
    if not os.environ.get("LOKET_CENTRE_DB"):
        unused.append("psycopg")
    for name in unused:
        modules.setdefault(name, None)  # Python's own way to say that it cannot be imported


def report_failure(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code
