"""Each suite plays exactly the troubles that it names in `troubles`."""

import pytest


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Spread a contract's tests over the troubles of the suite that inherits it."""
    if "trouble" in metafunc.fixturenames and metafunc.cls is not None:
        metafunc.parametrize("trouble", list(metafunc.cls.troubles), ids=lambda t: t.name.lower())
