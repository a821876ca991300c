"""Tables of countries and networks: packed, MMDB or CSV; checked, installed, looked up."""
