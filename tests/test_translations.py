"""The Chinese catalogues: complete, true to their placeholders, and in force on every page."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import django
import pytest
import unfold
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.contrib.auth.models import Group
from django.template import Context, Engine
from django.utils import translation
from django.utils.translation.template import templatize

from opsportal.access.models import User
from opsportal.access.roles import sync_roles

COMPILED = Path("zh_Hans", "LC_MESSAGES", "django.mo")
OURS = settings.BASE_DIR / "locale"
OTHERS = settings.BASE_DIR / "opsportal" / "console" / "locale_unfold"
DJANGO = [Path(django.__file__).parent / part / "locale" for part in ("conf", "contrib/admin", "contrib/auth")]
SAME_IN_CHINESE = {"SKU", "ID"}
# The language switch names each language in its own words.
SHOWN_IN_ENGLISH = {"English"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%[sd]|\{\w*\}")
HALF_WIDTH = re.compile(r"[一-鿿][,;!?]|[,;!?][一-鿿]|[一-鿿]\(|\)[一-鿿]")


def messages(folder: Path) -> list[tuple[str, str, str]]:
    """``(msgid, its plural or "", msgstr)`` of every entry of the ``.po`` file in ``folder``, the header left out.

    A msgid with a context has it in front, as compiled catalogues do.
    """
    text = (folder / COMPILED.with_suffix(".po")).read_text(encoding="utf-8")
    found = []
    for block in text.split("\n\n"):
        parts: dict[str, str] = {}
        for keyword, value in re.findall(r'^(msg\w+)(?:\[0\])? ((?:".*"\n?)+)', block, re.M):
            parts[keyword] = "".join(ast.literal_eval(line) for line in value.splitlines())
        if parts.get("msgid"):
            context = f"{parts['msgctxt']}\x04" if "msgctxt" in parts else ""
            found.append((context + parts["msgid"], parts.get("msgid_plural", ""), parts["msgstr"]))
    return found


ENTRIES = [*messages(OURS), *messages(OTHERS)]


def test_the_catalogues_are_read_whole() -> None:
    assert len(messages(OURS)) > 1000
    assert len(messages(OTHERS)) > 100


def test_every_message_has_a_translation_with_the_same_placeholders() -> None:
    empty = [message for message, _plural, chinese in ENTRIES if not chinese.strip()]
    differing = [
        (message, chinese)
        for message, plural, chinese in ENTRIES
        if set(PLACEHOLDER.findall(chinese)) != set(PLACEHOLDER.findall(message)) | set(PLACEHOLDER.findall(plural))
    ]
    assert (empty, differing) == ([], [])


def test_translations_use_full_width_punctuation() -> None:
    assert [chinese for _message, _plural, chinese in ENTRIES if HALF_WIDTH.search(chinese)] == []


@pytest.mark.parametrize("folder", [OURS, OTHERS])
def test_the_compiled_catalogue_is_the_one_in_words(folder) -> None:
    with (folder / COMPILED).open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    stale = [
        message
        for message, plural, chinese in messages(folder)
        if (compiled.ngettext(message, plural, 2) if plural else compiled.gettext(message)) != chinese
    ]
    assert stale == []


_CALL = re.compile(r"\b(?:_|n?p?gettext(?:_lazy|_noop)?)\(")
_LITERAL = re.compile(r"\s*,?\s*[uU]?(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')")
_FUNCTIONS = {"_", *(f"{kind}{lazy}" for kind in ("gettext", "ngettext") for lazy in ("", "_lazy", "_noop"))}


def in_template(path: Path) -> Iterator[tuple[str, ...]]:
    """Message ids of a template: ``(message,)`` or ``(singular, plural)``."""
    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in _CALL.finditer(source):
        position, found = call.end(), []
        while literal := _LITERAL.match(source, position):
            found.append(ast.literal_eval(literal[1]))
            position = literal.end()
        if found:
            yield tuple(found)


def in_python(path: Path) -> Iterator[tuple[str, ...]]:
    """Message ids of a module, as ``in_template`` gives them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in _FUNCTIONS:
            found = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            if found:
                yield tuple(found)


def test_every_string_of_unfold_is_translated() -> None:
    root = Path(unfold.__file__).parent
    known = {message for message, _plural, _chinese in messages(OTHERS)}
    django_words = []
    for folder in DJANGO:
        with (folder / COMPILED).open("rb") as file:
            django_words.append(gettext.GNUTranslations(file))
    wanted = {found for path in root.rglob("*.html") for found in in_template(path)}
    wanted |= {found for path in root.rglob("*.py") for found in in_python(path)}
    assert len(wanted) > 150

    def by_django(found: tuple[str, ...]) -> bool:
        if len(found) == 2:
            return any(words.ngettext(*found, 2) not in found for words in django_words)
        return any(words.gettext(found[0]) != found[0] for words in django_words)

    assert sorted(found for found in wanted if found[0] not in known and not by_django(found)) == []


class Words(HTMLParser):
    """The words a page shows: its texts, and the attributes a person can see or hear."""

    SHOWN = ("placeholder", "title", "aria-label", "alt")
    SILENT = ("script", "style", "code", "pre")
    # Icons are ligatures: "key" is drawn, not read.
    ICON = "material-symbols-outlined"

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0
        self._icon = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self.SILENT
        self._icon = self.ICON in (dict(attrs).get("class") or "")
        self.found += [value.strip() for name, value in attrs if name in self.SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self.SILENT
        self._icon = False

    def handle_data(self, data: str) -> None:
        if not self._silent and not self._icon and data.strip():
            self.found.append(" ".join(data.split()))


@pytest.fixture
def administrator(client, db):
    """A client logged in as an administrator who reads Chinese."""
    sync_roles()
    user = User.objects.create_user(username="guanliyuan", is_staff=True, is_superuser=True, language="zh-hans")
    user.groups.add(Group.objects.get(name="admin"))
    client.force_login(user)
    return client


PAGES = (
    "/console/",
    "/console/products/product/",
    "/console/products/product/add/",
    "/console/products/category/",
    "/console/access/user/",
    "/console/access/user/add/",
    "/console/generation/draft/",
    "/console/generation/reviewpolicy/add/",
    "/console/copy/review/",
    "/console/copy/jobs/",
    "/console/copy/publish/",
    "/console/copy/history/",
    "/console/copy/deliveries/",
    "/console/notices/",
)


def english_left(page: str) -> set[str]:
    """Message ids, ours or a library's, that a Chinese page shows as they are."""
    ids = {message for message, _plural, chinese in ENTRIES if chinese != message} - SHOWN_IN_ENGLISH
    return ids & set(Words(page).found)


def test_the_login_page_is_chinese(client, db) -> None:
    with translation.override("zh-hans"):
        page = client.get("/console/login/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "登录" in page
    assert english_left(page) == set()


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_chinese(administrator, address) -> None:
    response = administrator.get(address)
    assert response.status_code == 200
    page = response.content.decode()
    assert '<html lang="zh-hans"' in page
    assert english_left(page) == set()


def test_headings_of_all_lists_are_chinese(administrator, rf) -> None:
    request = rf.get("/")
    request.user = User.objects.get(username="guanliyuan")
    administrator.get("/console/")
    english = set()
    with translation.override("zh-hans"):
        for model, page in admin.site._registry.items():
            if model.__module__.startswith("tests."):
                continue
            for column in page.get_list_display(request):
                heading = str(label_for_field(column, model, model_admin=page))
                if heading and heading not in SAME_IN_CHINESE and not re.search("[一-鿿]", heading):
                    english.add((model.__name__, column, heading))
    assert english == set()


def test_roles_are_called_by_their_chinese_names(administrator) -> None:
    page = administrator.get("/console/access/user/").content.decode()
    assert "管理员" in Words(page).found
    assert "reviewer" not in Words(page).found


def test_languages_are_shown_by_name() -> None:
    with translation.override("zh-hans"):
        shown = Engine.get_default().from_string("{% load copy %}{{ 'en'|language_title }}, {{ 'xx'|language_title }}")
        assert shown.render(Context()) == "英文, xx"
