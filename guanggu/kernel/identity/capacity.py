"""In which capacity an account may act today: himself, a firm, an own post, a delegated post."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest

from guanggu.base import clock
from guanggu.base.actor import VISITOR, Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden

from .models import Account, Appointment, Delegation, Post, Representation

NOT_YOURS = T(
    "您今天不能以该岗位或企业的身份办理业务。任职、委托或代办关系可能已到期，请重新选择身份。",
    "You cannot act in this post or for this firm today. The appointment, delegation or "
    "representation may have ended; choose another capacity.",
)
SESSION_KEY = "capacity"


@dataclass(frozen=True)
class Capacity:
    """One choice in the account menu; ``code`` is "self", "post:7" or "firm:9142…"."""

    code: str
    title: T
    is_delegated: bool = False


def in_force() -> Q:
    """Rows whose from_on … until_on holds today."""
    today = clock.today()
    return Q(from_on__lte=today) & (Q(until_on__isnull=True) | Q(until_on__gte=today))


# A post and, where it is held for somebody else, whose it is.
_Held = tuple[Post, Account | None]


def capacities(account: Account, posts: Iterable[_Held] | None = None) -> list[Capacity]:
    """Every capacity of the account today, the natural one first.

    posts: those of the account where they are read already.
    """
    found: list[Capacity] = []
    for post, grantor in _posts(account) if posts is None else posts:
        title = post.title
        if grantor:
            title = title + T(f"（代{grantor.name}）", f" (for {grantor.name})")
        found.append(Capacity(f"post:{post.pk}", title, grantor is not None))
    if not account.is_official:
        found.append(Capacity("self", T(account.name, account.name)))
        rows = Representation.objects.filter(in_force(), account=account).order_by("firm_name")
        found.extend(Capacity(f"firm:{r.firm}", T(r.firm_name, r.firm_name)) for r in rows)
    return found


def _posts(account: Account) -> Iterable[_Held]:
    own = Appointment.objects.filter(in_force(), account=account, post__is_active=True)
    for appointment in own.select_related("post__organisation").order_by("pk"):
        yield appointment.post, None
    for delegation in _delegations(account):
        yield delegation.post, delegation.grantor


def _delegations(account: Account) -> Iterable[Delegation]:
    """Delegations of today whose grantor still holds the post."""
    taken = Delegation.objects.filter(in_force(), grantee=account, revoked_at__isnull=True)
    # Hardly anybody holds one: the wide question, asked on every page, is kept for those who do.
    ids = list(taken.values_list("pk", flat=True))
    if not ids:
        return
    found = Delegation.objects.filter(pk__in=ids).select_related("post__organisation", "grantor")
    for each in found.order_by("pk"):
        held = Appointment.objects.filter(in_force(), account=each.grantor, post=each.post)
        if held.exists() and each.grantor.is_active and each.post.is_active:
            yield each


def actor_for(
    account: Account, post: int | None = None, firm: str = "", posts: Iterable[_Held] | None = None
) -> Actor:
    """The account as an actor in one capacity. Raises Forbidden where it is not his today."""
    if post is not None:
        return _in_post(account, post, _posts(account) if posts is None else posts)
    if firm:
        held = Representation.objects.filter(in_force(), account=account, firm=firm).first()
        if held is None:
            raise Forbidden(NOT_YOURS)
        return Actor(account.pk, str(account.ref), account.name, "firm", firm=firm)
    return Actor(account.pk, str(account.ref), account.name, account.kind)


def _in_post(account: Account, post_id: int, posts: Iterable[_Held]) -> Actor:
    for post, grantor in posts:
        if post.pk == post_id:
            return Actor(
                account=account.pk,
                ref=str(account.ref),
                name=account.name,
                kind="official",
                post=post.pk,
                organisation=post.organisation_id,
                roles=frozenset(post.roles),
                on_behalf_of=str(grantor.ref) if grantor else "",
            )
    raise Forbidden(NOT_YOURS)


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request; kept on the request.

    A capacity that has ended since it was chosen falls back to the account's first one.
    """
    known = getattr(request, "_actor", None)
    if known is None:
        known = _actor_of(request)
        request._actor = known  # type: ignore[attr-defined]
    return known


def _actor_of(request: HttpRequest) -> Actor:
    account = request.user
    if not isinstance(account, Account) or not account.is_active:
        return VISITOR
    chosen = request.session.get(SESSION_KEY, "")
    if chosen:
        try:
            return actor_by_code(account, chosen, _posts_of(request))
        except Forbidden:
            request.session.pop(SESSION_KEY, None)
    choices = capacities_of(request)
    if not choices:
        return actor_for(account)
    return actor_by_code(account, choices[0].code, _posts_of(request))


def _posts_of(request: HttpRequest) -> list[_Held]:
    """The posts of who is signed in, read once a request: actor and account menu need them."""
    known = getattr(request, "_posts", None)
    if known is None:
        known = list(_posts(request.user)) if isinstance(request.user, Account) else []
        request._posts = known  # type: ignore[attr-defined]
    return known


def capacities_of(request: HttpRequest) -> list[Capacity]:
    """The capacities of who is signed in, read once a request."""
    known = getattr(request, "_capacities", None)
    if known is None:
        user = request.user
        known = capacities(user, _posts_of(request)) if isinstance(user, Account) else []
        request._capacities = known  # type: ignore[attr-defined]
    return known


def actor_by_code(account: Account, code: str, posts: Iterable[_Held] | None = None) -> Actor:
    """The actor of a capacity code. Raises Forbidden for one that is not the account's."""
    kind, _, value = code.partition(":")
    if kind == "post" and value.isdecimal() and len(value) < 18:
        return actor_for(account, post=int(value), posts=posts)
    if kind == "firm" and value:
        return actor_for(account, firm=value)
    if kind == "self" and not account.is_official:
        return actor_for(account)
    raise Forbidden(NOT_YOURS)


def acting_for(ref: str, code: str) -> Actor:
    """Who stands behind work that was left to the worker, with what he may do today.

    ref: an account's or the platform's; code: the capacity in which it was asked for. Raises
    Forbidden where the account is closed or the capacity has ended since.
    """
    kind, _, name = ref.partition("/")
    if kind == "platform":
        return platform(name)
    account = Account.objects.filter(sub=name, is_active=True).first()
    if kind != "accounts" or account is None:
        raise Forbidden(NOT_YOURS)
    return actor_by_code(account, code)


def choose_capacity(request: HttpRequest, code: str) -> Actor:
    """Act in another capacity from now on. Raises Forbidden."""
    if not isinstance(request.user, Account):
        raise Forbidden(NOT_YOURS)
    actor = actor_by_code(request.user, code)
    request.session[SESSION_KEY] = code
    request._actor = actor  # type: ignore[attr-defined]
    return actor
