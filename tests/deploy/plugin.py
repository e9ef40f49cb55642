"""``pytest --cluster``: tests that install the system on the Kubernetes cluster of KUBECONFIG, too."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cluster", action="store_true", help="run what needs the Kubernetes cluster of KUBECONFIG, too")
