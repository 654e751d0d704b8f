"""One script a claim: each prints its table and the machine; run one with python -m bench.NAME."""
