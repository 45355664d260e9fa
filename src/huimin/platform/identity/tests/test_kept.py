"""Statements that are kept read and write what the ORM would, with nothing remembered but their text."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from huimin.platform.identity.models import Account, Department, Post, PostHolding
from huimin.platform.identity.operations.writing import insert_rows, write_columns
from huimin.platform.identity.queries import Kept, find_holder, posts_coded, slot
from huimin.platform.identity.tests import factories as make

pytestmark = pytest.mark.django_db

NAMED = Kept(lambda: Account.objects.filter(username=slot("name"), is_active=True))
WITH_HOME = Kept(lambda: Post.objects.select_related("department").filter(code=slot("code")).defer("title"))
CODES = Kept(lambda: Post.objects.order_by("code").values_list("code", "divisions"))
LOCKED = Kept(lambda: Account.objects.select_for_update().filter(pk=slot("key")))
HELD = Kept(lambda: PostHolding.objects.filter(account=slot("account"), starts_at__lte=slot("at")))


def test_the_same_read_finds_other_rows_for_other_parameters() -> None:
    first, second = make.account(), make.account()
    assert NAMED(name=first.username) == [first]
    assert NAMED.first(name=second.username) == second
    assert NAMED.first(name="nobody") is None


def test_a_row_that_changed_meanwhile_is_read_as_it_is_now() -> None:
    account = make.account()
    assert NAMED.first(name=account.username) == account
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert NAMED.first(name=account.username) is None


def test_what_is_joined_deferred_and_converted_is_as_the_orm_gives_it(django_assert_num_queries) -> None:
    post = make.post(divisions=("340202",))
    with django_assert_num_queries(1):
        found = WITH_HOME.first(code=post.code)
        assert found is not None
        assert (found.department.code, found.divisions) == (post.department.code, ["340202"])
    assert found.get_deferred_fields() == {"title"}
    assert CODES() == [(post.code, ["340202"])]


def test_instants_are_parameters_of_either_store() -> None:
    account, post = make.official()
    assert [one.post for one in HELD(account=account.pk, at=make.AT)] == [post]
    assert HELD(account=account.pk, at=make.AT - timedelta(days=1)) == []
    assert find_holder(post.code, account.public_id, make.AT) == account
    assert find_holder(post.code, make.account().public_id, make.AT) is None


def test_several_codes_are_one_read(django_assert_num_queries) -> None:
    one, other, closed = make.post(), make.post(), make.post()
    Post.objects.filter(pk=closed.pk).update(closed_at=make.AT)
    with django_assert_num_queries(1):
        found = posts_coded([one.code, other.code, closed.code, "no.such"])
    assert found == {one.code: one, other.code: other}
    assert posts_coded([]) == {}


@pytest.mark.django_db(transaction=True)
def test_a_read_that_locks_is_refused_outside_a_transaction() -> None:
    account = make.account()
    with transaction.atomic():
        assert LOCKED(key=account.pk) == [account]
    with pytest.raises(TransactionManagementError):
        LOCKED(key=account.pk)


def test_rows_written_at_once_know_their_keys_and_what_they_point_to() -> None:
    home = Department(code="new", name="新部门", name_en="New", kind="government")
    posts = [
        Post(department=home, code=f"new.p{n}", title="岗位", title_en="Post", duty="head", divisions=[str(n)])
        for n in range(3)
    ]
    assert insert_rows([home]) == [home]
    assert insert_rows(posts) == posts
    stored = {post.pk: (post.department_id, post.code, post.divisions) for post in Post.objects.all()}
    assert stored == {post.pk: (home.pk, post.code, post.divisions) for post in posts}
    assert insert_rows([]) == []


def test_what_the_store_refuses_is_refused() -> None:
    home = make.department()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([Department(code=home.code, name="同名", name_en="Same", kind="government")])
    assert Department.objects.count() == 1


def test_only_the_columns_that_are_named_are_written() -> None:
    post = make.post()
    Post.objects.filter(pk=post.pk).update(title="别人改的")
    post.title, post.divisions = "没写", ["340203"]
    write_columns(post, "divisions")
    post.refresh_from_db()
    assert (post.title, post.divisions) == ("别人改的", ["340203"])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_on_postgresql_the_plan_is_kept_with_the_connection() -> None:
    account = make.account()
    for _ in range(4):
        NAMED(name=account.username)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ['%"username" = $1%'])
        assert cursor.fetchone()[0] == 1
