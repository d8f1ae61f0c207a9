"""The API for ministries, under /api/v1: their systems bring what citizens read, and send messages to citizens."""
