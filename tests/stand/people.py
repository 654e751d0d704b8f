"""Who asks in the walks of every address: each a set of the world's people by name."""

APPLICANTS = {"owner", "stranger", "agent", "other agent"}
DEPARTMENT = {
    "no role", "accept", "review", "decide", "head", "deliver", "catalogue", "entities",
    "supervise", "draft", "edit", "countersign", "sign", "seal", "archive", "receive", "administer",
    "security", "audit", "monitor", "enforce", "patrol", "devices", "map",
    "statistics",
    "duty",
    "data",
    "projects",
    "plan",
}  # fmt: skip
OFFICIALS = DEPARTMENT | {"elsewhere"}
KNOWN = APPLICANTS | OFFICIALS
ALL = KNOWN | {"visitor"}
OFFICE = {"elsewhere", "head", "draft", "edit", "countersign", "sign", "seal", "archive",
          "receive"}  # fmt: skip
FIRMS = OFFICIALS | {"agent", "other agent"}  # a firm's agent reads the firm's own record
ENTITIES, CATALOGUE = {"elsewhere", "entities"}, {"elsewhere", "catalogue"}
