"""Pages: what an app's ``views.py`` and templates are made of. See /gallery/ for all of it.

A page::

    {% extends "guanggu/base.html" %}{% load guanggu %}
    {% block title %}{% t "办件" "Case" %}{% endblock %}
    {% block main %} … {% endblock %}          further blocks: hero, crumbs, head, foot

``crumbs`` in the context is a list of (title, address or "" for the last).

Words and dates: ``{% t "共 {n} 件" "{n} cases" n=count %}`` (also ``as name``), ``|day``,
``|instant``, ``|working_days``, ``|money``, ``|or_dash``.
Components: ``{% icon "search" %}`` ``{% badge text "warn" %}`` ``{% notice text "ok" %}``
``{% tiles items %}`` ``{% stages steps %}`` ``{% timeline entries %}`` ``{% summary rows %}``
``{% table table %}`` (``guanggu.web.table.Table``) ``{% pager page %}``
(``guanggu.web.paging.keyset_page``) ``{% empty title text href action %}`` ``{% bar_chart %}``
``{% line_chart %}`` ``{% meter %}`` ``{% query page=2 %}``.
Forms: ``{% csrf_token %}{% request_key %}`` in each; ``{% error_summary form %}`` above the
heading; ``{% fields form %}`` or ``{% field form.name %}`` for Django forms, ``{% schema_fields
form %}`` for ``guanggu.web.schema_form.SchemaForm``. Whole pages to fill: ``guanggu/form.html``
(form, title, lead, submit_label, back) and ``guanggu/confirm.html`` (title, text, action, back).

``screens.editing.request_key_of(request)`` is the key to hand to an action. A Problem that an
action raises may be left to the middleware, or put to its fields (``form.add_problem``).
``navigation.entry(area, title, href, allows=…)`` puts a page into the menu,
``addresses.declare(collection, pattern)`` says where a Ref is looked at,
``event_words.say(kind, title)`` names an event in histories.
Limits by address or account: ``@rate.limited("lookup", times=30, seconds=60)``.
"""
