from camscan.sources.flows.held_sessions import HeldSessions


def held(room=3):
    written = []
    return HeldSessions(
        lambda at, fields: written.append((at, fields)), ("peer",), room=room
    ), written


def test_a_session_is_written_once_with_what_all_its_records_said():
    sessions, written = held()
    sessions.take("s", 2.0, {"peer": "a", "mac": "m"}, ended=False)
    sessions.take("s", 1.0, {"peer": "a", "bytes": "5"}, ended=False)
    assert written == []
    sessions.take("s", 3.0, {"peer": "a", "bytes": "9"}, ended=True)
    assert written == [(3.0, {"peer": "a", "mac": "m", "bytes": "9"})]
    sessions.finish()
    assert len(written) == 1


def test_a_record_that_names_no_ends_adds_to_the_one_that_did():
    sessions, written = held()
    sessions.take("s", 1.0, {"peer": "a"}, ended=False)
    sessions.take("s", 2.0, {"bytes": "5"}, ended=True)
    assert written == [(2.0, {"peer": "a", "bytes": "5"})]


def test_a_number_that_was_given_again_is_another_session():
    sessions, written = held()
    sessions.take("s", 1.0, {"peer": "a"}, ended=False)
    sessions.take("s", 2.0, {"peer": "b"}, ended=False)
    assert written == [(1.0, {"peer": "a"})]
    sessions.finish()
    assert [fields["peer"] for _, fields in written] == ["a", "b"]
    assert len(sessions) == 0


def test_counts_that_fall_are_those_of_another_session():
    written = []
    sessions = HeldSessions(lambda at, fields: written.append(at), ("peer",), growing=("duration",))
    for at, duration in ((1.0, "5"), (2.0, "9"), (3.0, "1")):
        sessions.take("s", at, {"peer": "a", "duration": duration}, ended=False)
    assert written == [2.0]
    sessions.finish()
    assert written == [2.0, 3.0]


def test_the_oldest_makes_room():
    sessions, written = held(room=2)
    for number in range(4):
        sessions.take(number, float(number), {"peer": str(number)}, ended=False)
        assert len(sessions) <= 2
    assert [fields["peer"] for _, fields in written] == ["0", "1"]
