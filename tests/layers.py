"""A kind of import rule: modules that import nothing but the standard library and what is named."""

import sys

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyContract(Contract):
    """``source_modules`` import directly nothing but the standard library, ``allowed_modules`` and one another.

    A list of forbidden modules lets through whatever nobody thought of; this one is told what may be there.
    """

    type_name = "only"

    source_modules = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed_modules = fields.SetField(subfield=fields.ModuleExpressionField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 (import-linter's own signature)
        """Return what is imported beside that, by module."""
        sources = self._resolve(graph, "source_modules")
        allowed = sources | self._resolve(graph, "allowed_modules")
        found = {
            source: sorted(
                name
                for name in graph.find_modules_directly_imported_by(source)
                if name not in allowed and name.partition(".")[0] not in sys.stdlib_module_names
            )
            for source in sorted(sources)
        }
        wrong = {source: names for source, names in found.items() if names}
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each module with what it may not import."""
        for source, names in check.metadata["wrong"].items():
            output.print_error(f"{source} imports {', '.join(names)}")

    def _resolve(self, graph: ImportGraph, field: str) -> set[str]:
        return {name for one in getattr(self, field) for name in graph.find_matching_modules(str(one))}
