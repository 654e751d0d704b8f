"""The WSGI application that granian serves."""

import gc
import multiprocessing
import os
import threading

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver


def _end_with_parent() -> None:
    """A server process whose parent was killed would hold the port against the next start."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, name="end-with-parent", daemon=True).start()


_end_with_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanggu.site.settings")
# What is loaded now stays for good: collecting while it loads finds nothing, and later each full
# collection would walk it again in the middle of somebody's page.
gc.disable()
application = get_wsgi_application()
_ = get_resolver().url_patterns  # addresses are loaded by the start, not by the first reader
gc.freeze()
gc.enable()
