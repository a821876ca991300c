"""camscan beside its peers on this machine, in one run: ratios, not absolute claims."""
