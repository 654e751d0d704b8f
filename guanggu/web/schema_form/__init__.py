"""Forms from JSON Schema 2020-12, drawn and checked on the server; no script is needed.

A schema says what is asked, the keywords ``x-…`` how it is asked:

==================  ===========================================================================
``title``           the label in Chinese, ``x-title-en`` in English
``x-help``          a line under the label, ``x-help-en`` in English
``x-widget``        ``textarea``, ``radios``, ``select``, ``checkbox``, ``checkboxes``
``x-unit``          what stands behind the input, ``x-unit-en`` in English
``x-width``         2, 5, 10 or 20 characters
``x-show-when``     ``{"other.field": value}`` or a list of values; all must hold. A hidden
                    field is neither asked, nor demanded, nor kept.
``x-order``         a number: the place among its siblings, where a store may reorder names
``x-pattern-help``  what a ``pattern`` asks for, ``x-pattern-help-en`` in English
==================  ===========================================================================

Types: string (also ``enum`` or ``oneOf`` of ``const`` + ``title``), integer, number, boolean,
object (a section), array of objects (a table to which rows are added), array of a choice
(checkboxes), array of strings (one a line). Formats: see ``formats``.
"""

from .answers import answers
from .checking import check, prune
from .form import SchemaForm

__all__ = ["SchemaForm", "answers", "check", "prune"]
