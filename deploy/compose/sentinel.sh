#!/bin/sh
# A sentinel writes to its own configuration, so each begins with a fresh one.
set -eu
cat > /tmp/sentinel.conf <<CONF
port 26379
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel monitor zin valkey-1 6379 2
sentinel down-after-milliseconds zin 1500
sentinel failover-timeout zin 10000
sentinel parallel-syncs zin 1
CONF
exec valkey-sentinel /tmp/sentinel.conf
