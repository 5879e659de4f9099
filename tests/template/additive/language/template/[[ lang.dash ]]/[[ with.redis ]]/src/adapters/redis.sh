#!/bin/sh
# The adapter of the cache.
redis_open() {
    redis-cli -u "${REDIS_URL:-}" ping
}
