"""The only door of cases."""

from .actions import assign_task, claim_task, complete_task, open_case, release_task
from .case_actions import (
    add_note,
    amend_case,
    extend_clock,
    jump_case,
    pause_clock,
    reopen_case,
    resume_clock,
    withdraw_case,
)
from .casefile import CaseFile
from .deadlines import fire_timer, keep_deadlines
from .definition import Definition, Outcome, Step
from .hooks import on_close, on_complete, on_open, validate
from .models import Case, CaseClock, Procedure, Task
from .permissions import VIEW_CASES, VIEW_PROCEDURES, VIEW_TASKS, may_work
from .procedures import definition_of, published
from .publishing import ensure_published, publish_procedure, retire_procedure
from .queries import (
    applicant_tasks,
    case_by_number,
    case_of,
    clocks_of,
    definition_for,
    file_of,
    my_cases,
    near_cases,
    outcomes_open,
    overdue_cases,
    task_for,
    worklist,
)
from .shipping import ensure_shipped, publish_shipped, ship_procedures, shipped_procedure
from .timekeeping import clock_of

__all__ = [
    "VIEW_CASES", "VIEW_PROCEDURES", "VIEW_TASKS", "Case", "CaseClock", "CaseFile", "Definition",
    "Outcome", "Procedure", "Step", "Task", "add_note", "amend_case", "applicant_tasks",
    "assign_task", "case_by_number", "case_of", "claim_task", "clock_of", "clocks_of",
    "complete_task", "definition_for", "definition_of", "ensure_published", "ensure_shipped", "extend_clock",
    "file_of", "fire_timer", "jump_case", "keep_deadlines", "may_work", "my_cases", "near_cases",
    "on_close", "on_complete", "on_open", "open_case", "outcomes_open", "overdue_cases",
    "pause_clock", "publish_procedure", "publish_shipped", "published", "release_task", "reopen_case",
    "resume_clock", "retire_procedure", "ship_procedures", "shipped_procedure", "task_for", "validate", "withdraw_case", "worklist",
]  # fmt: skip
