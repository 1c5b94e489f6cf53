from __future__ import annotations

import pytest

from sinergi.sample import build_world
from sinergi.sample.world import World


@pytest.fixture(scope="session")
def world() -> World:
    return build_world("palangkaraya", seed=1)
