"""The catalogue over HTTP."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from opsportal.api.views import BaseViewSet
from opsportal.plugins.errors import Invalid
from products import services
from products.api.serializers import (
    AttributeRequest,
    AttributeSerializer,
    CategorySerializer,
    ChannelSerializer,
    EmptySerializer,
    ExportRequest,
    ExportRunSerializer,
    ImportRequest,
    ImportRunSerializer,
    LiveCopySerializer,
    ProductDetailSerializer,
    ProductRequest,
    ProductSerializer,
)
from products.filters import ProductFilter
from products.imports.columns import parse_mapping
from products.imports.reading import UnreadableFile
from products.models import Category, Channel, ExportRun, ImportRun, Product
from products.services import runs


class ProductViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """Products, found by key or number."""

    queryset = Product.objects.select_related("brand", "category")
    serializer_class = ProductSerializer
    filterset_class = ProductFilter
    permissions = {"attributes": "products.change_product", "live_copy": "products.view_livecopy"}
    lookup_value_regex = "[^/]+"

    def get_object(self) -> Product:
        """By number, else by key."""
        told = self.kwargs["pk"]
        found = Product.objects.filter(key=told).first()
        if found is not None:
            self.kwargs["pk"] = str(found.pk)
        elif not told.isdecimal():
            self.kwargs["pk"] = "0"
        return super().get_object()

    @extend_schema(responses=ProductDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One product with variants, attributes, images and live copy."""
        return self._detail(self.get_object())

    @extend_schema(request=ProductRequest, responses={201: ProductDetailSerializer})
    def create(self, request: Request) -> Response:
        """Create a product."""
        asked = ProductRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        product = services.create_product(self.actor, **asked.given())
        return Response(self._shown(product), 201, headers={"Location": self._link(product)})

    @extend_schema(request=ProductRequest(partial=True), responses=ProductDetailSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change the parts that are given; the key stays."""
        asked = ProductRequest(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        given = asked.given()
        given.pop("key", None)
        return self._detail(services.update_product(self.actor, self.get_object(), **given))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a product; its drafts and versions stay on record."""
        services.delete_product(self.actor, self.get_object())
        return Response(status=204)

    @extend_schema(request=AttributeRequest(many=True), responses=AttributeSerializer(many=True))
    @action(detail=True, methods=["put"], pagination_class=None, filterset_class=None)
    def attributes(self, request: Request, pk: str) -> Response:
        """Set (or with a blank value clear) attributes; those not named stay."""
        asked = AttributeRequest(data=request.data, many=True)
        asked.is_valid(raise_exception=True)
        product = self.get_object()
        services.set_attributes(
            self.actor, product, [services.AttributeInput(**values) for values in asked.validated_data]
        )
        rows = product.attribute_values.select_related("attribute", "variant")
        return Response(AttributeSerializer(rows, many=True).data)

    @extend_schema(responses=LiveCopySerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def live_copy(self, request: Request, pk: str) -> Response:
        """What is published for this product."""
        return Response(LiveCopySerializer(self.get_object().live_copy.all(), many=True).data)

    def _detail(self, product: Product) -> Response:
        return Response(self._shown(product))

    def _shown(self, product: Product) -> Any:
        rows: QuerySet[Product] = self.get_queryset().prefetch_related(
            "variants", "attribute_values__attribute", "attribute_values__variant", "channels", "images", "live_copy"
        )
        return ProductDetailSerializer(rows.get(pk=product.pk)).data

    def _link(self, product: Product) -> str:
        return reverse("api:products-detail", [product.pk], request=self.request)


class CategoryFilter(django_filters.FilterSet):
    """Categories by their place."""

    path = django_filters.CharFilter(lookup_expr="startswith")

    class Meta:
        model = Category
        fields: list[str] = []


class CategoryViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """The category tree."""

    queryset = Category.objects.all()
    serializer_class = CategorySerializer
    filterset_class = CategoryFilter


class ChannelViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """The channels this company sells in."""

    queryset = Channel.objects.all()
    serializer_class = ChannelSerializer
    filterset_fields = ("code", "kind", "stock_owned")


class ImportViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """Imports."""

    queryset = ImportRun.objects.all()
    serializer_class = ImportRunSerializer
    permissions = {"create": "products.import_products"}

    @extend_schema(request={"multipart/form-data": ImportRequest}, responses={202: ImportRunSerializer})
    def create(self, request: Request) -> Response:
        """Upload a file; answers at once with a link to watch."""
        asked = ImportRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        try:
            mapping = parse_mapping(data["map"])
        except UnreadableFile as error:
            raise Invalid(str(error), "bad_mapping") from error
        run = runs.upload_import(
            self.actor, data["file"], format=data["format"], channel=data["channel"], language=data["language"]
        )
        run = runs.configure_import(self.actor, run, mapping=mapping)
        try:
            runs.preview(run)
        except UnreadableFile as error:
            raise Invalid(str(error), "unreadable") from error
        run = runs.start_import(self.actor, run)
        link = reverse("api:imports-detail", [run.pk], request=request)
        return Response(ImportRunSerializer(run).data | {"link": link}, 202, headers={"Location": link})


class ExportViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """Exports."""

    queryset = ExportRun.objects.all()
    serializer_class = ExportRunSerializer
    permissions = {
        "create": "products.export_products",
        "download": "products.export_products",
        "confirm": "generation.confirm_delivery",
    }

    @extend_schema(
        request={"multipart/form-data": ExportRequest, "application/json": ExportRequest},
        responses={202: ExportRunSerializer},
    )
    def create(self, request: Request) -> Response:
        """Ask for a file; answers at once with a link to watch."""
        asked = ExportRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        run = runs.start_export(self.actor, asked.spec(), asked.validated_data.get("like"))
        link = reverse("api:exports-detail", [run.pk], request=request)
        return Response(ExportRunSerializer(run).data | {"link": link}, 202, headers={"Location": link})

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def download(self, request: Request, pk: str) -> Any:
        """The finished file."""
        run = self.get_object()
        return FileResponse(runs.open_for_download(run), as_attachment=True, filename=run.file_name)

    @extend_schema(request=EmptySerializer, responses=ExportRunSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Say that the shop took the file up."""
        run = self.get_object()
        runs.confirm_export(self.actor, run)
        return Response(ExportRunSerializer(self.get_queryset().get(pk=run.pk)).data)
