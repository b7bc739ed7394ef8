"""A backup's bytes on their way: packed (gzip) and sealed (age) piece by piece, in memory that does not grow."""

from __future__ import annotations

import hashlib
import zlib
from typing import BinaryIO

import pyrage

PIECE = 65_536
GZIP = 31
"""What zlib calls a window of 32 kB with gzip's own header and checksum."""


class Packing:
    """Reads a plain file and gives it gzipped; `digest` is SHA-256 over the plain bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest = file, hashlib.sha256()
        self.packer, self.ready, self.ended = zlib.compressobj(6, zlib.DEFLATED, GZIP), b"", False
        self.error: OSError | None = None

    def read(self, size: int) -> bytes:
        """At most `size` packed bytes; none at the end."""
        while not self.ready and not self.ended:
            try:
                plain = self.file.read(PIECE)
            except OSError as error:
                self.error = error
                raise
            self.digest.update(plain)
            self.ended = not plain
            self.ready = self.packer.compress(plain) if plain else self.packer.flush()
        part, self.ready = self.ready[:size], self.ready[size:]
        return part


class Writing:
    """Writes into a file and keeps the error of a full disk, whose number pyrage does not pass on."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.error: OSError | None = None

    def write(self, part: bytes) -> int:
        """Write one piece."""
        try:
            self.file.write(part)
        except OSError as error:
            self.error = error
            raise
        return len(part)

    def flush(self) -> None:
        """The caller flushes and fsyncs once, at the end."""


class Unpacking(Writing):
    """Takes gzipped pieces and writes them plain; `digest` is SHA-256 over the plain bytes."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self.digest, self.unpacker = hashlib.sha256(), zlib.decompressobj(GZIP)

    def write(self, part: bytes) -> int:
        """Unpack one piece; what it swells to is written in bounded pieces too."""
        packed = part
        while packed:
            plain = self.unpacker.decompress(packed, PIECE)
            self.digest.update(plain)
            super().write(plain)
            packed = self.unpacker.unconsumed_tail
        return len(part)


def seal(plain: BinaryIO, sealed: BinaryIO, recipients: list[pyrage.x25519.Recipient]) -> str:
    """Pack and seal a whole file; the SHA-256 of the plain bytes in hex. Raises OSError."""
    source, target = Packing(plain), Writing(sealed)
    try:
        pyrage.encrypt_io(source, target, recipients)
    except pyrage.EncryptError as error:
        raise (source.error or target.error or OSError(str(error))) from error
    return source.digest.hexdigest()


def open_sealed(sealed: BinaryIO, plain: BinaryIO, identity: pyrage.x25519.Identity) -> str:
    """Open and unpack a whole file; the SHA-256 of the plain bytes in hex.

    Raises pyrage.DecryptError for a file that this key does not open, EOFError for one that is damaged or cut, and
    OSError when the disk takes or gives no more.
    """
    target = Unpacking(plain)
    try:
        pyrage.decrypt_io(sealed, target, [identity])
    except OSError as error:
        if target.error is not None:
            raise target.error from error
        if error.errno is not None:
            raise
        raise EOFError(
            "damaged"
        ) from error  # pyrage says OSError without a number for a piece that was altered
    except zlib.error as error:
        raise EOFError("not packed") from error
    if not target.unpacker.eof:
        raise EOFError("cut short")
    return target.digest.hexdigest()
