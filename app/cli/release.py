"""`release`: the file that offices update from, made from a checkout and signed by those who hold the keys."""

import os
import secrets
import subprocess
from pathlib import Path

import click
from nacl.signing import SigningKey

from app import paths
from app.cli.options import loket_command
from app.platform.updates.releases import (
    ENDORSEMENT_ENDING,
    ENDORSEMENT_SIGNATURE,
    MAINTAINERS_SIGNATURE,
    RELEASE_ENDING,
    read_manifest_text,
    sign_manifest,
    write_release,
)
from schema.data_folder import write_whole
from schema.version import VERSION

RELEASED = (
    "app",
    "sync",
    "schema",
    "templates",
    "static",
    "docs/petugas",
    "docs/administrators.md",
    "docs/centre-administrators.md",
    "docs/windows.md",
    "docs/writing-a-letter.md",
    "docs/writing-a-procedure.md",
    "docs/writing-indicators.md",
    "run.py",
    "requirements.txt",
    "requirements-centre.txt",
    "requirements-signatures.txt",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
)
"""What a release holds of a checkout: what an office runs and reads, without tests."""
OLDEST = "0.2.0"
"""The version from which one may update without another one between."""
file_path = click.Path(dir_okay=False, path_type=Path)


@loket_command(
    "release",
    "Buat dokumen rilis dari folder sumber ini, untuk pengelola.\n\n"
    "--new-key membuat kunci, --key menandatangani rilis, --endorse menulis pengesahan di samping sebuah rilis.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Folder untuk rilisnya.")
@click.option("--key", type=file_path, metavar="DOKUMEN", help="Dokumen kunci rahasia yang menandatangani.")
@click.option("--endorse", type=file_path, metavar="RILIS", help="Rilis yang disahkan dengan kunci itu.")
@click.option("--new-key", type=file_path, metavar="DOKUMEN", help="Buat kunci baru dan tampilkan kunci umumnya.")
def release(out: Path | None, key: Path | None, endorse: Path | None, new_key: Path | None) -> None:
    if new_key:
        click.echo(make_key(new_key))
    elif key and endorse:
        click.echo(f"Pengesahan: {endorse_release(endorse, read_key(key))}")
    elif key and out:
        click.echo(f"Rilis: {release_checkout(out, read_key(key))}")
    else:
        raise click.UsageError("Sebut --out dan --key, --endorse dan --key, atau --new-key.")


def make_key(path: Path) -> str:
    """Write a new private key, readable by its owner only; returns the public one. Raises ClickException."""
    if path.exists():
        raise click.ClickException(f"{path} sudah ada dan tidak diganti. Pilih nama lain.")
    seed = secrets.token_bytes(32)
    write_whole(path, seed.hex().encode(), mode=0o600)
    return bytes(SigningKey(seed).verify_key).hex()


def read_key(path: Path) -> SigningKey:
    """Raises ClickException."""
    try:
        return SigningKey(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{path} bukan dokumen kunci. Buat dengan release --new-key.") from error


def release_checkout(out: Path, key: SigningKey) -> Path:
    """Make the release of this checkout, as git has it. Raises ClickException."""
    files = {path: (paths.CHECKOUT / path).read_bytes() for path in released_paths()}
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"loket-{VERSION}{RELEASE_ENDING}"
    write_release(target, files, VERSION, OLDEST, {MAINTAINERS_SIGNATURE: key})
    return target


def released_paths() -> list[str]:
    """The files that git has committed, of those that a release holds. Raises ClickException where one was changed."""
    if changed := ask_git("status", "--porcelain", "--", *RELEASED):
        raise click.ClickException(f"Belum di-commit: {changed[0].strip()}. Sebuah rilis memuat hanya yang di-commit.")
    return sorted(ask_git("ls-files", "--", *RELEASED))


def ask_git(*words: str) -> list[str]:
    """Raises ClickException."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    call = ["git", "-c", "core.quotePath=false", *words]
    done = subprocess.run(call, cwd=paths.CHECKOUT, env=environment, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise click.ClickException(f"git tidak dapat ditanya: {done.stderr.strip()}")
    return done.stdout.splitlines()


def endorse_release(path: Path, key: SigningKey) -> Path:
    """Write the endorsement of a release beside it. Raises Problem."""
    target = path.with_suffix(ENDORSEMENT_ENDING)
    write_whole(target, sign_manifest(ENDORSEMENT_SIGNATURE, read_manifest_text(path), key))
    return target
