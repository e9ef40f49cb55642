"""Code that ran once leaves a process, and runs again when it is called."""

import subprocess
import sys

import pytest

from common.code_pages import find_unchanged

UNMAPPED = """
import re
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from common.code_pages import unmap_code
from common.tokens import Role, issue
from joserfc.jwk import OKPKey

import_module("registration.app")


def held():
    return int(re.search(r"RssFile:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])


key = OKPKey.generate_key("Ed25519", {"kid": "x"})
before, first = held(), unmap_code()
between, told = held(), len(unmap_code(first))
after = held()
assert issue(key, role=Role.OPERATOR, subject="x", now=datetime.now(UTC))
print(told, before, between, after)
"""


def mapping(line: str, anonymous: int, swapped: int = 0) -> str:
    sizes = {"Size": 4, "Rss": 4, "Anonymous": anonymous, "AnonHugePages": 0, "Swap": swapped, "SwapPss": swapped}
    more = "".join(f"{name}: {size:>12} kB\n" for name, size in sizes.items()) + "VmFlags: rd mr mw me sd \n"
    return f"{line}\n{more}"


MAPS = "".join(
    (
        mapping("00400000-00500000 r--p 00000000 08:01 11 /usr/bin/python3.11", 0),
        mapping("00500000-00700000 r-xp 00100000 08:01 11 /usr/bin/python3.11", 0),
        mapping("00700000-00800000 rw-p 00300000 08:01 11 /usr/bin/python3.11", 0),
        mapping("00800000-00900000 r--p 00300000 08:01 11 /usr/bin/python3.11", 4),
        mapping("00880000-00890000 r--p 00300000 08:01 11 /usr/bin/python3.11", 0, 4),
        mapping("00900000-00a00000 r--s 00300000 08:01 11 /usr/lib/gconv-modules.cache", 0),
        mapping("10000000-10001000 r-xp 00000000 00:00 0 [vdso]", 0),
        mapping("20000000-20003000 r-xp 00000000 00:00 0 ", 0),
        mapping("30000000-30001000 rwxp 00000000 08:01 12 /lib/ffi.so", 0),
        mapping("40000000-40002000 r-xp 00000000 08:01 13 /lib/of two words.so (deleted)", 0),
    )
)


def test_only_what_came_from_files_and_nobody_has_written_to_is_found() -> None:
    assert [hex(start) for start, _ in find_unchanged(MAPS)] == ["0x400000", "0x500000", "0x40000000"]
    assert [size for _, size in find_unchanged(MAPS)] == [0x100000, 0x200000, 0x2000]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process has mapped")
def test_a_process_holds_less_of_libraries_and_goes_on_running_them() -> None:
    done = subprocess.run([sys.executable, "-c", UNMAPPED], capture_output=True, text=True, check=True)
    told, before, between, after = map(int, done.stdout.split())
    assert told > 10
    assert between > 0.9 * before  # a look alone takes nothing
    assert after < before / 2
