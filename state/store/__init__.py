"""Session stores: Redis or Valkey, remote or embedded, and memory for replays."""
