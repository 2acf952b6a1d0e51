"""Addresses of the billing office, under /office/."""

from django.urls import path

from gridhall.halls.office.pages import (
    accounts,
    bills,
    exception,
    exceptions,
    home,
    imports,
    issues,
    jobs,
    points,
    run_decisions,
    runs,
)

urlpatterns = [
    path("", home.home, name="office-home"),
    path("find/", home.find, name="office-find"),
    path("runs/", runs.runs, name="office-runs"),
    path("runs/new/", runs.new, name="office-run-new"),
    path("runs/<uuid:public_id>/", runs.run, name="office-run"),
    path("runs/<uuid:public_id>/progress/", runs.progress, name="office-run-progress"),
    path("runs/<uuid:public_id>/release/", run_decisions.release, name="office-run-release"),
    path("runs/<uuid:public_id>/cancel/", run_decisions.cancel, name="office-run-cancel"),
    path("exceptions/", exceptions.exceptions, name="office-exceptions"),
    path("exceptions/<uuid:public_id>/", exception.exception, name="office-exception"),
    path("bills/<uuid:public_id>/", bills.bill, name="office-bill"),
    path("bills/<uuid:public_id>/pdf/", bills.pdf, name="office-bill-pdf"),
    path("bills/<uuid:public_id>/correct/", bills.correct, name="office-bill-correct"),
    path("accounts/<uuid:public_id>/", accounts.account, name="office-account"),
    path("accounts/<uuid:public_id>/bill/", accounts.bill, name="office-account-bill"),
    path("imports/", imports.imports, name="office-imports"),
    path("imports/new/", imports.new, name="office-import-new"),
    path("imports/<uuid:public_id>/", imports.import_, name="office-import"),
    path("imports/<uuid:public_id>/progress/", imports.progress, name="office-import-progress"),
    path("imports/<uuid:public_id>/apply/", imports.apply, name="office-import-apply"),
    path("imports/<uuid:public_id>/problems/", imports.problems_csv, name="office-import-problems"),
    path("points/", points.points, name="office-points"),
    path("points/<uuid:public_id>/", points.point, name="office-point"),
    path("issues/", issues.issues, name="office-issues"),
    path("issues/<uuid:public_id>/", issues.issue, name="office-issue"),
    path("jobs/", jobs.jobs, name="office-jobs"),
    path("jobs/<uuid:public_id>/", jobs.job, name="office-job"),
    path("jobs/<uuid:public_id>/cancel/", jobs.cancel, name="office-job-cancel"),
]
