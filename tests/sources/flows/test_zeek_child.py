import io
import pickle

from camscan.sources.file_parts import FilePart
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.zeek_child import serve
from camscan.sources.flows.zeek_header import ZeekHeader
from camscan.sources.flows.zeek_part import Order


def test_each_order_is_answered(tmp_path):
    (tmp_path / "x").write_bytes(
        b"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\n"
        b"5.0\tC1\t10.66.1.10\t40000\t36.110.1.1\t443\ttcp\tSF\n"
    )
    messages = [
        (Keep(), {"C1": ("a.example", "sni")}),
        Order(FilePart(str(tmp_path / "x")), ZeekHeader()),
        Order(FilePart(str(tmp_path / "none")), ZeekHeader()),
    ]
    orders, answers = io.BytesIO(b"".join(map(pickle.dumps, messages))), io.BytesIO()
    serve(orders, answers)
    answers.seek(0)
    told = pickle.load(answers)
    assert (told.count, told.used, told.sums[0].kinds[0].name) == (1, ["C1"], "a.example")
    assert pickle.load(answers) is None  # whoever reads it in its turn says why
    assert not answers.read()
