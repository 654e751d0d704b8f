"""OGC SensorThings API 1.1 on the kernel's records and store: what needs no web framework.

``decoding`` and ``notices`` import neither Django's ORM nor the web: the gateways use them on
their hot path. ``entities`` is the data model of the standard over the kernel's records,
``writing`` the actions behind POST, PATCH, PUT and DELETE.
"""
