"""The twelve factors proven from outside: start the service, break what it depends on, watch."""
