"""Notifications to operators: what comes to wait for an account is said to it once, by e-mail or SMS."""
