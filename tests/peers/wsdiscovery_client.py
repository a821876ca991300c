"""Asks a link for ONVIF devices with the WSDiscovery package; prints JSON: address to answer."""

from __future__ import annotations

import json
import sys
from urllib.parse import urlsplit

from wsdiscovery import QName
from wsdiscovery.discovery import ThreadedWSDiscovery

NVT = QName("http://www.onvif.org/ver10/network/wsdl", "NetworkVideoTransmitter")

client = ThreadedWSDiscovery()
client.start()
try:
    found = client.searchServices(types=[NVT], timeout=2)
finally:
    client.stop()
sys.stdout.write(
    json.dumps(
        {
            urlsplit(service.getXAddrs()[0]).hostname: {
                "xaddrs": service.getXAddrs(),
                "types": [name.getLocalname() for name in service.getTypes()],
                "scopes": [scope.getValue() for scope in service.getScopes()],
            }
            for service in found
        }
    )
)
