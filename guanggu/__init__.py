"""guanggu (光谷): open software that runs the digital side of a city district."""

__version__ = "0.1.0"
