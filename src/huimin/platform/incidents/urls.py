"""Addresses of incidents. Numbers of incidents name nobody; a reporter's link is known to him alone."""

from django.urls import path, re_path

from huimin.platform.incidents.http import (
    acting,
    desk,
    following,
    hotline,
    hotline_rates,
    open311,
    open311_neighbours,
    photos,
    reporting,
    routing,
    suggestions,
    telling,
)

app_name = "incidents"
FORMAT = r"(?:\.(?P<kind>json|xml))?"
urlpatterns = [
    path("desk/incidents/", desk.incidents, name="incidents"),
    path("desk/incidents/new/", telling.tell, name="tell"),
    path("desk/incidents/export/", desk.export, name="export"),
    path("desk/incidents/photos/<slug:public_id>/<slug:size>/", photos.photo, name="photo"),
    path("desk/incidents/<slug:number>/", desk.incident, name="incident"),
    path("desk/incidents/<slug:number>/reporters/", desk.reporters, name="reporters"),
    path("desk/incidents/<slug:number>/unlink/", acting.unlink, name="unlink"),
    path("desk/incidents/<slug:number>/act/<slug:name>/", acting.act, name="act"),
    path("desk/routing/", routing.editions, name="routing"),
    path("desk/routing/draft/", routing.draft, name="routing_draft"),
    path("desk/routing/change/", routing.change, name="routing_change"),
    path("desk/routing/try/", routing.trial, name="routing_try"),
    path("desk/routing/publish/", routing.publish, name="routing_publish"),
    path("report/", reporting.report, name="report"),
    path("report/check/", reporting.check, name="report_check"),
    path("report/mine/", reporting.mine, name="my_reports"),
    path("report/follow/<slug:token>/", following.follow, name="follow"),
    path("report/follow/<slug:token>/content/", following.content, name="follow_content"),
    path("report/follow/<slug:token>/not-content/", following.not_content, name="follow_not_content"),
    path("report/follow/<slug:token>/hurry/", following.hurry, name="follow_urge"),
    path("report/follow/<slug:token>/reopen/", following.reopen, name="follow_reopen"),
    path("report/follow/<slug:token>/photos/<slug:public_id>/<slug:size>/", following.photo, name="follow_photo"),
    path("hotline/", hotline.desk, name="hotline"),
    path("hotline/beside/", hotline.beside, name="hotline_beside"),
    path("hotline/places/", hotline.places, name="hotline_places"),
    path("hotline/calls/", hotline.calls, name="hotline_calls"),
    path("hotline/calls/<slug:number>/", hotline.call, name="hotline_call"),
    path("hotline/calls/<slug:number>/phone/", hotline.phone, name="hotline_phone"),
    path("hotline/calls/<slug:number>/tell/", hotline.tell, name="hotline_tell"),
    path("hotline/calls/<slug:number>/not-reached/", hotline.not_reached, name="hotline_not_reached"),
    path("hotline/calls/<slug:number>/survey/", hotline.survey, name="hotline_survey"),
    path("hotline/rates/", hotline_rates.rates, name="hotline_rates"),
    path("desk/suggestions/", suggestions.measured, name="suggestions"),
    path("desk/neighbours/", open311_neighbours.neighbours, name="neighbours"),
    re_path(rf"^open311/discovery{FORMAT}$", open311.discovery, name="open311_discovery"),
    path("open311/v2/", open311.root, name="open311_root"),
    re_path(rf"^open311/v2/services{FORMAT}$", open311.services, name="open311_services"),
    re_path(
        rf"^open311/v2/services/(?P<code>[A-Za-z0-9]{{1,12}}){FORMAT}$", open311.definition, name="open311_service"
    ),
    re_path(rf"^open311/v2/requests{FORMAT}$", open311.requests, name="open311_requests"),
    re_path(
        rf"^open311/v2/requests/(?P<number>[A-Za-z0-9-]{{1,40}}){FORMAT}$", open311.one_request, name="open311_request"
    ),
    re_path(rf"^open311/v2/tokens/(?P<token>[A-Za-z0-9-]{{1,40}}){FORMAT}$", open311.token, name="open311_token"),
]
