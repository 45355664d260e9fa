"""Addresses of the registries. Nothing personal stands in any of them."""

from django.urls import path, re_path

from huimin.platform.registries.http import desk, lookups, mine, places

app_name = "registries"
urlpatterns = [
    path("my/data/", mine.my_data, name="my_data"),
    re_path(r"^my/data/download/(?P<form>json|pdf)/$", mine.download, name="download"),
    path("my/data/<slug:field>/", mine.my_value, name="my_value"),
    path("my/data/<slug:field>/correct/", mine.correct, name="correct"),
    path("my/looks/", mine.my_looks, name="my_looks"),
    path("my/corrections/", mine.my_corrections, name="my_corrections"),
    path("my/corrections/<slug:number>/", mine.my_correction, name="my_correction"),
    path("my/corrections/<slug:number>/appeal/", mine.appeal, name="appeal"),
    path("desk/look-up/", lookups.look_up, name="look_up"),
    path("desk/look-up/name/", lookups.look_up_name, name="look_up_name"),
    path("desk/look-up/organisation/", lookups.look_up_organisation, name="look_up_organisation"),
    path("desk/look-up/question/", lookups.ask_yes_no, name="ask_yes_no"),
    path("desk/places/", places.search, name="places"),
    path("desk/places/building/", places.building, name="building"),
    path("desk/places/house/", places.house, name="house"),
    path("desk/places/coverage/", places.coverage, name="places_coverage"),
    path("desk/places/unplaced/<slug:reason>/", places.unplaced, name="unplaced"),
    path("desk/corrections/<slug:number>/<slug:item>/value/", desk.choose_value, name="choose_value"),
    path("desk/corrections/<slug:number>/<slug:item>/pass-on/", desk.pass_on, name="pass_on"),
    path("desk/disputes/", desk.disputes, name="disputes"),
    path("desk/disputes/tickets/", desk.open_tickets, name="open_tickets"),
]
