"""The sub-commands of ``guanggu``: each has ``add_arguments(parser)`` and ``run(options)``."""
