"""A visitor for each test."""

from __future__ import annotations

import pytest

from config.schema import Hall
from tests.kiosk.visit import Visit


@pytest.fixture
def visit(hall: Hall) -> Visit:
    return Visit(hall)
