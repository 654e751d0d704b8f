"""Full text in Chinese: SQLite FTS5 or a PostgreSQL GIN index over the same tokens.

Who may find an entry is part of the index (its scopes), so a search never reads rows that the
searcher may not see, however many match.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from guanggu.base.actor import Actor
from guanggu.base.ids import Ref
from guanggu.base.limits import SEARCH_CHARACTERS_MAX

from .declaration import register_of
from .models import SearchEntry
from .rarity import rare_tokens
from .records import Record, after_save, after_save_new
from .tokens import is_lone_character, phrases_of, scope_tokens, tokens_of

_UPSERT = (
    "INSERT INTO register_searchentry (collection, key, title, summary, tokens) "
    "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (collection, key) DO UPDATE SET "
    "title = excluded.title, summary = excluded.summary, tokens = excluded.tokens"
)


@dataclass(frozen=True)
class Found:
    ref: Ref
    title: str
    summary: str


def index(ref: Ref, title: str, text: str, scopes: Iterable[str], summary: str = "") -> None:
    """Make the thing findable by title and text for those who hold one of the scopes.

    scopes: "public", "staff", "org:<id>", "account:<id>", "firm:<code>", "role:<name>".
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _UPSERT,
            [
                ref.collection,
                ref.key,
                title[:300],
                summary[:300],
                _tokens(ref, title, text, scopes),
            ],
        )


def index_new(rows: Iterable[tuple[Ref, str, str, Iterable[str], str]]) -> None:
    """Index many things that were not indexed before: (ref, title, text, scopes, summary)."""
    entries = [
        SearchEntry(
            collection=ref.collection, key=ref.key, title=title[:300], summary=summary[:300],
            tokens=_tokens(ref, title, text, scopes),
        )
        for ref, title, text, scopes, summary in rows
    ]  # fmt: skip
    SearchEntry.objects.bulk_create(entries, batch_size=500)


def unindex(ref: Ref) -> None:
    SearchEntry.objects.filter(collection=ref.collection, key=ref.key).delete()


def _tokens(ref: Ref, title: str, text: str, scopes: Iterable[str]) -> str:
    kinds = [_collection_token(ref.collection), *scope_tokens(scopes)]
    # The key is one word: its digits must not match in the middle of another's.
    words = dict.fromkeys(tokens_of(ref.key))
    return " ".join([*kinds, "x", *words, "x", *tokens_of(title), "x", *tokens_of(text)])


def _collection_token(collection: str) -> str:
    return "c" + "".join(character for character in collection if character.isalnum())


def scopes_of(actor: Actor) -> list[str]:
    """The scopes that an actor holds."""
    scopes = ["public"]
    if actor.kind == "official":
        scopes += ["staff", *(f"role:{role}" for role in sorted(actor.roles))]
        if actor.organisation:
            scopes.append(f"org:{actor.organisation}")
    elif actor.firm:
        scopes.append(f"firm:{actor.firm}")
    elif actor.account:
        scopes.append(f"account:{actor.account}")
    return scopes


def find(
    actor: Actor,
    query: str,
    collections: Sequence[str] = (),
    *,
    limit: int = 20,
    any_word: bool = False,
) -> list[Found]:
    """What the actor may find, at most ``limit``.

    All words must match and the newest come first; with ``any_word`` one pair of characters is
    enough and the best match comes first, which suits questions in everyday words.
    """
    phrases = phrases_of(query[:SEARCH_CHARACTERS_MAX])
    if any_word:
        # A lone character matches nearly everything; it counts only where nothing else is said.
        phrases = [p for p in phrases if not is_lone_character(p)] or phrases
    if not phrases:
        return []
    kinds = [_collection_token(name) for name in collections]
    scopes = scope_tokens(scopes_of(actor))
    run = _find_sqlite if connection.vendor == "sqlite" else _find_postgresql
    rows = run(phrases, kinds, scopes, limit, any_word)
    return [Found(Ref(collection, key), title, summary) for collection, key, title, summary in rows]


def _rare_and_checked(phrases: list[list[str]]) -> tuple[list[list[str]], list[str]]:
    """For each phrase the rare tokens to look up, and the texts that entries found so must hold."""
    rare = [rare_tokens(phrase) for phrase in phrases]
    checked = [f" {' '.join(p)}" for p, found in zip(phrases, rare, strict=True) if found]
    return rare, checked


def _find_sqlite(
    phrases: list[list[str]], kinds: list[str], scopes: list[str], limit: int, any_word: bool
) -> list[tuple]:
    checked: list[str] = []
    if any_word:
        words = dict.fromkeys(word for phrase in phrases for word in phrase)
        text = " OR ".join(f'"{word}"*' for word in words)
    else:
        rare, checked = _rare_and_checked(phrases)
        text = " AND ".join(
            " AND ".join(found) or '"' + " ".join(phrase) + '"*'
            for phrase, found in zip(phrases, rare, strict=True)
        )
    match = f"({text})" + "".join(f" AND ({' OR '.join(w)})" for w in (scopes, kinds) if w)
    order = "bm25(register_search)" if any_word else "register_search.rowid DESC"
    sql = (
        "SELECT e.collection, e.key, e.title, e.summary FROM register_search "
        "JOIN register_searchentry e ON e.id = register_search.rowid "
        f"WHERE register_search MATCH %s {' AND instr(e.tokens, %s) > 0' * len(checked)} "
        f"ORDER BY {order} LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [match, *checked, limit])
        return cursor.fetchall()


def _find_postgresql(
    phrases: list[list[str]], kinds: list[str], scopes: list[str], limit: int, any_word: bool
) -> list[tuple]:
    checked: list[str] = []
    if any_word:
        words = dict.fromkeys(word for phrase in phrases for word in phrase)
        text = " | ".join(f"{word}:*" for word in words)
    else:
        rare, checked = _rare_and_checked(phrases)
        text = " & ".join(
            " & ".join(found) or "(" + " <-> ".join([*phrase[:-1], f"{phrase[-1]}:*"]) + ")"
            for phrase, found in zip(phrases, rare, strict=True)
        )
    query = f"({text})" + "".join(f" & ({' | '.join(w)})" for w in (scopes, kinds) if w)
    order = "ts_rank(to_tsvector('simple', tokens), q) DESC, id" if any_word else "id DESC"
    sql = (
        "SELECT collection, key, title, summary FROM register_searchentry, "
        "to_tsquery('simple', %s) q WHERE to_tsvector('simple', tokens) @@ q "
        f"{' AND strpos(tokens, %s) > 0' * len(checked)} ORDER BY {order} LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [query, *checked, limit])
        return cursor.fetchall()


def _entry_of(record: Record) -> tuple[Ref, str, str, Iterable[str], str] | None:
    """What is indexed of a record; None where its register declares nothing to be found by."""
    register = register_of(record.collection)
    if register is None or not register.search:
        return None
    texts = [str(getattr(record, name) or "") for name in register.search]
    return record.ref, str(record), " ".join(texts), register.scopes(record), ""


def _index_record(record: Record, removed: bool) -> None:
    entry = _entry_of(record)
    if entry is None:
        return
    if removed:
        unindex(record.ref)
    else:
        index(*entry)


def _index_new_records(records: Sequence[Record]) -> None:
    index_new(entry for record in records if (entry := _entry_of(record)))


after_save(_index_record)
after_save_new(_index_new_records)
