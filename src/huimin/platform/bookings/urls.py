"""Addresses of bookings."""

from django.urls import path

from huimin.platform.bookings.http import booking, window

app_name = "bookings"
urlpatterns = [
    path("my/bookings/", booking.mine, name="mine"),
    path("my/bookings/new/", booking.offices, name="offices"),
    path("my/bookings/for/<slug:service>/", booking.for_service, name="for_service"),
    path("my/bookings/new/<slug:office>/", booking.days, name="days"),
    path("my/bookings/new/<slug:office>/<slug:day>/", booking.slots, name="slots"),
    path("my/bookings/take/<int:number>/", booking.take, name="take"),
    path("my/bookings/<slug:public_id>/cancel/", booking.cancel, name="cancel"),
    path("desk/queue/", window.queue, name="queue"),
    path("desk/queue/<slug:office>/ticket/", window.ticket, name="ticket"),
    path("desk/queue/<slug:office>/check-in/", window.check_in, name="check_in"),
    path("desk/queue/<slug:office>/call/", window.call, name="call"),
    path("desk/queue/called/<slug:public_id>/<slug:how>/", window.finish, name="finish"),
]
