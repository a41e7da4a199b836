"""Addresses of the console that are no model admin: plugins' pages, background jobs, the language switch."""

from django.urls import path

from opsportal.console.job_pages import JobPage, JobProgress, cancel_job
from opsportal.console.pages import pages
from opsportal.console.preferences import choose_language

app_name = "console"
urlpatterns = [
    path("language/", choose_language, name="set_language"),
    path("job/<int:pk>/", JobPage.as_view(), name="job"),
    path("job/<int:pk>/progress/", JobProgress.as_view(), name="job_progress"),
    path("job/<int:pk>/cancel/", cancel_job, name="job_cancel"),
]
urlpatterns += [path(page.route, page.view, name=page.name) for page in pages.all()]
