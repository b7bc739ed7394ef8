"""Who a node is: an Ed25519 key that signs, an age x25519 key that opens (sync.md section 4).

Both stand in the data folder under `keys/`, readable by their owner only, and never in a backup. `age.key` is an
ordinary age identity file: the newest key first, earlier ones after it, so that old files stay readable.

A value that only its receiver may read again (an account number) is sealed with age for the sides that may open it.
What is kept beside it is a mask (its last characters) and a reference: the same value gives the same reference at one
side, and nobody without that side's key can try values.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import msgspec
import pyrage
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from schema.data_folder import write_whole
from sync.entries import Code, Fingerprint, Hash, Moment, Recipient, Signature, parse_utc_text, to_utc_text
from sync.problems import SyncError

SIGNING_FILE = "signing.key"
AGE_FILE = "age.key"
PUBLIC_FILE = "public.pem"
SPKI_ED25519 = bytes.fromhex("302a300506032b6570032100")
"""RFC 8410: what stands before the 32 bytes of an Ed25519 public key in DER."""


def key_fingerprint(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:32]


class PublicKeys(msgspec.Struct, frozen=True):
    """What others may know of a node: `signing` is 32 bytes in hex, `recipient` an `age1…` string."""

    node: Code
    signing: Hash
    recipient: Recipient

    @property
    def signer(self) -> str:
        return key_fingerprint(bytes.fromhex(self.signing))

    @property
    def sealed_to(self) -> str:
        return key_fingerprint(self.recipient.encode())

    def digest(self) -> bytes:
        """16 bytes over name and both keys, as an enrolment code carries them."""
        whole = b"loket-keys-1\n" + f"{self.node}\n{self.signing}\n{self.recipient}\n".encode()
        return hashlib.sha256(whole).digest()[:16]

    def verify(self, message: bytes, signature: bytes) -> bool:
        try:
            VerifyKey(bytes.fromhex(self.signing)).verify(message, signature)
        except (BadSignatureError, ValueError, TypeError):
            return False
        return True

    def seal(self, plain: bytes) -> bytes:
        """Encrypt for this node alone. Raises SyncError("bad_keys")."""
        try:
            return pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(self.recipient)])
        except pyrage.RecipientError as error:
            raise SyncError("bad_keys", file=self.node) from error

    def pem(self) -> str:
        text = b64encode(SPKI_ED25519 + bytes.fromhex(self.signing)).decode()
        return f"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n"

    def sound(self) -> bool:
        try:
            VerifyKey(bytes.fromhex(self.signing))
            pyrage.x25519.Recipient.from_str(self.recipient)
        except (ValueError, TypeError, pyrage.RecipientError):
            return False
        return True


class NodeKeys(msgspec.Struct, frozen=True, dict=True):
    """The secret side: `identities[0]` is current, the rest only open old files."""

    node: str
    signing: SigningKey
    identities: tuple[pyrage.x25519.Identity, ...]

    @cached_property
    def public(self) -> PublicKeys:
        return PublicKeys(self.node, bytes(self.signing.verify_key).hex(), str(self.identities[0].to_public()))

    @cached_property
    def recipients(self) -> frozenset[str]:
        return frozenset(key_fingerprint(str(identity.to_public()).encode()) for identity in self.identities)

    def sign(self, message: bytes) -> bytes:
        return self.signing.sign(message).signature

    def open(self, sealed: bytes) -> bytes:
        """Decrypt with whichever key fits. Raises pyrage.DecryptError."""
        return pyrage.decrypt(sealed, list(self.identities))

    def __repr__(self) -> str:
        return f"NodeKeys({self.node}, {self.public.signer})"


def make_keys(node: str, older: tuple[pyrage.x25519.Identity, ...] = ()) -> NodeKeys:
    return NodeKeys(node, SigningKey.generate(), (pyrage.x25519.Identity.generate(), *older))


def load_keys(folder: Path, node: str) -> NodeKeys:
    """Read the keys of a data folder's `keys/`. Raises SyncError("no_keys") or ("bad_keys")."""
    try:
        seed = (folder / SIGNING_FILE).read_text(encoding="ascii")
        ages = (folder / AGE_FILE).read_text(encoding="ascii")
    except FileNotFoundError as error:
        raise SyncError("no_keys") from error
    except ValueError as error:
        raise SyncError("bad_keys", file=folder.name) from error
    try:
        signing = SigningKey(bytes.fromhex(secret_lines(seed)[0]))
    except (ValueError, IndexError, TypeError) as error:
        raise SyncError("bad_keys", file=SIGNING_FILE) from error
    try:
        identities = tuple(pyrage.x25519.Identity.from_str(line) for line in secret_lines(ages))
    except pyrage.IdentityError as error:
        raise SyncError("bad_keys", file=AGE_FILE) from error
    if not identities:
        raise SyncError("bad_keys", file=AGE_FILE)
    return NodeKeys(node, signing, identities)


def secret_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def store_keys(folder: Path, keys: NodeKeys) -> None:
    """Write both key files, owner-only. The age file goes first: without it nothing could be read."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    ages = "".join(f"{identity}\n" for identity in keys.identities)
    write_whole(folder / AGE_FILE, f"# Loket {keys.node}, kunci pembuka (age)\n{ages}".encode("ascii"), 0o600)
    seed = bytes(keys.signing).hex()
    write_whole(folder / PUBLIC_FILE, keys.public.pem().encode("ascii"), 0o600)
    write_whole(folder / SIGNING_FILE, f"# Loket {keys.node}, kunci tanda tangan\n{seed}\n".encode("ascii"), 0o600)


def load_or_make_keys(folder: Path, node: str) -> NodeKeys:
    """Keys of a data folder, made at the first start. A damaged file is an error, never silently replaced."""
    if not (folder / SIGNING_FILE).exists():
        return renew_keys(folder, node)
    return load_keys(folder, node)


def renew_keys(folder: Path, node: str) -> NodeKeys:
    """New keys for everybody: what single partners knew this side by (`mitra/`) is given up with the rest."""
    partners = sorted(folder.glob(f"*/*/{AGE_FILE}"))
    older = [identity for path in (folder / AGE_FILE, *partners) for identity in remaining_identities(path.parent)]
    keys = make_keys(node, tuple(older))
    store_keys(folder, keys)
    for path in partners:
        for name in (SIGNING_FILE, PUBLIC_FILE, AGE_FILE):
            (path.parent / name).unlink(missing_ok=True)
    return keys


def remaining_identities(folder: Path) -> tuple[pyrage.x25519.Identity, ...]:
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


GRACE = timedelta(days=30)
"""How long files that the earlier key signed before the change are still taken: a stick may be under way."""

MOST_ANNOUNCEMENTS = 16
"""Statements that travel in a header; whoever missed more rotations needs an enrolment code."""


class KeyAnnouncement(msgspec.Struct, frozen=True):
    """`before` is the fingerprint of the signing key that goes; `signing` and `recipient` are the keys that come.

    `since` is the announcing side's clock; both signatures are base64url without padding over :func:`spoken`.
    """

    before: Fingerprint
    signing: Hash
    recipient: Recipient
    since: Moment
    by_old: Signature
    by_new: Signature


class AnnouncedKeys(msgspec.Struct, frozen=True):
    keys: PublicKeys
    since: str


def announcement_text(node: str, before: str, signing: str, recipient: str, since: str) -> bytes:
    return f"loket-succession-1\n{node}\n{before}\n{signing}\n{recipient}\n{since}\n".encode()


def announce_keys(old: NodeKeys, new: NodeKeys, now: datetime) -> KeyAnnouncement:
    keys = new.public
    since = to_utc_text(now)
    text = announcement_text(old.node, old.public.signer, keys.signing, keys.recipient, since)
    by_old = sign_text(old, text)
    by_new = sign_text(new, text)
    return KeyAnnouncement(old.public.signer, keys.signing, keys.recipient, since, by_old, by_new)


def follow_announcements(keys: PublicKeys, said: Sequence[KeyAnnouncement]) -> list[AnnouncedKeys]:
    """Where the statements lead from keys that are known; what does not prove itself leads nowhere."""
    steps: list[AnnouncedKeys] = []
    seen = {keys.signer}
    for announcement in said[:MOST_ANNOUNCEMENTS]:
        if announcement.before != keys.signer or not is_utc_text(announcement.since):
            continue
        new = PublicKeys(keys.node, announcement.signing, announcement.recipient)
        text = announcement_text(
            keys.node, announcement.before, announcement.signing, announcement.recipient, announcement.since
        )
        if not new.sound() or new.signer in seen:
            continue
        if is_text_signed(keys, text, announcement.by_old) and is_text_signed(new, text, announcement.by_new):
            steps.append(AnnouncedKeys(new, announcement.since))
            seen.add(new.signer)
            keys = new
    return steps


def is_utc_text(text: str) -> bool:
    """Whether a text is a moment as :func:`sync.entries.to_utc_text` writes it."""
    try:
        return to_utc_text(parse_utc_text(text)) == text
    except (ValueError, TypeError, OverflowError):
        return False


SIGNATURE_HEADER = "Loket-Signature"


def signed_request_text(method: str, target: str, body: bytes, signer: str) -> bytes:
    """The bytes that a request's signature covers; `target` is path and query as sent, `signer` the fingerprint of
    the centre's key."""
    digest = hashlib.sha256(body).hexdigest()
    return f"loket-request-1\n{method}\n{target}\n{digest}\n{signer}\n".encode()


def signed_answer_text(request_signature: str, body: bytes) -> bytes:
    return f"loket-answer-1\n{request_signature}\n{hashlib.sha256(body).hexdigest()}\n".encode()


def sign_text(keys: NodeKeys, text: bytes) -> str:
    """Signature for a header field: base64url without padding, 86 characters."""
    return urlsafe_b64encode(keys.sign(text)).rstrip(b"=").decode()


def is_text_signed(keys: PublicKeys, text: bytes, signature: str) -> bool:
    try:
        raw = urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except (binascii.Error, ValueError):
        return False
    return keys.verify(text, raw)


KEY_FILE = "nilai.key"
SHOWN = 3
"""Last characters that a mask shows."""
LENGTH = 64
"""A value is filled up to so many bytes, so that the length of what is sealed says nothing."""


class Sealed(msgspec.Struct, frozen=True):
    sealed: str
    mask: str
    reference: str


# -- values sealed one by one ------------------------------------------------------------------------------------


class ValueSealer(msgspec.Struct, frozen=True):
    """Seals values for this side and others, and opens those that were sealed for it."""

    keys: NodeKeys
    secret: bytes

    def seal(self, value: str, others: Sequence[str] = ()) -> Sealed:
        """`others`: age recipients of the sides that may open it too."""
        own = self.keys.public.recipient
        known = [pyrage.x25519.Recipient.from_str(recipient) for recipient in dict.fromkeys([own, *others])]
        sealed = pyrage.encrypt(value.encode().ljust(LENGTH, b"\0"), known)
        reference = hmac.new(self.secret, value.encode(), hashlib.sha256).hexdigest()[:20].upper()
        return Sealed(base64.b64encode(sealed).decode(), mask_value(value), reference)

    def open(self, sealed: str) -> str:
        """Raises SyncError("value_sealed") where it was sealed for other keys, or is no sealed value at all."""
        try:
            return self.keys.open(base64.b64decode(sealed, validate=True)).rstrip(b"\0").decode()
        except (pyrage.DecryptError, ValueError) as error:
            raise SyncError("value_sealed") from error


def mask_value(value: str) -> str:
    return "*" * (len(value) - SHOWN) + value[-SHOWN:]


def make_sealer(keys: NodeKeys, folder: Path) -> ValueSealer:
    """The sealer of a side; its secret for references lies beside its keys and is made at the first need."""
    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, secrets.token_bytes(32), mode=0o600)
    return ValueSealer(keys, path.read_bytes())
