"""Asks ONVIF devices (HOST:PORT ...) with the onvif-python package, without a login.

Prints JSON: per device the namespaces of its services, its clock, and how it refused what wants
a user.
"""

from __future__ import annotations

import json
import logging
import sys

from onvif import ONVIFClient
from onvif.utils.exceptions import ONVIFOperationException

logging.disable(logging.CRITICAL)
found = {}
for device in sys.argv[1:]:
    host, _, port = device.rpartition(":")
    client = ONVIFClient(host, int(port), "admin", "", timeout=5)
    management = client.devicemgmt()
    clock = management.GetSystemDateAndTime()
    try:
        management.GetDeviceInformation()
        refusal = ""
    except ONVIFOperationException as error:
        refusal = str(error)
    found[host] = {
        "services": [str(service.Namespace) for service in client.services or ()],
        "capabilities": client.capabilities is not None,
        "year": clock.UTCDateTime.Date.Year,
        "refusal": refusal,
    }
sys.stdout.write(json.dumps(found))
