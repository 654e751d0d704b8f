"""MQTT 3.1.1: a subscriber that acknowledges only what is durable, and the broker beside it."""
