"""The file of each channel: bulk tables for Google Ads and Meta, lists for SMS and notes, e-mails as HTML and text.

Column names are those of Google Ads Editor and of the Meta ads manager's import as documented in 2026-11 (not confirmed
by an import there); a column "Comment" or "Provenance" says who wrote and approved a text.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from generation.engine.counting import sms
from marketing.ad_slots import ad_slots
from marketing.exports.selection import Ad
from products.exports.tables import write_csv
from products.imports.cells import escape_formula

_GAP = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Format:
    """How the ads of a channel become a file."""

    channel: str
    suffix: str
    write: Callable[[Path, Sequence[Ad]], None]


def write_google_ads(path: Path, ads: Sequence[Ad]) -> None:
    """Google Ads Editor CSV: one responsive search ad a row, paused until someone looks at it there."""
    fields = ad_slots()["google_ads.search"].fields
    headlines, descriptions = fields["headline"].most, fields["description"].most
    header = [
        "Campaign", "Ad group", "Ad type", "Status",
        *(f"Headline {number}" for number in range(1, headlines + 1)),
        *(f"Description {number}" for number in range(1, descriptions + 1)),
        "Path 1", "Path 2", "Final URL", "Comment",
    ]  # fmt: skip

    def row(ad: Ad) -> list[str]:
        paths = [*ad.placement.paths, "", ""][:2]
        return [
            ad.placement.campaign.name, f"{ad.placement.key} {ad.language}", "Responsive search ad", "Paused",
            *_padded(ad.texts.get("headline", ()), headlines), *_padded(ad.texts.get("description", ()), descriptions),
            *paths, ad.url, f"{ad.name}; {ad.provenance}",
        ]  # fmt: skip

    write_csv(path, header, (row(ad) for ad in ads))


def write_meta(path: Path, ads: Sequence[Ad]) -> None:
    """Meta ads manager CSV: one ad a row, paused until someone looks at it there."""
    header = [
        "Campaign Name", "Ad Set Name", "Ad Name", "Ad Status", "Title", "Body", "Link Description", "Link", "URL Tags",
        "Provenance",
    ]  # fmt: skip

    def row(ad: Ad) -> list[str]:
        return [
            ad.placement.campaign.name, f"{ad.placement.key} {ad.language}", ad.name, "PAUSED", ad.text("headline"),
            ad.text("primary_text"), ad.text("description"), ad.placement.landing_url, urlencode(ad.utm), ad.provenance,
        ]  # fmt: skip

    write_csv(path, header, (row(ad) for ad in ads))


def write_sms(path: Path, ads: Sequence[Ad]) -> None:
    """The messages, how they are billed, and nobody's number: whoever sends them has the numbers."""
    header = [
        "campaign",
        "placement",
        "variant",
        "language",
        "split",
        "message",
        "encoding",
        "parts",
        "link",
        "provenance",
    ]

    def row(ad: Ad) -> list[str]:
        message = ad.text("body")
        cost = sms(message)
        return [
            ad.placement.campaign.key, ad.placement.key, ad.variant.label, ad.language, str(ad.variant.split), message,
            cost.encoding, str(cost.parts), ad.url, ad.provenance,
        ]  # fmt: skip

    write_csv(path, header, (row(ad) for ad in ads))


def write_notes(path: Path, ads: Sequence[Ad]) -> None:
    """Titles and bodies of notes, to be posted by hand."""
    header = ["campaign", "placement", "variant", "language", "title", "body", "link", "provenance"]

    def row(ad: Ad) -> list[str]:
        return [
            ad.placement.campaign.key, ad.placement.key, ad.variant.label, ad.language, ad.text("title"),
            ad.text("body"), ad.url, ad.provenance,
        ]  # fmt: skip

    write_csv(path, header, (row(ad) for ad in ads))


def write_emails(path: Path, ads: Sequence[Ad]) -> None:
    """An archive: every e-mail as HTML and as text, and an index with subjects. ``{{customer}}`` stays for the sender."""
    index = io.StringIO(newline="")
    table = csv.writer(index)
    table.writerow(
        ["campaign", "placement", "variant", "language", "split", "subject", "preheader", "html", "text", "provenance"]
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for ad in ads:
            name = f"{ad.placement.key}-{ad.variant.label}-{ad.language}"
            archive.writestr(f"{name}.html", email_html(ad))
            archive.writestr(f"{name}.txt", email_text(ad))
            cells = [
                ad.placement.campaign.key, ad.placement.key, ad.variant.label, ad.language, str(ad.variant.split),
                ad.text("subject"), ad.text("preheader"), f"{name}.html", f"{name}.txt", ad.provenance,
            ]  # fmt: skip
            table.writerow([escape_formula(cell) for cell in cells])
        archive.writestr("index.csv", "\ufeff" + index.getvalue())


def email_html(ad: Ad) -> str:
    """The e-mail as a page: hidden preheader, paragraphs, the link; everything escaped. Mail programs ignore style
    sheets, so there are hardly any styles."""
    paragraphs = "\n".join(
        f"<p>{'<br>'.join(escape(line) for line in block.splitlines())}</p>" for block in _blocks(ad.text("body"))
    )
    url = escape(ad.url)
    link = f'\n<p><a href="{url}">{escape(ad.placement.landing_url)}</a></p>' if url else ""
    return (
        f'<!doctype html>\n<html lang="{escape(ad.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="generator" content="{escape(ad.provenance)}">\n<title>{escape(ad.text("subject"))}</title>\n</head>\n'
        f'<body>\n<div style="display:none">{escape(ad.text("preheader"))}</div>\n{paragraphs}{link}\n</body>\n</html>\n'
    )


def email_text(ad: Ad) -> str:
    """The e-mail as plain text with the link below."""
    return "\n\n".join([*_blocks(ad.text("body")), *([ad.url] if ad.url else [])]) + "\n"


def _blocks(text: str) -> list[str]:
    return [block.strip() for block in _GAP.split(text) if block.strip()]


def _padded(texts: Iterable[str], size: int) -> list[str]:
    return [*texts, *[""] * size][:size]


#: The format of each channel, by its key.
FORMATS: Mapping[str, Format] = {
    entry.channel: entry
    for entry in (
        Format("google_ads", ".csv", write_google_ads),
        Format("meta", ".csv", write_meta),
        Format("email", ".zip", write_emails),
        Format("sms", ".csv", write_sms),
        Format("xiaohongshu", ".csv", write_notes),
    )
}
