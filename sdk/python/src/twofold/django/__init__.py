"""Twofold for a Django site: put `twofold.django` into INSTALLED_APPS and its middleware into MIDDLEWARE.

What you call stands in `twofold.django.shortcuts`.
"""
