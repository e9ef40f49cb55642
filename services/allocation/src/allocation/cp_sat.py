"""OR-Tools' CP-SAT, loaded without pandas.

OR-Tools names pandas' types beside its own for whole tables of variables, which nobody here makes; loading them is a
third of a second and 35 MB of every process that solves. It gets two empty types for these names instead.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ortools.sat.python import cp_model
else:
    stand_in = ModuleType("pandas")
    stand_in.Index, stand_in.Series = type("Index", (), {}), type("Series", (), {})
    known = sys.modules.setdefault("pandas", stand_in)
    try:
        from ortools.sat.python import cp_model
    finally:
        if known is stand_in:  # whoever wants pandas gets the real one
            del sys.modules["pandas"]

__all__ = ["cp_model"]
