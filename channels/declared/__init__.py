"""Gateways that files in gateways/ describe: where the parts of a request stand, and the form of a reply."""
