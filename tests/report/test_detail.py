from camscan.report.detail import LONGEST, parts_of


def test_each_list_is_a_part() -> None:
    detail = "It is old. [named] a → b: c. See [1] there. [oem-made-by-named] d → e: f."
    assert parts_of(detail) == [
        "It is old.",
        "[named] a → b: c. See [1] there.",
        "[oem-made-by-named] d → e: f.",
    ]


def test_a_detail_without_lists_is_one_part() -> None:
    assert parts_of("It is old.") == ["It is old."]
    assert parts_of("") == [""]


def test_what_is_told_is_bounded() -> None:
    assert sum(map(len, parts_of("a " * LONGEST))) == LONGEST
