"""Published copy in the form of each channel. ``FORMATS`` names them: one a channel."""

from marketing.exports.formats import FORMATS, Format

__all__ = ["FORMATS", "Format"]
