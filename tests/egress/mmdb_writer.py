"""A small writer of MMDB files for tests, by MaxMind's format description, version 2.0.

maxminddb itself reads what it writes, so a mistake here cannot hide one there.
https://maxmind.github.io/MaxMind-DB/
"""

import struct
from ipaddress import ip_network

MARK = b"\xab\xcd\xefMaxMind.com"


def write_mmdb(path, records, *, kind, epoch=1_795_000_000, version=6):
    """Write `(network, record)` pairs, a smaller network after the larger; returns the path."""
    path.write_bytes(encode_mmdb(records, kind=kind, epoch=epoch, version=version))
    return path


def encode_mmdb(records, *, kind, epoch=1_795_000_000, version=6):
    data, places = bytearray(), {}
    nodes = [[None, None]]
    for text, record in records:
        packed = encode_value(record)
        if packed not in places:
            places[packed] = len(data)
            data += packed
        insert(nodes, bits_of(ip_network(text), version), ("data", places[packed]))
    count = len(nodes)
    tree = b"".join(pointer(side, count) for node in nodes for side in node)
    metadata = {
        "binary_format_major_version": ("u16", 2),
        "binary_format_minor_version": ("u16", 0),
        "build_epoch": ("u64", epoch),
        "database_type": kind,
        "description": {"en": "made by a test"},
        "ip_version": ("u16", version),
        "languages": ["en"],
        "node_count": ("u32", count),
        "record_size": ("u16", 24),
    }
    return tree + bytes(16) + bytes(data) + MARK + encode_value(metadata)


def bits_of(network, version):
    number, length = int(network.network_address), network.prefixlen
    width = network.max_prefixlen
    if version == 6 and network.version == 4:  # IPv4 stands at ::/96
        width, length = 128, length + 96
    return [number >> (width - 1 - place) & 1 for place in range(length)]


def insert(nodes, bits, leaf):
    node = 0
    for bit in bits[:-1]:
        below = nodes[node][bit]
        if not isinstance(below, int):
            nodes.append([below, below])  # a larger network is split
            below = nodes[node][bit] = len(nodes) - 1
        node = below
    nodes[node][bits[-1]] = leaf


def pointer(side, count):
    if side is None:
        return count.to_bytes(3, "big")
    if isinstance(side, int):
        return side.to_bytes(3, "big")
    return (count + 16 + side[1]).to_bytes(3, "big")


def encode_value(value):
    """A value of the data section; `("u32", 5)` is a number of that width."""
    match value:
        case bool():
            return head(14, int(value))
        case int():
            return encode_value(("u32", value))
        case str():
            raw = value.encode()
            return head(2, len(raw)) + raw
        case float():
            return head(3, 8) + struct.pack(">d", value)
        case (str() as width, int(number)):
            raw = number.to_bytes(8, "big").lstrip(b"\0")
            return head({"u16": 5, "u32": 6, "u64": 9}[width], len(raw)) + raw
        case list():
            return head(11, len(value)) + b"".join(map(encode_value, value))
        case dict():
            inner = b"".join(encode_value(k) + encode_value(v) for k, v in value.items())
            return head(7, len(value)) + inner
    raise TypeError(value)


def head(kind, size):
    extra = b""
    if size >= 285:
        size, extra = 30, (size - 285).to_bytes(2, "big")
    elif size >= 29:
        size, extra = 29, bytes([size - 29])
    if kind <= 7:
        return bytes([kind << 5 | size]) + extra
    return bytes([size, kind - 7]) + extra
