"""Who a node is: an Ed25519 key that signs, an age x25519 key that opens (sync.md section 4).

Both stand in the data folder under `keys/`, readable by their owner only, and never in a backup. `age.key` is an
ordinary age identity file: the newest key first, earlier ones after it, so that old files stay readable.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from pathlib import Path

import msgspec
import pyrage
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from sync.bounds import Code, Hash, Recipient
from sync.files import write_whole
from sync.problems import RoadError

SIGNING_FILE, AGE_FILE, PUBLIC_FILE = "signing.key", "age.key", "public.pem"
SPKI_ED25519 = bytes.fromhex("302a300506032b6570032100")
"""RFC 8410: what stands before the 32 bytes of an Ed25519 public key in DER."""


def fingerprint(raw: bytes) -> str:
    """Name of a public key: the first 16 bytes of its SHA-256, in hex (32 characters)."""
    return hashlib.sha256(raw).hexdigest()[:32]


class PublicKeys(msgspec.Struct, frozen=True):
    """What others may know of a node: `signing` is 32 bytes in hex, `recipient` an `age1…` string."""

    node: Code
    signing: Hash
    recipient: Recipient

    @property
    def signer(self) -> str:
        """Fingerprint of the signing key."""
        return fingerprint(bytes.fromhex(self.signing))

    @property
    def sealed_to(self) -> str:
        """Fingerprint of the age key."""
        return fingerprint(self.recipient.encode())

    def digest(self) -> bytes:
        """16 bytes over name and both keys, as an enrolment code carries them."""
        whole = b"loket-keys-1\n" + f"{self.node}\n{self.signing}\n{self.recipient}\n".encode()
        return hashlib.sha256(whole).digest()[:16]

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` (64 bytes) over `message` was made with this node's signing key."""
        try:
            VerifyKey(bytes.fromhex(self.signing)).verify(message, signature)
        except (BadSignatureError, ValueError, TypeError):
            return False
        return True

    def seal(self, plain: bytes) -> bytes:
        """Encrypt for this node alone. Raises RoadError("bad_keys")."""
        try:
            return pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(self.recipient)])
        except pyrage.RecipientError as error:
            raise RoadError("bad_keys", file=self.node) from error

    def pem(self) -> str:
        """The signing key as openssl reads it (`-pubin`)."""
        text = b64encode(SPKI_ED25519 + bytes.fromhex(self.signing)).decode()
        return f"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n"

    def sound(self) -> bool:
        """Whether both keys are really keys; asked before strangers' keys are stored."""
        try:
            VerifyKey(bytes.fromhex(self.signing))
            pyrage.x25519.Recipient.from_str(self.recipient)
        except (ValueError, TypeError, pyrage.RecipientError):
            return False
        return True


class NodeKeys(msgspec.Struct, frozen=True):
    """The secret side: `identities[0]` is current, the rest only open old files."""

    node: str
    signing: SigningKey
    identities: tuple[pyrage.x25519.Identity, ...]

    @property
    def public(self) -> PublicKeys:
        """The keys that may travel."""
        return PublicKeys(
            self.node, bytes(self.signing.verify_key).hex(), str(self.identities[0].to_public())
        )

    @property
    def mine(self) -> frozenset[str]:
        """Fingerprints of every age key that opens here."""
        return frozenset(fingerprint(str(identity.to_public()).encode()) for identity in self.identities)

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature, 64 bytes."""
        return self.signing.sign(message).signature

    def open(self, sealed: bytes) -> bytes:
        """Decrypt with whichever key fits. Raises pyrage.DecryptError."""
        return pyrage.decrypt(sealed, list(self.identities))

    def __repr__(self) -> str:
        return f"NodeKeys({self.node}, {self.public.signer})"


def make_keys(node: str, older: tuple[pyrage.x25519.Identity, ...] = ()) -> NodeKeys:
    """Fresh keys of a node; `older` age keys go on opening what was sealed to them."""
    return NodeKeys(node, SigningKey.generate(), (pyrage.x25519.Identity.generate(), *older))


def load_keys(folder: Path, node: str) -> NodeKeys:
    """Read the keys of a data folder's `keys/`. Raises RoadError("no_keys") or ("bad_keys")."""
    try:
        seed = (folder / SIGNING_FILE).read_text(encoding="ascii")
        ages = (folder / AGE_FILE).read_text(encoding="ascii")
    except FileNotFoundError as error:
        raise RoadError("no_keys") from error
    except ValueError as error:
        raise RoadError("bad_keys", file=folder.name) from error
    try:
        signing = SigningKey(bytes.fromhex(secret_lines(seed)[0]))
    except (ValueError, IndexError, TypeError) as error:
        raise RoadError("bad_keys", file=SIGNING_FILE) from error
    try:
        identities = tuple(pyrage.x25519.Identity.from_str(line) for line in secret_lines(ages))
    except pyrage.IdentityError as error:
        raise RoadError("bad_keys", file=AGE_FILE) from error
    if not identities:
        raise RoadError("bad_keys", file=AGE_FILE)
    return NodeKeys(node, signing, identities)


def secret_lines(text: str) -> list[str]:
    """The lines that are no comment and not empty."""
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def store_keys(folder: Path, keys: NodeKeys) -> None:
    """Write both key files, owner-only. The age file goes first: without it nothing could be read."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    ages = "".join(f"{identity}\n" for identity in keys.identities)
    write_whole(folder / AGE_FILE, f"# Loket {keys.node}, kunci pembuka (age)\n{ages}".encode("ascii"), 0o600)
    seed = bytes(keys.signing).hex()
    write_whole(folder / PUBLIC_FILE, keys.public.pem().encode("ascii"), 0o600)
    write_whole(
        folder / SIGNING_FILE, f"# Loket {keys.node}, kunci tanda tangan\n{seed}\n".encode("ascii"), 0o600
    )


def load_or_make_keys(folder: Path, node: str) -> NodeKeys:
    """Keys of a data folder, made at the first start. A damaged file is an error, never silently replaced."""
    if not (folder / SIGNING_FILE).exists():
        return renew_keys(folder, node)
    return load_keys(folder, node)


def renew_keys(folder: Path, node: str) -> NodeKeys:
    """New signing and age keys (rotation, loss, restore); age keys that are still there stay readable."""
    keys = make_keys(node, remaining_identities(folder))
    store_keys(folder, keys)
    return keys


def remaining_identities(folder: Path) -> tuple[pyrage.x25519.Identity, ...]:
    """Every age key that can still be read of a folder whose files are perhaps missing or damaged."""
    try:
        lines = secret_lines((folder / AGE_FILE).read_text(encoding="ascii", errors="replace"))
    except OSError:
        return ()
    known = []
    for line in lines:
        try:
            known.append(pyrage.x25519.Identity.from_str(line))
        except pyrage.IdentityError:
            continue
    return tuple(known)
