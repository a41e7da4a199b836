"""Addresses of the console that are no model admin: plugins' pages and the language switch."""

from django.urls import path
from django.views.i18n import set_language

from opsportal.console.pages import pages

app_name = "console"
urlpatterns = [path(page.route, page.view, name=page.name) for page in pages.all()]
urlpatterns += [path("language/", set_language, name="set_language")]
