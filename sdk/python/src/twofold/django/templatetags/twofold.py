"""`{% load twofold %}`, then `{% twofold_security %}` in your account page, or `{% twofold_challenge %}` in one of your own."""

from typing import Any, Mapping

from django import template
from django.middleware.csrf import get_token
from django.utils.safestring import SafeString, mark_safe

from ..conf import flow

register = template.Library()


@register.simple_tag
def twofold_security() -> SafeString:
    """The Security tab of whoever is signed in."""
    return mark_safe(flow().security_html())


@register.simple_tag(takes_context=True)
def twofold_challenge(context: Mapping[str, Any]) -> SafeString:
    """The challenge, in a form with its CSRF token."""
    return mark_safe(flow().challenge_html({"csrfmiddlewaretoken": get_token(context["request"])}))
