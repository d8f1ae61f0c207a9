"""SMPP gateways: files, dialects, messages in both directions and calls. No connection is opened here."""
