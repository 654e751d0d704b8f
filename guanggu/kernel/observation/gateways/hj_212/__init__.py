"""Pollutant monitoring stations over TCP: HJ/T 212-2005, HJ 212-2017, HJ 212-2025, HJ 1404-2024."""
