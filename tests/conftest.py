"""Fixtures that several test files use."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root."""
    return ROOT


@pytest.fixture(scope="session")
def sample() -> Path:
    """The corpus that ships."""
    return ROOT / "data" / "raw" / "sample"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real texts and gold that do not ship; tests that need them skip where they are absent."""
    folder = Path(os.environ.get("CSTOLIB_SHARED", ROOT.parent / "shared"))
    if not (folder / "gold").is_dir():
        pytest.skip("the shared texts and gold are not on this machine")
    return folder
