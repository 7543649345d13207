"""Takes from this process what a file's reader never needs: network, other programs and processes, the file system, privileges."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from ingest.limits import WORKER_MEMORY

_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_THREAD = 0x10000000, 0x40000000, 0x00010000
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_SIGKILL = 9
#: landlock_create_ruleset, landlock_add_rule, landlock_restrict_self: the same numbers on every machine.
_LANDLOCK = (444, 445, 446)
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
#: What may be read once the walls stand, apart from Python's own folders: libraries, fonts (PDF text is measured with them), time zones.
_READABLE = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/usr/share/fonts", "/usr/share/X11/fonts",
    "/usr/local/share/fonts", "/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types", "/dev/null", "/dev/urandom",
)  # fmt: skip

# Filters for system calls are written in the kernel's own small language: one (operation, jump if true, jump if false, value) a line.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
#: Calls of the x32 kind on x86_64 would pass by the numbers below.
_X32 = 0x40000000
_REFUSED_CALLS = (
    "socket socketpair connect bind listen accept execve execveat fork vfork ptrace process_vm_readv process_vm_writev "
    "io_uring_setup io_uring_enter io_uring_register unshare setns mount umount2 pivot_root chroot bpf perf_event_open userfaultfd "
    "keyctl add_key request_key init_module finit_module kexec_load name_to_handle_at open_by_handle_at personality "
    "pidfd_open pidfd_getfd pidfd_send_signal tkill"
).split()
_SAME_NUMBERS = {"io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "pidfd_open": 434, "pidfd_getfd": 438}
_SAME_NUMBERS |= {"pidfd_send_signal": 424, "clone3": 435}
#: Machine -> (its mark in the filter's data, number of each call).
_MACHINES: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (0xC000003E, _SAME_NUMBERS | {
        "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "socketpair": 53, "clone": 56, "fork": 57, "vfork": 58,
        "execve": 59, "kill": 62, "ptrace": 101, "personality": 135, "pivot_root": 155, "chroot": 161, "mount": 165, "umount2": 166,
        "init_module": 175, "tkill": 200, "tgkill": 234, "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250,
        "unshare": 272, "perf_event_open": 298, "prlimit64": 302, "name_to_handle_at": 303, "open_by_handle_at": 304, "setns": 308,
        "process_vm_readv": 310, "process_vm_writev": 311, "finit_module": 313, "bpf": 321, "execveat": 322, "userfaultfd": 323,
    }),
    "aarch64": (0xC00000B7, _SAME_NUMBERS | {
        "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "personality": 92, "unshare": 97, "kexec_load": 104,
        "init_module": 105, "ptrace": 117, "kill": 129, "tkill": 130, "tgkill": 131, "socket": 198, "socketpair": 199, "bind": 200,
        "listen": 201, "accept": 202, "connect": 203, "add_key": 217, "request_key": 218, "keyctl": 219, "clone": 220, "execve": 221,
        "perf_event_open": 241, "prlimit64": 261, "name_to_handle_at": 264, "open_by_handle_at": 265, "setns": 268,
        "process_vm_readv": 270, "process_vm_writev": 271, "finit_module": 273, "bpf": 280, "execveat": 281, "userfaultfd": 282,
    }),
}  # fmt: skip


def confine() -> tuple[str, ...]:
    """Sets every limit that this kernel allows, once and for good, before anything is read.

    Returns the walls that stand: "namespace" (no network device), "seccomp" (no socket, program or process can be made), "landlock" (no
    file can be written and few can be read), and always "python". Nothing fails where the kernel lacks one of them.
    """
    _limit()
    _refuse_sockets()
    libc = _libc()
    if libc is None:
        return ("python",)
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    walls = [("namespace", _leave_network(libc)), ("landlock", _leave_files(libc))]
    _drop_privileges(libc)
    walls.append(("seccomp", _filter_calls(libc)))
    return (*sorted(name for name, stands in walls if stands), "python")


def _libc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return None
    return libc


def _limit() -> None:
    """``RLIMIT_AS`` bounds the memory in use as well: a worker maps little that it does not touch."""
    wanted = [
        (resource.RLIMIT_AS, WORKER_MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ]
    # Nothing here starts threads; the kernel counts them as processes.
    wanted += [(resource.RLIMIT_NPROC, 0)] if sys.platform.startswith("linux") else []
    for what, value in wanted:
        _, hard = resource.getrlimit(what)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (allowed, allowed))
    sys.setrecursionlimit(3_000)


def _leave_network(libc: ctypes.CDLL) -> bool:
    """Moves into a network of its own that has no way out; most containers forbid it."""
    return bool(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def _drop_privileges(libc: ctypes.CDLL) -> None:
    """Gives up every capability, those of root and those that a new user namespace brings."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    libc.capset(header, (ctypes.c_uint32 * 6)())


def _leave_files(libc: ctypes.CDLL) -> bool:
    """Forbids writing anywhere and reading outside of what Python itself is made of."""
    create, add, restrict = _LANDLOCK
    version = libc.syscall(create, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    handled = (1 << (13 if version < 2 else 14 if version < 3 else 15 if version < 5 else 16)) - 1
    # Version 4 knows TCP (bind and connect), version 6 signals and sockets with abstract names.
    wanted = struct.pack("<QQQ", handled, 3, 3)[: 8 if version < 4 else 16 if version < 6 else 24]
    rules = libc.syscall(create, wanted, ctypes.c_size_t(len(wanted)), 0)
    if rules < 0:
        return False
    try:
        for path in _readable():
            _allow_reading(libc, add, rules, path)
        return bool(libc.syscall(restrict, rules, 0) == 0)
    finally:
        os.close(rules)


def _readable() -> Iterator[Path]:
    linked = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    for name in dict.fromkeys((sys.prefix, sys.base_prefix, *sys.path, *linked, *_READABLE)):
        if name not in ("", "/") and (path := Path(name)).exists():
            yield path


def _allow_reading(libc: ctypes.CDLL, add: int, rules: int, path: Path) -> None:
    allowed = _READ_FILE | (_READ_DIR if path.is_dir() else 0)
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        libc.syscall(add, rules, 1, struct.pack("<Qi", allowed, place), 0)
    finally:
        os.close(place)


def _filter_calls(libc: ctypes.CDLL) -> bool:
    """Lets the kernel refuse whatever opens a socket, starts a program or a process, or reaches into another one."""
    if platform.machine() not in _MACHINES or sys.byteorder != "little":
        return False
    lines = list(_program(*_MACHINES[platform.machine()]))
    code = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *line) for line in lines))
    program = struct.pack("@HP", len(lines), ctypes.addressof(code))
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, program, 0, 0) == 0)


def _program(mark: int, numbers: dict[str, int]) -> Iterator[tuple[int, int, int, int]]:
    refuse = _ERRNO | errno.EPERM
    yield (_LOAD, 0, 0, _ARCHITECTURE)
    yield (_EQUAL, 1, 0, mark)
    yield (_RETURN, 0, 0, _KILL)
    yield (_LOAD, 0, 0, _NUMBER)
    yield (_AT_LEAST, 0, 1, _X32)
    yield (_RETURN, 0, 0, refuse)
    for name in _REFUSED_CALLS:
        if name in numbers:
            yield (_EQUAL, 0, 1, numbers[name])
            yield (_RETURN, 0, 0, refuse)
    # The C library tries the older call where this one "does not exist"; its flags lie in memory that a filter cannot read.
    yield (_EQUAL, 0, 1, numbers["clone3"])
    yield (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)
    yield from _only(numbers["clone"], (_ANY_BIT, _CLONE_THREAD))
    # Signals and limits: for itself only, so that a reader taken over cannot end its parent.
    yield from _only(numbers["kill"], (_EQUAL, os.getpid()))
    yield from _only(numbers["tgkill"], (_EQUAL, os.getpid()))
    yield from _only(numbers["prlimit64"], (_EQUAL, 0))
    yield (_RETURN, 0, 0, _ALLOW)


def _only(number: int, test: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    """Allows the call only where its first argument passes the test."""
    yield (_EQUAL, 0, 4, number)
    yield (_LOAD, 0, 0, _FIRST_ARGUMENT)
    yield (test[0], 1, 0, test[1])
    yield (_RETURN, 0, 0, _ERRNO | errno.EPERM)
    yield (_RETURN, 0, 0, _ALLOW)


class _NoSocket(socket.socket):
    """A socket class, so that modules which derive from it still import, of which there can be no socket."""

    def __init__(self, *_args: object, **_more: object) -> None:
        raise PermissionError("a worker that reads files has no network")


def _refused(*_args: object, **_more: object) -> NoReturn:
    raise PermissionError("a worker that reads files has no network")


def _refuse_sockets() -> None:
    """No parser here fetches anything; a library that would try fails at once (T8)."""
    socket.socket = _NoSocket  # type: ignore[misc]
    socket.create_connection = _refused
    socket.getaddrinfo = _refused
    socket.socketpair = _refused
