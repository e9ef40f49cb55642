"""What a process of registration holds before anybody sends a workbook."""

import subprocess
import sys

LOOK = "import sys, registration.app; print(*(set(sys.argv[1:]) & set(sys.modules)))"


def test_the_libraries_of_workbooks_are_loaded_with_the_first_workbook_alone():
    """They and what they bring are 35 MB."""
    names = ("openpyxl", "xlsxwriter", "numpy")
    looked = subprocess.run([sys.executable, "-c", LOOK, *names], capture_output=True, text=True, check=True)
    assert looked.stdout.split() == []
