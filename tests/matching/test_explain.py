"""The chain behind an identity, as steps and as text."""

from __future__ import annotations

import msgspec

from camscan.matching.explain import SHOWN, explain, lines


def steps(judgement, data):
    return {step.attribute: step for step in explain(judgement, data).steps}


def test_maker_step_names_rule_value_points_and_source(judge, data) -> None:
    judgement = judge(("http.server", "AcmeWeb", "80"), ("mac.address", "00:11:22:00:00:01"))
    step = steps(judgement, data)["maker"]
    assert (step.value, step.name, step.points) == ("acme", "Acme Vision", 90)
    first = step.reasons[0]
    assert (first.rule, first.seen, first.port, first.points) == (
        "acme.http.server.web",
        "AcmeWeb",
        80,
        60,
    )
    assert first.source == ("manual: Acme guide",)
    assert first.evidence == judgement.identity.maker.evidence[0]
    assert step.why == "90 points: http.server, mac"


def test_what_was_not_counted_says_why(judge, data) -> None:
    seen = [("http.server", "AcmeWeb"), ("rtsp.public", "DESCRIBE"), ("onvif.model", "AC-R1")]
    step = steps(judge(*seen), data)["class"]
    notes = {reason.rule: reason.note for reason in step.reasons if not reason.counted}
    assert notes["onvif.rtsp.public.describe"] == "the model number says recorder"


def test_other_makers_rule_is_set_aside_with_a_reason(judge, data) -> None:
    seen = [("http.server", "AcmeWeb"), ("http.title", "Acme"), ("onvif.model", "BT100")]
    judgement = judge(*seen, ("mac.address", "00:11:22:00:00:01"))
    notes = [reason.note for reason in steps(judgement, data)["model"].reasons]
    assert "a rule of bolt, but acme leads" in notes


def test_rivals_carry_their_own_reasons(judge, data) -> None:
    judgement = judge(("http.server", "AcmeWeb", "80"), ("http.server", "BoltWeb", "8080"))
    rival = steps(judgement, data)["maker"].rivals[0]
    assert (rival.name, rival.points) == ("Bolt", 60)
    assert rival.reasons[0].rule == "bolt.http.server.web"


def test_text(judge, data) -> None:
    text = "\n".join(lines(explain(judge(("http.server", "AcmeWeb", "80")), data)))
    assert "maker: Acme Vision [acme], probable (60 points: http.server)" in text
    assert "+60  http.server port 80 = AcmeWeb" in text
    assert "rule acme.http.server.web" in text
    assert "source manual: Acme guide" in text
    assert "serial: unknown (nothing that was seen says so)" in text


def test_conflict_is_told(judge, data) -> None:
    text = list(lines(explain(judge(("http.server", "AcmeWeb"), ("http.server", "BoltWeb")), data)))
    assert text[-1] == "not concluded: maker: http.server names acme and bolt at once"


def test_long_and_hostile_values_stay_on_one_line(judge, data) -> None:
    hostile = "BoltWeb\x1b[2J\n" + "x" * 500
    explanation = explain(judge(("http.server", hostile)), data)
    seen = explanation.steps[1].reasons[0].seen
    assert len(seen) == SHOWN
    assert seen.isprintable()
    assert all("\n" not in line for line in lines(explanation))


def test_repeated_idle_reasons_are_summed_up(judge, data) -> None:
    seen = [("http.server", "AcmeWeb", str(port)) for port in (80, 81, 82, 83)]
    text = list(lines(explain(judge(*seen), data)))
    maker = text[text.index(next(line for line in text if line.startswith("maker:"))) :]
    assert sum("rule acme.http.server.web" in line for line in maker) == 2
    assert any("2 more values hit these rules" in line for line in maker)


def test_steps_are_plain_data(judge, data) -> None:
    encoded = msgspec.json.encode(explain(judge(("http.server", "AcmeWeb")), data))
    assert msgspec.json.decode(encoded)["steps"][0]["attribute"] == "class"
