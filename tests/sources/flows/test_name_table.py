from camscan.sources.dns_message import DnsMessage
from camscan.sources.flows import name_table
from camscan.sources.flows.name_table import NameTable

CLIENT, OTHER = b"\x0a\0\0\1", b"\x0a\0\0\2"


def answer(name, *addresses):
    return DnsMessage(True, name, 1, addresses)


def test_names_belong_to_the_client_that_asked():
    table = NameTable()
    table.learn(CLIENT, answer("a.example", "1.1.1.9"), 5.0)
    assert table.name_of(CLIENT, "1.1.1.9") == "a.example"
    assert table.name_of(OTHER, "1.1.1.9") is None
    assert table.name_of(CLIENT, "1.1.1.8") is None


def test_the_newest_name_counts():
    table = NameTable()
    table.learn(CLIENT, answer("old.example", "1.1.1.9"), 5.0)
    table.learn(CLIENT, answer("new.example", "1.1.1.9"), 6.0)
    assert table.name_of(CLIENT, "1.1.1.9") == "new.example"


def test_questions_are_kept_with_times_and_answers():
    table = NameTable()
    table.learn(CLIENT, DnsMessage(False, "a.example", 1, ()), 5.0)
    table.learn(CLIENT, DnsMessage(False, "a.example", 28, ()), 9.0)
    table.learn(CLIENT, answer("a.example", "1.1.1.9"), 9.5)
    (question,) = table.questions()
    assert (question.first, question.last, question.count) == (5.0, 9.5, 2)
    assert list(question.addresses) == ["1.1.1.9"]


def test_an_answer_that_leads_nowhere_is_a_blocked_question():
    table = NameTable()
    table.learn(CLIENT, answer("ads.example", "0.0.0.0", "::"), 5.0)
    table.learn(CLIENT, answer("policy.example"), 5.0, blocked=True)
    table.learn(CLIENT, answer("nothing.example"), 5.0)
    table.learn(CLIENT, answer("both.example", "0.0.0.0", "9.9.9.9"), 5.0)
    assert [(asked.blocked, list(asked.addresses)) for asked in table.questions()] == [
        (True, []),
        (True, []),
        (False, []),
        (False, ["9.9.9.9"]),
    ]
    assert table.name_of(CLIENT, "0.0.0.0") is None


def test_memory_is_bounded_and_says_so(monkeypatch):
    monkeypatch.setattr(name_table, "_NAMES_PER_CLIENT", 3)
    monkeypatch.setattr(name_table, "_QUESTIONS", 6)
    table = NameTable()
    for number in range(8):
        table.learn(CLIENT, answer(f"n{number}.example", f"9.9.9.{number}"), 1.0)
    assert table.name_of(CLIENT, "9.9.9.0") is None
    assert table.name_of(CLIENT, "9.9.9.5") == "n5.example"
    assert table.forgotten == 3 + 2


def test_the_one_name_that_anybody_was_given():
    table = NameTable()
    assert table.name_by_others("1.1.1.9") is None
    table.learn(CLIENT, answer("a.example", "1.1.1.9", "1.1.1.8"), 5.0)
    assert table.name_by_others("1.1.1.9") == "a.example"
    table.learn(OTHER, answer("a.example", "1.1.1.9"), 6.0)
    table.learn(OTHER, answer("b.example", "1.1.1.8"), 6.0)
    assert table.name_by_others("1.1.1.9") == "a.example"
    assert table.name_by_others("1.1.1.8") is None
    table.learn(CLIENT, answer("b.example", "1.1.1.8"), 7.0)
    assert table.name_by_others("1.1.1.8") is None
    assert table.name_by_others("1.1.1.7") is None
