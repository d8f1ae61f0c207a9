"""Publication of exam results: result sets, their approval, and the hour from which citizens can read them."""
