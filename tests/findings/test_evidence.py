"""What was seen, in a sentence."""

from msgspec.structs import replace

from camscan.findings.evidence import quoted, seen


def test_quoted_with_method_and_port(sample_run):
    device = sample_run.devices[0]
    assert seen(device, ("e1", "e1", "e9")) == 'http.server "App-webs/" (http, port 80)'
    assert seen(device, ("e9",)) == "evidence that this run does not hold"
    item = replace(device.evidence[0], port=None, value="x" * 200)
    assert quoted(item) == f'http.server "{"x" * 79}…" (http)'


def test_many_are_counted(sample_run):
    device = sample_run.devices[0]
    items = tuple(replace(device.evidence[0], id=f"e{n}", value=str(n)) for n in range(5))
    text = seen(replace(device, evidence=items), [item.id for item in items])
    assert text.startswith('http.server "0"')
    assert text.endswith('"2" (http, port 80) and 2 more')
