"""Things as NGSI-LD entities (ETSI GS CIM 009), read only, and subscriptions to their changes.

``vocabulary`` says which thing and observed property is which type and attribute of the Smart
Data Models; ``entities`` makes the JSON; ``conditions`` reads q and geo-queries; ``subscribing``
holds the actions and ``notifying`` the queue.
"""
