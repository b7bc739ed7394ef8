"""`stop`: end the Loket that works in a data folder as Ctrl+C does, and wait until it has ended.

A process of Linux is told by SIGTERM. One of Windows cannot be told from outside of its window, so it waits for an
event of the system that bears its number.
"""

import _thread
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from app.cli.options import data_option, loket_command
from schema.data_folder import folder_holder

SECONDS = 900
"""For the last backup of a large office on a slow stick."""
BETWEEN_LOOKS = 0.2
EVENT = "Local\\loket-berhenti-{number}"
"""Of this session of Windows alone: another account's Loket is not stopped."""
MAY_CHANGE, FOR_EVER = 2, 0xFFFFFFFF
"""EVENT_MODIFY_STATE and INFINITE."""

NOBODY = "Tidak ada Loket yang berjalan dengan data di {data}."
STOPPING = "Menghentikan Loket ({holder}). Cadangan terakhir dibuat dulu; tunggu."
STOPPED = "Loket sudah berhenti."
NOT_KNOWN = "Folder {data} sedang dipakai ({holder}), tetapi nomor prosesnya tidak terbaca. Tutup jendelanya sendiri."
NOT_OURS = "Loket itu ({holder}) dijalankan akun lain. Hentikan dari akun itu."
NOT_YET = "Loket belum berhenti sesudah {minutes} menit. Lihat jendelanya, lalu ulangi."


@loket_command(
    "stop",
    "Hentikan Loket yang berjalan dengan folder data ini, seperti Ctrl+C di jendelanya.\n\n"
    "Perintah ini menunggu sampai cadangan terakhir selesai dan folder data dilepas.",
)
@data_option
def stop(data: Path) -> None:
    holder = folder_holder(data)
    if holder is None:
        click.echo(NOBODY.format(data=data))
        return
    number = re.search(r"proses (\d+)", holder)
    if not number:
        raise click.ClickException(NOT_KNOWN.format(data=data, holder=holder))
    click.echo(STOPPING.format(holder=holder))
    if not ask_to_stop(int(number[1])):
        raise click.ClickException(NOT_OURS.format(holder=holder))
    wait_until_free(data)
    click.echo(STOPPED)


def wait_until_free(data: Path, seconds: float = SECONDS) -> None:
    """Raises ClickException where somebody still holds the folder after so long."""
    ends = time.monotonic() + seconds
    look = threading.Event()
    while folder_holder(data) is not None:
        if time.monotonic() > ends:
            raise click.ClickException(NOT_YET.format(minutes=SECONDS // 60))
        look.wait(BETWEEN_LOOKS)


def ask_to_stop(number: int) -> bool:
    """Whether a process could be told to end in order; one that has just ended was."""
    if os.name == "nt":
        return set_event(number)
    try:
        os.kill(number, signal.SIGTERM)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return True


# -- Windows -----------------------------------------------------------------------------------------------------


def kernel() -> Any:
    """The functions of Windows; handles are as wide as addresses."""
    ctypes: Any = import_module("ctypes")
    functions = ctypes.WinDLL("kernel32")
    for name in ("CreateEventW", "OpenEventW"):
        getattr(functions, name).restype = ctypes.c_void_p
    for name in ("SetEvent", "CloseHandle"):
        getattr(functions, name).argtypes = (ctypes.c_void_p,)
    functions.WaitForSingleObject.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
    return functions


def set_event(number: int) -> bool:
    functions = kernel()
    event = functions.OpenEventW(MAY_CHANGE, False, EVENT.format(number=number))
    if not event:
        return False
    functions.SetEvent(event)
    functions.CloseHandle(event)
    return True


@contextmanager
def stopped_by_event() -> Iterator[None]:
    """Let `stop` end this process of Windows like Ctrl+C; elsewhere a signal does."""
    if os.name != "nt":
        yield
        return
    functions = kernel()
    event = functions.CreateEventW(None, True, False, EVENT.format(number=os.getpid()))
    over = threading.Event()

    def wait() -> None:
        functions.WaitForSingleObject(event, FOR_EVER)
        if not over.is_set():
            _thread.interrupt_main()

    waiting = threading.Thread(target=wait, name="stop", daemon=True)
    waiting.start()
    try:
        yield
    finally:
        over.set()
        functions.SetEvent(event)
        waiting.join(1)
        functions.CloseHandle(event)
