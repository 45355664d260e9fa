"""Addresses of cases. Numbers of cases and drafts name nobody."""

from django.urls import path

from huimin.platform.cases.http import applying, desk, mine, window

app_name = "cases"
urlpatterns = [
    path("apply/<slug:service>/", applying.begin, name="begin"),
    path("my/drafts/<slug:public_id>/materials/", applying.materials, name="materials"),
    path("my/drafts/<slug:public_id>/materials/<slug:material>/", applying.give, name="give"),
    path("my/drafts/<slug:public_id>/materials/<slug:material>/take-back/", applying.take_back, name="take_back"),
    path("my/drafts/<slug:public_id>/materials/<slug:material>/promise/", applying.promise, name="promise"),
    path("my/drafts/<slug:public_id>/check/", applying.check, name="check"),
    path("my/drafts/<slug:public_id>/throw-away/", applying.throw_away, name="throw_away"),
    path("my/drafts/<slug:public_id>/<slug:section>/", applying.section, name="section"),
    path("my/cases/", mine.mine, name="mine"),
    path("my/cases/<slug:number>/", mine.case, name="case"),
    path("my/cases/<slug:number>/receipt/", mine.receipt, name="receipt"),
    path("my/cases/<slug:number>/withdraw/", mine.withdraw, name="withdraw"),
    path("my/cases/<slug:number>/rate/", mine.rate, name="rate"),
    path("my/cases/<slug:number>/respond/<slug:outcome>/", mine.respond, name="respond"),
    path("my/cases/<slug:number>/supply/<slug:material>/", mine.supply, name="supply"),
    path("desk/cases/<slug:number>/originals/<slug:material>/", desk.check_original, name="check_original"),
    path("desk/files/<slug:public_id>/", desk.file, name="file"),
    path("desk/window/", window.window, name="window"),
    path("desk/window/new/<slug:service>/", window.person, name="intake_person"),
    path("desk/window/drafts/<slug:public_id>/", window.intake, name="intake"),
    path("desk/window/drafts/<slug:public_id>/notice/", window.notice, name="intake_notice"),
    path("desk/window/drafts/<slug:public_id>/hand-over/", window.hand_over, name="intake_hand_over"),
    path("desk/window/drafts/<slug:public_id>/throw-away/", window.give_up, name="intake_give_up"),
    path("desk/window/cases/<slug:number>/", window.taken_in, name="taken_in"),
    path("desk/window/cases/<slug:number>/receipt/", window.receipt, name="window_receipt"),
    path("desk/window/cases/<slug:number>/receipt/reprint/", window.reprint, name="receipt_reprint"),
    path("desk/window/cases/<slug:number>/receipt/void/", window.void, name="receipt_void"),
    path("desk/window/cases/<slug:number>/take-back/", window.take_back, name="intake_take_back"),
    path("receipts/<slug:number>/<int:edition>/", window.receipt_standing, name="receipt_standing"),
]
