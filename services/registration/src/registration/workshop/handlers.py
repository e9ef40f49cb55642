"""Hands work to the process beside the service and takes it back."""

from collections.abc import Sequence

from common.beside import Beside, Limits, ProcessFailedError
from common.errors import FieldProblem, InvalidInputError
from registration.duplicates.domain import Candidate, VendorFacts
from registration.evidence.domain import Inspected
from registration.workbooks import coding
from registration.workbooks.domain import Book, Info, Marks
from registration.workshop.process import FACTS, PAIRS, Done

OURS = ("order", "vendors")
"""Jobs that bring nothing of a stranger's: when one fails, nobody sent a bad file."""


class Workshop(Beside):
    """The process; its refusals are raised as if they had been made here."""

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__("registration.workshop.process", limits)

    async def read_workbook(self, content: bytes) -> Book:
        """Return a workbook as it stands; raises InvalidInputError where it is none or none of ours."""
        done = await self._do("workbook", content)
        return coding.decode_book(coding.load(done.value))

    async def write_workbook(self, info: Info, book: Book, marks: Marks | None = None) -> bytes:
        """Return a workbook as XLSX."""
        return (await self._do("order", coding.encode_order(info, book, marks))).value

    async def inspect(self, content: bytes) -> Inspected:
        """Return a file of evidence as it is kept; raises InvalidInputError."""
        done = await self._do("content", content)
        return Inspected(done.kind, done.value)

    async def find_pairs(self, vendors: Sequence[VendorFacts]) -> list[Candidate]:
        """Return the pairs of vendors that may be one producer."""
        return PAIRS.validate_json((await self._do("vendors", FACTS.dump_json(list(vendors)))).value)

    async def _do(self, field: str, content: bytes) -> Done:
        try:
            done = Done.model_validate_json(await self.ask(field.encode() + b"\n" + content))
        except ProcessFailedError as error:
            if field in OURS:
                raise
            raise _unreadable(field) from error
        if done.problems is not None:
            raise InvalidInputError(done.problems)
        return done


def _unreadable(field: str) -> InvalidInputError:
    vi = "Không đọc được tệp trong giới hạn bộ nhớ và thời gian; hãy lưu lại bằng phần mềm khác hoặc chia nhỏ."
    en = "The file cannot be read within the limits of memory and time; save it with another program, or part it."
    return InvalidInputError([FieldProblem(field, "unreadable", vi, en)])
