"""The page on hall.toml is the schema's own words."""

from __future__ import annotations

from config.reference import PAGE, page


def test_the_page_is_a_fresh_one() -> None:
    assert PAGE.read_text("utf-8") == page(), "./hall python -m config.reference writes it anew"


def test_every_table_of_the_example_is_told() -> None:
    for table in (
        "[hall]",
        "[[service]]",
        "[[window]]",
        "[[kiosk]]",
        "[kiosk.printer]",
        "[[sign]]",
        "[[keypad]]",
    ):
        assert f"## `{table}`" in page()
