"""Multicasts a WS-Discovery Probe for wsdp:Device, as PCs ask for PCs; prints the first answer.

Prints one line for `camscan identify`. camscan itself asks for cameras only, and wsdd keeps silent
then. Arguments: the own address, the address that is to answer.
"""

from __future__ import annotations

import json
import socket
import sys
import uuid

GROUP = ("239.255.255.250", 3702)
PROBE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:wsd="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    ' xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof"><soap:Header>'
    "<wsa:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</wsa:To>"
    "<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</wsa:Action>"
    f"<wsa:MessageID>urn:uuid:{uuid.uuid4()}</wsa:MessageID></soap:Header>"
    "<soap:Body><wsd:Probe><wsd:Types>wsdp:Device</wsd:Types></wsd:Probe></soap:Body>"
    "</soap:Envelope>"
)

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
    asking.bind((sys.argv[1], 0))
    asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(sys.argv[1]))
    asking.settimeout(10)
    asking.sendto(PROBE.encode(), GROUP)
    while True:
        data, (address, _) = asking.recvfrom(65535)
        if address == sys.argv[2]:
            break
sys.stdout.write(json.dumps({"target": address, "protocol": "wsd", "hex": data.hex()}) + "\n")
