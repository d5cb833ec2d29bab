"""`path("twofold/", include("twofold.django.urls"))`."""

from django.urls import path

from . import views

app_name = "twofold"
urlpatterns = [
    path("session", views.session, name="session"),
    path("ticket", views.ticket, name="ticket"),
    path("confirm", views.confirm, name="confirm"),
    path("confirm.js", views.script, name="script"),
]
