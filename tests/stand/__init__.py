"""Proofs over the whole house: who reaches what, what is sent in, what two do at once."""
