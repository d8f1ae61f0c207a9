"""Import, approval and publication of exam results in the admin site."""
