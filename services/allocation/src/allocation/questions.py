"""How a service and the process of its solvers speak with each other: questions and answers in frames of bytes."""

from struct import Struct

FRAME = Struct(">I")
"""The length in bytes that goes before each question and each answer."""
ENDED = Struct(">i")
"""The exit code of a question's process, before what it answered; negative is the signal that ended it."""
SAID = b"--\n"
"""The line that closes what is said of one question."""
