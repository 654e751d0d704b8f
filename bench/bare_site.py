"""The bare engine that pages are compared with: Django, one template of thirty rows, nothing else.

No database, session, language, navigation or permission: what a page costs at least here.
"""

from __future__ import annotations

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
ROWS = [{"number": n, "title": f"第{n}件", "state": "办理中"} for n in range(30)]
TEXT = (
    "<!doctype html><title>{{ title }}</title><table>{% for row in rows %}<tr><td>{{ row.number }}"
    "</td><td>{{ row.title }}</td><td>{{ row.state }}</td></tr>{% endfor %}</table>"
)
application = get_wsgi_application()
_template = engines["django"].from_string(TEXT)


def _page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_template.render({"title": "样例", "rows": ROWS}, request))


urlpatterns = [path("", _page)]
