"""Domain rules of service items: what one must hold before it can be published and applied for."""

from .checking import problems_of
from .forms import form_rows, guard_in_words, schema_of_rows
from .vocabulary import (
    DELIVERY_WAYS,
    FIELD_KINDS,
    FORMS,
    ITEM_KINDS,
    ITEM_TYPES,
    MATERIAL_KINDS,
    PROCEDURES,
    SPECIAL_STEPS,
    STATUSES,
    SUBJECTS,
    THEMES,
)

__all__ = [
    "DELIVERY_WAYS",
    "FIELD_KINDS",
    "FORMS",
    "ITEM_KINDS",
    "ITEM_TYPES",
    "MATERIAL_KINDS",
    "PROCEDURES",
    "SPECIAL_STEPS",
    "STATUSES",
    "SUBJECTS",
    "THEMES",
    "form_rows",
    "guard_in_words",
    "problems_of",
    "schema_of_rows",
]
