"""Addresses of the collections desk, under /collections/, and of the fitters, under /field/."""

from django.urls import path

from gridhall.halls.collections.pages import account, desk, details, field, lists, order

urlpatterns = [
    path("collections/", desk.desk, name="collections-desk"),
    path("collections/accounts/<uuid:public_id>/", account.account, name="collections-account"),
    path("collections/touches/", lists.touches, name="collections-touches"),
    path("collections/touches/<uuid:public_id>/", lists.touch, name="collections-touch"),
    path("collections/orders/", lists.orders, name="collections-orders"),
    path("collections/orders/<uuid:public_id>/", order.order, name="collections-order"),
    path("collections/notices/<uuid:public_id>/", order.notice_pdf, name="collections-notice-pdf"),
    path("collections/protected/", lists.protected, name="collections-protected"),
    path("collections/protected/<uuid:public_id>/", details.protection, name="collections-protection"),
    path("collections/arrangements/", lists.arrangements, name="collections-arrangements"),
    path("collections/arrangements/<uuid:public_id>/", details.arrangement, name="collections-arrangement"),
    path("collections/guarantees/", lists.guarantees, name="collections-guarantees"),
    path("collections/guarantees/<uuid:public_id>/", details.guarantee, name="collections-guarantee"),
    path("collections/reliefs/", lists.reliefs, name="collections-reliefs"),
    path("collections/reliefs/<uuid:public_id>/", details.relief, name="collections-relief"),
    path("collections/questions/", lists.disputes, name="collections-disputes"),
    path("collections/questions/<uuid:public_id>/", details.dispute, name="collections-dispute"),
    path("field/", field.tasks, name="field-tasks"),
    path("field/<uuid:public_id>/", field.task, name="field-task"),
]
