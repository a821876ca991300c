from camscan.egress.special import GLOBAL, scope_of
from camscan.egress.tables import embedded
from camscan.egress.tables.fact import NOTHING, Fact
from camscan.egress.tables.known import known_addresses, self_test
from camscan.egress.tables.source import DataSource


class Table:
    """Answers by a function."""

    fault = None

    def __init__(self, answer):
        self.source = DataSource(
            name="x", date="", licence="", attribution="", link="", gives=("country", "network")
        )
        self.find = answer


def test_the_embedded_tables_know_every_one():
    for table in (embedded.country_table(), embedded.network_table()):
        (tested,) = self_test(table)
        assert tested.passed
        assert tested.wrong == ()
        assert tested.right == tested.answered == tested.asked == len(known_addresses())


def test_the_list_is_global_of_both_versions_and_of_many_countries():
    known = known_addresses()
    assert all(scope_of(each.address) == GLOBAL for each in known)
    assert len({each.address for each in known}) == len(known) > 30
    assert sum(each.address.version == 6 for each in known) >= 6
    assert len({each.country for each in known}) >= 15
    assert all(each.holder and each.asns for each in known)


def by_place(wrong, absent):
    order = {each.address: number for number, each in enumerate(known_addresses())}

    def answer(address):
        number = order[address]
        if number < absent:
            return NOTHING
        if number < absent + wrong:
            return Fact(country="AQ", asn=64500)
        known = known_addresses()[number]
        return Fact(country=known.country, asn=known.asns[-1])

    return answer


def test_what_passes_and_what_does_not():
    for wrong, absent, country, network in (
        (0, 0, True, True), (3, 0, True, True), (4, 0, False, True), (10, 0, False, True),
        (11, 0, False, False), (0, 8, True, True), (0, 9, False, False), (0, 34, False, False),
    ):  # fmt: skip
        where, who = self_test(Table(by_place(wrong, absent)))
        assert (where.passed, who.passed) == (country, network), (wrong, absent)


def test_words_name_what_is_wrong():
    where, who = self_test(Table(by_place(1, 2)))
    assert str(where) == (
        "country: 31 of 34 known addresses right, 2 not in it; 212.58.244.1 (BBC): AQ, not GB"
    )
    assert str(who).endswith("; 212.58.244.1 (BBC): AS64500, not AS2818")
