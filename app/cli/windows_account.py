"""DPAPI: what one account of a Windows PC protects, only that account opens, and only on that PC."""

import base64
import ctypes
from collections.abc import Callable
from typing import Any

from schema.cipher import LockedFolderError

OTHER_ACCOUNT = (
    "Kunci basis data ini milik akun Windows lain, atau folder data pindah dari komputer lain. Masuk dengan akun yang "
    "biasa, atau jalankan: python3 run.py encrypt --new-passphrase dengan kunci pemulihan."
)
NO_PROMPT = 1
"""CRYPTPROTECT_UI_FORBIDDEN: nobody may sit there."""


class Blob(ctypes.Structure):
    """DATA_BLOB: so many bytes, where they lie."""

    _fields_ = (("size", ctypes.c_uint32), ("data", ctypes.c_void_p))


def protect(key: bytes) -> str:
    """The key as only this account of this PC can read it, in base64. Raises LockedFolderError."""
    return base64.b64encode(_run("CryptProtectData", key)).decode()


def unprotect(protected: str) -> bytes:
    """The key out of what `protect` gave. Raises LockedFolderError on another PC or account."""
    return _run("CryptUnprotectData", base64.b64decode(protected))


def _run(name: str, given: bytes) -> bytes:
    windows: Any = getattr(ctypes, "windll")  # noqa: B009  # only Windows has it, also for the type checker
    call: Callable[..., int] = getattr(windows.crypt32, name)
    kept = ctypes.create_string_buffer(given, len(given))
    source = Blob(len(given), ctypes.cast(kept, ctypes.c_void_p))
    answer = Blob()
    if not call(ctypes.byref(source), None, None, None, None, NO_PROMPT, ctypes.byref(answer)):
        raise LockedFolderError(OTHER_ACCOUNT)
    try:
        return ctypes.string_at(answer.data or 0, answer.size)
    finally:
        windows.kernel32.LocalFree(ctypes.c_void_p(answer.data))
