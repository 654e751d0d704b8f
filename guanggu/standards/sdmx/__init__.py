"""SDMX out: statistical series as other offices' programs read them, from one small model.

ISO 17369:2013 (SDMX 2.1) and SDMX 3.0: structure and data messages in SDMX-ML of both versions,
data also as SDMX-JSON 1.0 and SDMX-CSV 1.0. Written from the published schemas' element names; the
proof that they are right is that ``sdmx1`` reads every one of them (tests). Reading goes over
``sdmx1`` itself and is not done here.
"""
