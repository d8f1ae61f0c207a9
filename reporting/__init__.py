"""Numbers, dates and charts for operators: in the admin site, the command line and the load test."""
