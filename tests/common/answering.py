"""The process of tests/common/test_beside.py: answers in capitals, and does what it is told to."""

import mmap
import os
import sys
import time

from common.beside import answer_jobs


def answer(job: bytes) -> bytes:
    if job == b"break":
        print("the last words", file=sys.stderr, flush=True)  # noqa: T201  # what a broken process says
        os._exit(3)
    if job == b"never end":
        time.sleep(3600)
    if job == b"take much":
        return str(len(bytearray(1 << 30))).encode()
    if job == b"reserve much":
        reserved = mmap.mmap(-1, 1 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ)
        return str(len(reserved)).encode()
    return job.upper()


if __name__ == "__main__":
    answer_jobs(answer, memory_mb=512)
