"""One hop of a conversation, on USSD or in a chat: what an input means and which screen it leads to."""
