"""The duty desk and the live wall: what goes on in the district, and orders out."""
