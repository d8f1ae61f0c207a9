"""What gateways call: USSD hops, messages, and the limits of their HTTP connections."""
