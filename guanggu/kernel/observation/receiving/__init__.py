"""What happens to data between the gateway and its acknowledgement: marked, stored, looked at."""

from .receiver import Front, Receiver

__all__ = ["Front", "Receiver"]
