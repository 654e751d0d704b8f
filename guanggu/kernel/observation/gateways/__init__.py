"""The gateways of ``guanggu ingest``: real protocols in, one durable stream of batches out.

Every gateway hands what it reads to the one ``Intake`` and answers its station only after the
intake says that the batch is durable. What cannot be taken in goes to the ``Quarantine``.
Nothing here touches the database from the event loop: that is done in the thread of ``Records``.
"""
