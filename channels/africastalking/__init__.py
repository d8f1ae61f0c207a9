"""Africa's Talking: USSD calls, and SMS in both directions."""
