"""What a process of registration holds, whether anybody sends a workbook or fetches one."""

import subprocess
import sys

LOOK = "import sys, registration.app, registration.workbooks.handlers; print(*(set(sys.argv[1:]) & set(sys.modules)))"


def test_the_libraries_of_workbooks_are_loaded_beside_the_service_alone():
    """They and what they bring are 35 MB; nothing that the service does loads them."""
    names = ("openpyxl", "xlsxwriter", "numpy")
    looked = subprocess.run([sys.executable, "-c", LOOK, *names], capture_output=True, text=True, check=True)
    assert looked.stdout.split() == []
