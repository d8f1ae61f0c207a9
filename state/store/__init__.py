"""Where sessions live: Redis or Valkey, embedded or remote, and memory for replays."""
