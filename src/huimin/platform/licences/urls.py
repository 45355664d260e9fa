"""Addresses of licences. The codes in them are random and name nobody."""

from django.urls import path

from huimin.platform.licences.http import checking, register, wallet

app_name = "licences"
urlpatterns = [
    path("my/licences/", wallet.wallet, name="wallet"),
    path("my/licences/<slug:public_id>/", wallet.licence, name="licence"),
    path("my/licences/<slug:public_id>/show/", wallet.present, name="present"),
    path("my/licences/<slug:public_id>/paper/", wallet.download, name="download"),
    path("my/licences/<slug:public_id>/copies/", wallet.make_copy, name="make_copy"),
    path("my/licence-copies/<slug:public_id>/", wallet.copy, name="copy"),
    path("my/licence-copies/<slug:public_id>/paper/", wallet.download_copy, name="download_copy"),
    path("desk/licences/", register.register, name="register"),
    path("desk/licences/<slug:public_id>/", register.kept, name="kept"),
    path("desk/licences/<slug:public_id>/suspend/", register.suspend, name="suspend"),
    path("desk/licences/<slug:public_id>/restore/", register.restore, name="restore"),
    path("desk/licences/<slug:public_id>/revoke/", register.revoke, name="revoke"),
    path("desk/licences/<slug:public_id>/withdraw/", register.withdraw, name="withdraw"),
    path("desk/licences/<slug:public_id>/cancel/", register.cancel, name="cancel"),
    path("desk/licences/<slug:public_id>/reissue/", register.reissue, name="reissue"),
    path("desk/licences/<slug:public_id>/paper/", register.print_kept, name="print_kept"),
    path("check/", checking.check, name="check"),
    path("check/shown/<slug:code>/", checking.check_presented, name="check_presented"),
    path("check/copy/<slug:public_id>/", checking.check_copy, name="check_copy"),
    path("check/<slug:public_id>/", checking.check_printed, name="check_printed"),
]
