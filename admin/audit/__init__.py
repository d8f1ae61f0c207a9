"""The audit of operators' actions in the admin site."""
