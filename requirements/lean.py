"""Compile the packages that services load without their docstrings, which nobody reads in a service and each holds in memory.

    python requirements/lean.py [--unchecked] [FOLDER]

Written into this environment (or the folder of packages) as Python would write it: of a source that has changed Python compiles
anew, as always; --unchecked is for folders that nobody writes to any more. Only docstrings go, assertions stay, and our own
packages are left alone: the descriptions of routes are docstrings of theirs. Only Python's standard library is used here.
"""

import ast
import marshal
import os
import sys
import sysconfig
import warnings
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path

PACKAGES = (
    *("aiokafka", "aiosmtplib", "annotated_doc", "annotated_types", "anyio", "async_timeout", "asyncpg", "click"),
    *("cryptography", "dotenv", "fast_depends", "fastapi", "faststream", "greenlet", "h11", "httpcore", "httpx"),
    *("idna", "jinja2", "joserfc", "markupsafe", "mrml", "opentelemetry", "packaging", "prometheus_client"),
    *("pydantic", "pydantic_core", "pydantic_settings", "python_multipart", "sqlalchemy", "starlette", "structlog"),
    *("typing_extensions", "typing_inspection", "uuid_utils", "uvicorn"),
)
"""What services load of what others made, 1,600 sources; tests/common/test_size.py says what is missing here."""
TESTS = {"test", "tests"}
AT_ONCE = 64
BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
DESCRIBED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
HOLDING = ast.Module | ast.stmt | ast.excepthandler | ast.match_case


def without_docstrings(tree: ast.Module) -> ast.Module:
    """Leave a full stop of each docstring: there are packages that assert that theirs are there."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, DESCRIBED) and ast.get_docstring(node, clean=False) is not None:
            node.body[0] = ast.copy_location(ast.Expr(ast.copy_location(ast.Constant("."), node.body[0])), node.body[0])
        for part in BODIES if isinstance(node, HOLDING) else ():
            waiting.extend(getattr(node, part, ()))
    return tree


def head(source: Path, text: bytes, *, unchecked: bool) -> bytes:
    """Return what stands before the bytecode, and says of which source it is (PEP 552)."""
    if unchecked:
        return MAGIC_NUMBER + (1).to_bytes(4, "little") + source_hash(text)
    state = source.stat()
    told = (0, int(state.st_mtime) & 0xFFFFFFFF, state.st_size & 0xFFFFFFFF)
    return MAGIC_NUMBER + b"".join(number.to_bytes(4, "little") for number in told)


def compile_lean(source: Path, *, unchecked: bool) -> None:
    """Put the bytecode of one source where Python looks for it, in one step: services may be starting."""
    text = source.read_bytes()
    before = head(source, text, unchecked=unchecked)
    code = compile(without_docstrings(ast.parse(text)), str(source), "exec", dont_inherit=True, optimize=0)
    target = Path(cache_from_source(str(source), optimization=""))
    target.parent.mkdir(parents=True, exist_ok=True)
    written = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        written.write_bytes(before + marshal.dumps(code))
        written.chmod(source.stat().st_mode & 0o666 | 0o200)
        written.replace(target)
    finally:
        written.unlink(missing_ok=True)


def compile_each(sources: Iterable[Path], *, unchecked: bool) -> int:
    """Compile some; return how many could not be: those Python compiles by itself."""
    failed = 0
    warnings.simplefilter("ignore")
    for source in sources:
        try:
            compile_lean(source, unchecked=unchecked)
        except (OSError, SyntaxError, ValueError, RecursionError):
            failed += 1
    return failed


def find_sources(folder: Path) -> Iterator[Path]:
    """Find the sources of the packages that are there; tests that came along are left out."""
    for name in PACKAGES:
        found = sorted([*folder.glob(f"{name}.py"), *(folder / name).rglob("*.py")])
        yield from (source for source in found if not TESTS & set(source.relative_to(folder).parts))


def installed() -> list[Path]:
    """Return where this environment keeps packages: one folder, or two where those with machine code have their own."""
    named = [Path(sysconfig.get_path(kind)) for kind in ("platlib", "purelib")]
    return list({folder.resolve(): folder for folder in named}.values())


def main(words: Sequence[str]) -> None:
    """Compile all of them, on all processors; what fails is told and harms nobody."""
    unchecked = "--unchecked" in words
    folders = [Path(word) for word in words if word != "--unchecked"] or installed()
    sources = [source for folder in folders for source in find_sources(folder)]
    lots = [sources[start : start + AT_ONCE] for start in range(0, len(sources), AT_ONCE)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        failed = sum(pool.map(partial(compile_each, unchecked=unchecked), lots))
    if failed:
        sys.stderr.write(f"{failed} of {len(sources)} sources keep their docstrings in memory\n")


if __name__ == "__main__":
    main(sys.argv[1:])
