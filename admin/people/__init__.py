"""People in the admin site: the accounts of all, one's own account, and the link that opens one."""
