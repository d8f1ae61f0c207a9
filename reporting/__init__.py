"""Charts that the admin and the load test draw."""
