"""Finding a customer by whatever was said: number, name, telephone, address or meter."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from gridhall.cis.customers.queries import search as find
from gridhall.halls.forms import HallForm
from gridhall.halls.page import PageRequest, page

HITS_MAX = 20


class SearchForm(HallForm):
    text = forms.CharField(label=_("Number, name, telephone, address or meter"), max_length=80)


@page("counter-search", "GET", "POST")
def search(request: PageRequest) -> HttpResponse:
    """What is searched for travels in the body: no name or number stands in an address. One hit opens at once."""
    form = SearchForm(request.POST or None)
    hits = None
    if request.method == "POST" and form.is_valid():
        hits = find(request.actor.scope, form.cleaned_data["text"], HITS_MAX)
        if len(hits) == 1:
            return redirect("counter-customer", hits[0].public_id)
    context = {"searched": form.cleaned_data.get("text", "") if form.is_bound else "", "hits": hits, "most": HITS_MAX}
    return render(request, "counter/search.html", context)
