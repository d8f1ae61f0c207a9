"""MTN's USSD gateway (MADAPI)."""
