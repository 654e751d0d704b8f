"""Between gateways and the store, where a district outgrows one machine: a stream of NATS
JetStream takes batches in, gateways acknowledge their devices once it has them on its disk, and
the one process that owns the store takes them from there. See docs/operations."""
