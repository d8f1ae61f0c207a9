"""The accounts of operators, their sign-in, and the audit of their actions."""
