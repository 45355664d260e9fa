"""Addresses of the process app."""

from django.urls import path

from huimin.platform.process.http import asking, pages, supervision

app_name = "process"
urlpatterns = [
    path("desk/inbox/", pages.inbox, name="inbox"),
    path("desk/inbox/batch/", supervision.batch, name="batch"),
    path("desk/inbox/<str:number>/", pages.item, name="item"),
    path("desk/inbox/<str:number>/claim/", pages.claim, name="claim"),
    path("desk/inbox/<str:number>/release/", pages.release, name="release"),
    path("desk/inbox/<str:number>/complete/", pages.complete, name="complete"),
    path("desk/inbox/<str:number>/transfer/", pages.transfer, name="transfer"),
    path("desk/inbox/<str:number>/return/", pages.send_back, name="send_back"),
    path("desk/inbox/<str:number>/urge/", pages.urge, name="urge"),
    path("desk/inbox/<str:number>/delegate/", asking.delegate, name="delegate"),
    path("desk/inbox/<str:number>/signer/", asking.add_signer, name="add_signer"),
    path("desk/inbox/<str:number>/drop/", asking.drop_signer, name="drop_signer"),
    path("desk/inbox/<str:number>/copy/", asking.send_copy, name="send_copy"),
    path("desk/inbox/<str:number>/read/", asking.acknowledge, name="acknowledge"),
    path("desk/inbox/<str:number>/take-back/", asking.take_back, name="take_back"),
    path("desk/inbox/<str:number>/stop/", asking.stop_clock, name="stop_clock"),
    path("desk/inbox/<str:number>/resume/", asking.resume_clock, name="resume_clock"),
    path("desk/supervision/", supervision.cards, name="cards"),
    path("desk/supervision/<str:number>/", supervision.card, name="card"),
    path("desk/supervision/<str:number>/explain/", supervision.explain, name="explain"),
    path("desk/supervision/<str:number>/uphold/", supervision.uphold, name="uphold"),
    path("desk/supervision/<str:number>/lift/", supervision.lift, name="lift"),
    path("desk/absence/", supervision.absence, name="absence"),
    path("desk/absence/<int:key>/end/", supervision.end_absence, name="end_absence"),
    path("desk/hand-over/", pages.hand_over, name="hand_over"),
    path("desk/hand-over/<str:post>/", pages.hand_over_post, name="hand_over_post"),
]
