"""NGSI-LD (ETSI GS CIM 009) at /ngsi-ld/v1/: air, water and noise as entities, read only, their
past, and subscriptions to their changes."""
