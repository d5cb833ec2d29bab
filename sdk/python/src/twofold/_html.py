"""The elements, for your pages."""

from html import escape
from typing import Mapping

# Sends the form. What it says is no proof: the server asks Twofold.
CONFIRM_JS = 'addEventListener("twofold:passed", ({ target }) => target.closest("form")?.requestSubmit());\n'


def _script(address: str) -> str:
    return f'<script type="module" src="{escape(address)}"></script>'


def security_html(twofold: str, session_url: str) -> str:
    """The Security tab, for your account page."""
    element = f'<twofold-security session-url="{escape(session_url)}"></twofold-security>'
    return f"{_script(f'{twofold}/embed.js')}{element}"


def challenge_html(twofold: str, script_url: str, confirm_to: str, ticket_url: str, fields: Mapping[str, str]) -> str:
    """The challenge in a form that goes to your server once it was passed. `fields` are hidden ones: a CSRF token, say."""
    hidden = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items())
    element = f'<twofold-challenge session-url="{escape(ticket_url)}"></twofold-challenge>'
    form = f'<form method="post" action="{escape(confirm_to)}">{hidden}{element}</form>'
    return f"{_script(f'{twofold}/embed.js')}{_script(script_url)}{form}"
