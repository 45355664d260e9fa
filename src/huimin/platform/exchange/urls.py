"""Addresses of the exchange's pages; those of its API are in `http/api.py`."""

from django.urls import path

from huimin.platform.exchange.http import (
    asked,
    catalogue,
    deliveries,
    overview,
    quarantine,
    reading,
    trials,
    uploads,
)

app_name = "exchange"
urlpatterns = [
    path("desk/data/", overview.overview, name="overview"),
    path("desk/deliveries/", deliveries.listing, name="deliveries"),
    path("desk/deliveries/<int:number>/", deliveries.delivery, name="delivery"),
    path("desk/deliveries/<int:number>/changes/", deliveries.changes, name="changes"),
    path("desk/deliveries/<int:number>/withdraw/", deliveries.withdraw, name="withdraw"),
    path("desk/deliveries/<int:number>/accept/", deliveries.accept, name="accept"),
    path("desk/deliveries/<int:number>/returned/", deliveries.returned_file, name="returned_file"),
    path("desk/deliveries/<int:number>/rows/<int:row>/", quarantine.correct, name="correct"),
    path("desk/deliveries/<int:number>/rows/<int:row>/dismiss/", quarantine.dismiss, name="dismiss"),
    path("desk/quarantine/", quarantine.listing, name="quarantine"),
    path("desk/uploads/", uploads.listing, name="uploads"),
    path("desk/uploads/<slug:public_id>/", uploads.upload, name="upload"),
    path("desk/trial/", trials.trial, name="trial"),
    path("desk/catalogue/", catalogue.browse, name="catalogue"),
    path("desk/catalogue/<str:code>/", catalogue.resource, name="resource"),
    path("desk/catalogue/<str:code>/request/", asked.ask, name="ask"),
    path("desk/data-requests/", asked.listing, name="requests"),
    path("desk/data-requests/<slug:number>/", asked.request_page, name="request"),
    path("desk/data-requests/<slug:number>/end/", asked.end, name="end_sharing"),
    path("desk/data-requests/<slug:number>/<slug:item>/narrow/", asked.narrow, name="narrow_request"),
    path("desk/shared/", reading.listing, name="shared_list"),
    path("desk/shared/<str:code>/", reading.look_up, name="shared"),
    path("desk/shared/<str:code>/rows/", reading.read, name="shared_rows"),
    path("desk/shared/<str:code>/file/", reading.export, name="shared_file"),
    path("desk/catalogue/<str:code>/versions/", catalogue.versions, name="versions"),
]
