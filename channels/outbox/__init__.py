"""The outbox: messages to citizens, stored in SQL until a gateway has taken them."""
