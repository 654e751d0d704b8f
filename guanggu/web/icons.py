"""A small set of line icons, drawn for this house on a 24-unit square."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

PATHS = {
    "add": "M12 5v14M5 12h14",
    "alarm": "M12 3 2.5 20h19zM12 10v4.5M12 17.4v.1",
    "back": "M15 5l-7 7 7 7",
    "bell": "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
    "book": "M5 4h9a4 4 0 0 1 4 4v12H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h10",
    "building": "M4 21V5l9-2v18M13 8l7 2v11M2 21h20M7.5 8.5h2M7.5 12.5h2M7.5 16.5h2M16 13.5h1M16 17h1",
    "calendar": "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
    "case": "M3 8h18v12H3zM8 8V5h8v3M3 13h18",
    "chart": "M4 4v16h16M8 16v-4M12 16V8M16 16v-6",
    "check": "M4.5 12.5l5 5 10-11",
    "clock": "M12 3a9 9 0 1 0 .01 0M12 7.5V12l3 2",
    "close": "M6 6l12 12M18 6L6 18",
    "document": "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
    "down": "M6 9l6 6 6-6",
    "download": "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4 20h16",
    "edit": "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
    "filter": "M3 5h18l-7 8v6l-4-2v-4z",
    "gear": "M12 8.5a3.5 3.5 0 1 0 .01 0M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1",
    "globe": "M12 3a9 9 0 1 0 .01 0M3 12h18M12 3c3 2.6 4 5.6 4 9s-1 6.4-4 9c-3-2.6-4-5.6-4-9s1-6.4 4-9",
    "history": "M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4l3 2",
    "home": "M3 11l9-7 9 7M6 9v11h12V9M10 20v-6h4v6",
    "info": "M12 3a9 9 0 1 0 .01 0M12 11v5.5M12 7.6v.1",
    "key": "M8 11a4 4 0 1 0 .01 0M11 13.5L20 5M16.5 8.5l2.5 2.5M7 15v.1",
    "lake": "M3 9c2-2 4-2 6 0s4 2 6 0 4-2 6 0M3 14c2-2 4-2 6 0s4 2 6 0 4-2 6 0M3 19c2-2 4-2 6 0s4 2 6 0 4-2 6 0",
    "link": "M10 14l4-4M8.5 11.5l-2.5 2.5a3.5 3.5 0 0 0 5 5l2.5-2.5M15.5 12.5l2.5-2.5a3.5 3.5 0 0 0-5-5L10.5 7.5",
    "list": "M8 6h12M8 12h12M8 18h12M4 6v.1M4 12v.1M4 18v.1",
    "lock": "M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3",
    "map": "M3 6l6-2 6 2 6-2v14l-6 2-6-2-6 2zM9 4v14M15 6v14",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "message": "M4 5h16v12H10l-5 4v-4H4z",
    "people": "M9 5a3.2 3.2 0 1 0 .01 0M2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M16 5.5a3 3 0 0 1 0 6M17.5 14.5c2.5.6 4 2.5 4 5.5",
    "person": "M12 4a4 4 0 1 0 .01 0M4 21c0-4.5 3.5-7 8-7s8 2.5 8 7",
    "phone": "M5 4h4l2 5-2.5 1.5c1 2.5 2.5 4 5 5L15 13l5 2v4c-8 2-17-7-15-15",
    "print": "M7 9V3h10v6M5 9h14a2 2 0 0 1 2 2v6h-4v4H7v-4H3v-6a2 2 0 0 1 2-2M7 15h10",
    "scales": "M12 4v16M7 20h10M5 7h14M5 7l-3 7h6zM19 7l-3 7h6zM2 14a3 3 0 0 0 6 0M16 14a3 3 0 0 0 6 0",
    "seal": "M12 3a6 6 0 1 0 .01 0M8.5 14L7 21l5-2.5 5 2.5-1.5-7M9.5 9l2 2 3.5-4",
    "search": "M10.5 4a6.5 6.5 0 1 0 .01 0M15.5 15.5L21 21",
    "shield": "M12 3l8 3v6c0 4.5-3.2 7.5-8 9-4.8-1.5-8-4.5-8-9V6zM8.5 12l2.5 2.5 4.5-5",
    "sort": "M8 10l4-5 4 5M8 14l4 5 4-5",
    "star": "M12 3.5l2.7 5.6 6.1.8-4.5 4.2 1.1 6.1L12 17.2l-5.4 3 1.1-6.1L3.2 9.9l6.1-.8z",
    "up": "M6 15l6-6 6 6",
    "upload": "M12 16V5M7.5 9.5L12 5l4.5 4.5M4 20h16",
    "warning": "M12 3a9 9 0 1 0 .01 0M12 7v6M12 16.4v.1",
}


def icon(name: str, label: str = "") -> SafeString:
    """The icon as inline SVG; without a label it is decoration and hidden from readers.

    Raises KeyError for a name that is not in the set."""
    path = PATHS[name]
    if label:
        return format_html(
            '<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}"><path d="{}"/></svg>',
            label,
            mark_safe(path),
        )
    return mark_safe(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f'<path d="{path}"/></svg>'
    )
