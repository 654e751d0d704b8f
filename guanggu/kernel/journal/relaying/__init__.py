"""Events handed on to a bus outside (NATS JetStream): each once, in order, none lost."""
