"""``python -m registration.workshop.process``: opens and writes files and compares vendors, one job after the other.

A file that takes all memory, never ends or breaks a library takes this process with it and not the service, and what it
loads (openpyxl, xlsxwriter, Pillow, pypdf, RapidFuzz) is gone with it.
"""

from collections.abc import Callable

from pydantic import BaseModel, ConfigDict, TypeAdapter

from common.beside import answer_jobs
from common.errors import FieldProblem, InvalidInputError
from registration.duplicates.domain import Candidate, VendorFacts
from registration.workbooks import coding

MEMORY_MB = 1024
"""What it may write to: a picture of the most pixels takes 575, 50,000 vendors 353."""
FACTS = TypeAdapter(list[VendorFacts])
PAIRS = TypeAdapter(list[Candidate])


class Done(BaseModel):
    """What a job gave, or what is wrong with the file."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    value: bytes = b""
    kind: str = ""
    problems: list[FieldProblem] | None = None


def _read_workbook(content: bytes) -> Done:
    from registration.workbooks.reading import read_workbook  # noqa: PLC0415  # each is loaded here, and when needed

    return Done(value=coding.dump(coding.encode_book(read_workbook(content))))


def _write_workbook(content: bytes) -> Done:
    from registration.workbooks.writing import write_workbook  # noqa: PLC0415

    return Done(value=write_workbook(*coding.decode_order(content)))


def _inspect(content: bytes) -> Done:
    from registration.evidence.inspecting import inspect  # noqa: PLC0415

    inspected = inspect(content)
    return Done(value=inspected.content, kind=inspected.media_type)


def _find_pairs(content: bytes) -> Done:
    from registration.duplicates.search import find_pairs  # noqa: PLC0415

    return Done(value=PAIRS.dump_json(find_pairs(FACTS.validate_json(content))))


WORK: dict[bytes, Callable[[bytes], Done]] = {
    b"workbook": _read_workbook,
    b"order": _write_workbook,
    b"content": _inspect,
    b"vendors": _find_pairs,
}


def do(job: bytes) -> bytes:
    """Return what a job gives, as the process does it."""
    field, _, content = job.partition(b"\n")
    try:
        done = WORK[field](content)
    except InvalidInputError as refusal:
        done = Done(problems=refusal.problems)
    return done.model_dump_json().encode()


if __name__ == "__main__":
    answer_jobs(do, MEMORY_MB)
