"""Releases of a small program with keys of this test, and what somebody may do to one on its way."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from nacl.signing import SigningKey

from app.platform.updates.releases import (
    ENDORSEMENT_SIGNATURE,
    KEYS_FILE,
    MAINTAINERS_SIGNATURE,
    RELEASE_ENDING,
    Keys,
    write_release,
)

MAINTAINERS, ENDORSER, STRANGER = (SigningKey(bytes([number]) * 32) for number in (1, 2, 3))
BOTH = {MAINTAINERS_SIGNATURE: MAINTAINERS, ENDORSEMENT_SIGNATURE: ENDORSER}


def public(key: SigningKey) -> str:
    return bytes(key.verify_key).hex()


KEYS = Keys(public(MAINTAINERS), public(ENDORSER))
KEYS_TEXT = json.dumps({"maintainers": KEYS.maintainers, "endorsement": KEYS.endorsement}).encode()
SMALL = {"run.py": b"print('loket')\n", "app/__init__.py": b"", KEYS_FILE: KEYS_TEXT}


def made_release(
    folder: Path,
    version: str = "9.1.0",
    *,
    files: Mapping[str, bytes] = SMALL,
    signatures: Mapping[str, SigningKey] = BOTH,
    oldest: str = "0.1.0",
) -> Path:
    path = folder / f"loket-{version}{RELEASE_ENDING}"
    write_release(path, files, version, oldest, signatures)
    return path


def rewritten(path: Path, changes: Mapping[str, bytes | None]) -> Path:
    """A release whose members somebody changed, added or (None) took away after it was signed."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members.update({name: data for name, data in changes.items() if data is not None})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            if changes.get(name, data) is not None:
                archive.writestr(name, data)
    return path
