"""A site that forgot Twofold's addresses. The admin's are of no matter here."""

from django.contrib import admin
from django.urls import path

urlpatterns = [path("admin/", admin.site.urls)]
