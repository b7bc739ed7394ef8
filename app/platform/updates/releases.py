"""A release of the program as one file: what it holds, who signed it, and why one is not taken.

A release is a zip file. Its manifest names version, oldest version that it may follow, next key of the maintainers and
SHA-256 of every file; two keys sign the digest of the manifest, each for its own role. The endorsement may lie in a
file of its own beside the release, or come in the centre's signed files (docs/decisions/0095-releases.md).
"""

import hashlib
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from app import paths
from app.platform.updates.problems import release_problem
from schema.data_folder import files_named
from schema.migrations import version_order
from schema.version import VERSION

RELEASE_ENDING = ".loket-rilis"
ENDORSEMENT_ENDING = ".loket-pengesahan"
MANIFEST = "manifest.json"
MAINTAINERS_SIGNATURE = "pengelola.json"
ENDORSEMENT_SIGNATURE = "pengesahan.json"
KEYS_FILE = "schema/release_keys.json"
MOST_FILE_BYTES = 120_000_000
MOST_FILES = 10_000
MOST_BYTES = 300_000_000
MOST_MANIFEST_BYTES = 4_000_000
MOST_SIGNATURE_BYTES = 2_000
MOST_ENDORSEMENTS = 50
LONGEST_PATH = 180
SAFE_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
WINDOWS_DEVICE = re.compile(r"(?:^|/)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|/|$)|\.(?:/|$)", re.IGNORECASE)
UNREADABLE = (zlib.error, struct.error, lzma.LZMAError, ValueError, RuntimeError, OverflowError, EOFError)
"""What Python's reader of zip files raises at what somebody made up, besides its own error."""

Key = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Version = Annotated[str, msgspec.Meta(pattern=r"^\d{1,4}\.\d{1,4}\.\d{1,4}$")]


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose signatures a program asks of its next version; `development` marks keys that no maintainer holds."""

    maintainers: Key
    endorsement: Key
    development: bool = False


class ReleaseFile(msgspec.Struct, frozen=True):
    path: Annotated[str, msgspec.Meta(max_length=LONGEST_PATH)]
    size: Annotated[int, msgspec.Meta(ge=0, le=MOST_BYTES)]
    sha256: Key


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`oldest`: the first version that it may follow without one between."""

    format: Annotated[int, msgspec.Meta(ge=1, le=1)] = 1
    version: Version
    oldest: Version
    next_maintainers: Key
    files: Annotated[tuple[ReleaseFile, ...], msgspec.Meta(min_length=1, max_length=MOST_FILES)]


class Signature(msgspec.Struct, frozen=True):
    key: Key
    signature: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{128}$")]


class Release(NamedTuple):
    """`digest`: SHA-256 of the manifest, which every signature covers."""

    path: Path
    manifest: Manifest
    digest: str

    @property
    def version(self) -> str:
        return self.manifest.version


def own_keys() -> Keys:
    """The keys that came with the program that runs, in a checkout or in a wheel."""
    return msgspec.json.decode((paths.CHECKOUT / KEYS_FILE).read_bytes(), type=Keys)


def signed_text(role: str, manifest: bytes) -> bytes:
    """What a key signs: the digest of a manifest, for one role alone."""
    return f"loket-release-1\n{role}\n{hashlib.sha256(manifest).hexdigest()}\n".encode()


def sign_manifest(role: str, manifest: bytes, key: SigningKey) -> bytes:
    """A signature as its file holds it."""
    made = key.sign(signed_text(role, manifest)).signature
    return msgspec.json.encode(Signature(bytes(key.verify_key).hex(), made.hex()))


def write_release(
    target: Path, files: Mapping[str, bytes], version: str, oldest: str, signatures: Mapping[str, SigningKey]
) -> None:
    """Write a release; the same files give the same manifest. `signatures`: file of a signature -> its key."""
    listed = [ReleaseFile(path, len(data), hashlib.sha256(data).hexdigest()) for path, data in sorted(files.items())]
    following = msgspec.json.decode(files[KEYS_FILE], type=Keys).maintainers
    made = Manifest(version=version, oldest=oldest, next_maintainers=following, files=tuple(listed))
    manifest = msgspec.json.encode(made)
    with zipfile.ZipFile(target, "w") as archive:
        add_member(archive, MANIFEST, manifest)
        for name, key in signatures.items():
            add_member(archive, name, sign_manifest(name, manifest, key))
        for path, data in sorted(files.items()):
            add_member(archive, path, data)


NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)
"""The first that a zip file can hold."""


def add_member(archive: zipfile.ZipFile, name: str, data: bytes, moment: datetime = NO_DATE) -> None:
    """A member without owner or anything else of the machine that made it."""
    member = zipfile.ZipInfo(name, moment.timetuple()[:6])
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = 3
    member.external_attr = 0o644 << 16
    archive.writestr(member, data, compresslevel=9)


def find_release(place: Path) -> Path:
    """The release that a call names, or the newest one in the folder that it names. Raises Problem."""
    if place.is_file():
        return place
    found = files_named(place, f"*{RELEASE_ENDING}")
    if not found:
        raise release_problem("none", place=place, ending=RELEASE_ENDING)
    return max(found, key=lambda path: version_order(".".join(re.findall(r"\d{1,4}", path.stem)[:3]) or "0"))


def open_archive(path: Path) -> zipfile.ZipFile:
    """Raises Problem, OSError."""
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, *UNREADABLE) as error:
        raise release_problem("not_release", name=path.name) from error


def read_manifest_text(path: Path) -> bytes:
    """The manifest of a release as it is signed, for whoever endorses it. Raises Problem."""
    with open_archive(path) as archive:
        raw = read_member(archive, MANIFEST, MOST_MANIFEST_BYTES, path.name)
    if raw is None:
        raise release_problem("not_release", name=path.name)
    return raw


def check_release(path: Path, keys: Keys, own: str = VERSION, *, endorsed: Collection[str] = ()) -> Release:
    """A release that this program may become: signed by both, whole, and newer. `endorsed`: digests of manifests that
    the centre endorsed in its files. Raises Problem."""
    release = check_maintained(path, keys)
    try:
        with open_archive(path) as archive:
            if release.digest not in endorsed:
                check_endorsement(archive, path, keys)
            check_version(path.name, release.manifest, own)
    except OSError:
        raise release_problem("unreadable", name=path.name) from None
    return release


def check_maintained(path: Path, keys: Keys) -> Release:
    """A whole release that the maintainers signed, endorsed or not: what somebody may endorse. Raises Problem."""
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise release_problem("too_large", name=path.name)
        with open_archive(path) as archive:
            raw = read_maintained_manifest(archive, path, keys)
            manifest = decode_manifest(raw, path.name)
            check_members(archive, path.name, manifest)
            for _ in read_files(archive, path.name, manifest):
                pass
    except OSError:
        raise release_problem("unreadable", name=path.name) from None
    return Release(path, manifest, hashlib.sha256(raw).hexdigest())


def read_maintained_manifest(archive: zipfile.ZipFile, path: Path, keys: Keys) -> bytes:
    """The manifest, which the maintainers signed. Raises Problem."""
    raw = read_member(archive, MANIFEST, MOST_MANIFEST_BYTES, path.name)
    if raw is None:
        raise release_problem("not_release", name=path.name)
    maintainers = read_signature(read_member(archive, MAINTAINERS_SIGNATURE, MOST_SIGNATURE_BYTES, path.name))
    if maintainers is None:
        raise release_problem("unsigned", name=path.name)
    if not is_signed(maintainers, keys.maintainers, MAINTAINERS_SIGNATURE, raw):
        raise release_problem("foreign", name=path.name)
    return raw


def check_endorsement(archive: zipfile.ZipFile, path: Path, keys: Keys) -> None:
    """That the second key signed a release, in it or beside it. Raises Problem, OSError."""
    raw = read_member(archive, MANIFEST, MOST_MANIFEST_BYTES, path.name) or b""
    endorsements = [read_signature(data) for data in endorsement_texts(archive, path)]
    if not any(one and is_signed(one, keys.endorsement, ENDORSEMENT_SIGNATURE, raw) for one in endorsements):
        raise release_problem("not_endorsed", name=path.name, ending=ENDORSEMENT_ENDING)


def decode_manifest(raw: bytes, name: str) -> Manifest:
    try:
        return msgspec.json.decode(raw, type=Manifest)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise release_problem("not_release", name=name) from error


def endorsement_texts(archive: zipfile.ZipFile, path: Path) -> Iterator[bytes | None]:
    """Where an endorsement may stand: in the release, or in a file of its own in the same folder."""
    yield read_member(archive, ENDORSEMENT_SIGNATURE, MOST_SIGNATURE_BYTES, path.name)
    for beside in sorted(path.parent.glob(f"*{ENDORSEMENT_ENDING}"))[:MOST_ENDORSEMENTS]:
        with beside.open("rb") as file:
            yield file.read(MOST_SIGNATURE_BYTES)


def read_signature(data: bytes | None) -> Signature | None:
    try:
        return msgspec.json.decode(data or b"", type=Signature)
    except (msgspec.MsgspecError, UnicodeError):
        return None


def is_signed(given: Signature, key: str, role: str, manifest: bytes) -> bool:
    if given.key != key:
        return False
    try:
        VerifyKey(bytes.fromhex(key)).verify(signed_text(role, manifest), bytes.fromhex(given.signature))
    except (CryptoError, ValueError):
        return False
    return True


def check_version(name: str, manifest: Manifest, own: str) -> None:
    """Versions only rise. Raises Problem."""
    if manifest.version == own:
        raise release_problem("same", version=own)
    if version_order(manifest.version) < version_order(own):
        raise release_problem("older", name=name, version=manifest.version, own=own)
    if version_order(own) < version_order(manifest.oldest):
        raise release_problem("too_far", version=manifest.version, own=own, oldest=manifest.oldest)


def check_members(archive: zipfile.ZipFile, name: str, manifest: Manifest) -> None:
    """That a release holds what its manifest lists and nothing else, under names that every machine takes."""
    listed = [file.path for file in manifest.files]
    present = [member.filename for member in archive.infolist()]
    unlisted = set(present) - set(listed) - {MANIFEST, MAINTAINERS_SIGNATURE, ENDORSEMENT_SIGNATURE}
    if unlisted or set(listed) - set(present) or len(set(present)) != len(present):
        raise release_problem("damaged", name=name)
    if not all(SAFE_PATH.fullmatch(path) and not WINDOWS_DEVICE.search(path) for path in listed):
        raise release_problem("strange_name", name=name)
    if len({path.lower() for path in listed}) != len(listed) or "run.py" not in listed or KEYS_FILE not in listed:
        raise release_problem("strange_name", name=name)
    if sum(file.size for file in manifest.files) > MOST_BYTES:
        raise release_problem("too_large", name=name)


def read_files(archive: zipfile.ZipFile, name: str, manifest: Manifest) -> Iterator[tuple[str, bytes]]:
    """Path and content of each file that a manifest lists, checked. Raises Problem."""
    for file in manifest.files:
        data = read_member(archive, file.path, file.size, name)
        if data is None or len(data) != file.size or hashlib.sha256(data).hexdigest() != file.sha256:
            raise release_problem("damaged", name=name)
        yield file.path, data


def read_member(archive: zipfile.ZipFile, member: str, most: int, name: str) -> bytes | None:
    """A member up to a size, however much it claims or unpacks to; None where there is none. Raises Problem."""
    try:
        with archive.open(member) as file:
            data = file.read(most + 1)
    except KeyError:
        return None
    except (zipfile.BadZipFile, *UNREADABLE) as error:
        raise release_problem("damaged", name=name) from error
    if len(data) > most:
        raise release_problem("damaged", name=name)
    return data
