"""Researchers' Markdown as HTML that is safe to show: raw HTML in it is shown as text."""

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

_COMMONMARK = MarkdownIt("commonmark", {"html": False})


def safe_html(source: str) -> SafeString:
    """`source` as HTML. Raw HTML is escaped and links other than http, https and mailto stay text."""
    return SafeString(_COMMONMARK.render(source))
