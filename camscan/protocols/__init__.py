"""Sans-IO codecs: bytes in, typed messages out, and the closed list of everything camscan may ask.

No sockets, no logging, no clock. A decoder never raises on any bytes: what cannot be read is
`Status.MALFORMED`.
"""
