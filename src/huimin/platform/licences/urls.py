"""Addresses of licences. The codes in them are random and name nobody."""

from django.urls import path

from huimin.platform.licences.http import checking, wallet

app_name = "licences"
urlpatterns = [
    path("my/licences/", wallet.wallet, name="wallet"),
    path("my/licences/<slug:public_id>/", wallet.licence, name="licence"),
    path("my/licences/<slug:public_id>/show/", wallet.present, name="present"),
    path("my/licences/<slug:public_id>/paper/", wallet.download, name="download"),
    path("my/licences/<slug:public_id>/copies/", wallet.make_copy, name="make_copy"),
    path("my/licence-copies/<slug:public_id>/", wallet.copy, name="copy"),
    path("my/licence-copies/<slug:public_id>/paper/", wallet.download_copy, name="download_copy"),
    path("check/", checking.check, name="check"),
    path("check/shown/<slug:code>/", checking.check_presented, name="check_presented"),
    path("check/copy/<slug:public_id>/", checking.check_copy, name="check_copy"),
    path("check/<slug:public_id>/", checking.check_printed, name="check_printed"),
]
