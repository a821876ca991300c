"""The only room that opens sockets: dialer, UDP sender, interfaces, neighbours, capabilities."""
