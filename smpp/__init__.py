"""SMPP 3.4: PDUs as data, and a client whose bind stays up. It knows nothing of Zin."""
