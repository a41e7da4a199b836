"""Pages by cursor: no COUNT, no OFFSET, the same cost at row ten and at row ten million."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """``?cursor=…&page_size=…``; newest first unless a view says otherwise."""

    page_size = 50
    max_page_size = 500
    page_size_query_param = "page_size"
    ordering = "-id"
