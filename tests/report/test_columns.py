"""Tables of text."""

from auditor.report.columns import columns, table


def test_columns_are_as_wide_as_they_need() -> None:
    assert table([("a", "1,000"), ("long name", "5")], ("name", "cost"), ("left", "right")).splitlines() == [
        "name        cost",
        "---------  -----",
        "a          1,000",
        "long name      5",
    ]


def test_no_rows_are_a_table_too() -> None:
    assert table([], ("name", "cost"), ("left", "right")) == "name  cost\n----  ----"


def test_wide_characters_take_two_columns() -> None:
    assert (columns("abc"), columns("日本"), columns("e\u0301")) == (3, 4, 1)
    assert table([("日本", "x"), ("abcd", "y")], ("n", "m"), ("left", "left")).splitlines()[2:] == [
        "日本  x",
        "abcd  y",
    ]
