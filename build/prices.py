#!/usr/bin/env python3
"""Makes the bundled table of prices from LiteLLM's public one.

    pip download --no-deps --dest NEW litellm && pip download --no-deps --dest OLD litellm==1.80.9
    build/prices.py NEW/litellm-*.whl OLD/litellm-*.whl YYYY-MM-DD > \
        eventlog/src/main/resources/dev/proa/eventlog/prices.json

The first file has the present prices, the second those of models that have been retired since: old
histories still name them. The date is the day on which the table is made. Only what coding agents
use is taken: text models of Anthropic, OpenAI and Google.

Anthropic's price of a cache write that is kept for an hour is twice the price of input in every
band, as its price list says; LiteLLM has another one for some retired models.
"""
import json
import re
import sys
import zipfile
from decimal import Decimal

TABLE = "litellm/model_prices_and_context_window_backup.json"
PROVIDERS = {"anthropic": "anthropic", "openai": "openai", "gemini": "google"}
NOT_TEXT = re.compile(
    r"^ft:|audio|realtime|search|tts|image|live|lyria|robotics|computer-use|container|gemma|learnlm|vision|deep-research|transcribe"
    r"|^gemini-(1|exp)|^gemini-2.*-exp")
DATED = re.compile(r"-(\d{8}|\d{4}-\d{2}-\d{2})$")
CLASSES = {
    "input_per_mtok": "input_cost_per_token",
    "output_per_mtok": "output_cost_per_token",
    "cache_read_per_mtok": "cache_read_input_token_cost",
    "cache_write_5m_per_mtok": "cache_creation_input_token_cost",
}
LATEST = re.compile(r"-latest$")
# A model's fast mode costs so many times as much, in every class. LiteLLM has that of present
# models; these are of the table in ccusage 20.0.24.
FAST = {"claude-opus-4-6": 6, "claude-opus-4-7": 6}


def read(wheel):
    with zipfile.ZipFile(wheel) as packed:
        table = json.loads(packed.read(TABLE), parse_float=Decimal, parse_int=Decimal)
    release = re.search(r"litellm-([0-9.]+)-", wheel).group(1)
    models = {}
    for key, entry in table.items():
        provider = PROVIDERS.get(entry.get("litellm_provider"))
        name = key.split("/")[-1]
        if provider and entry.get("mode") in ("chat", "responses") and not NOT_TEXT.search(name):
            if entry.get("output_cost_per_token"):
                models[name] = (provider, rates(entry, provider))
                fast = (entry.get("provider_specific_entry") or {}).get("fast", FAST.get(name))
                if fast:
                    models[name + "-fast"] = (provider, rates(faster(entry, fast), provider))
    return release, models


def per_million(cost):
    dollars = (cost * 1_000_000).normalize()
    if dollars != round(dollars, 6):
        raise SystemExit(f"more than six decimals: {dollars}")
    return float(dollars) if dollars % 1 else int(dollars)


def band(entry, provider, suffix, below=None):
    found = {ours: entry.get(theirs + suffix) for ours, theirs in CLASSES.items()}
    below = below or {}
    result = {}
    for ours, cost in found.items():
        if cost is not None:
            result[ours] = per_million(cost)
        elif below:
            # A class without a price of its own in a band rises as its input does.
            result[ours] = scaled(below, ours, result["input_per_mtok"])
        else:
            result[ours] = result["input_per_mtok"]  # no cache price: it is paid as input
    hour = found["input_per_mtok"] * 2 if provider == "anthropic" else None
    result["cache_write_1h_per_mtok"] = (
        per_million(hour) if hour is not None else result["cache_write_5m_per_mtok"])
    return result


def scaled(below, ours, input_price):
    factor = Decimal(str(input_price)) / Decimal(str(below["input_per_mtok"]))
    return per_million(Decimal(str(below[ours])) * factor / 1_000_000)


def rates(entry, provider):
    base = band(entry, provider, "")
    tiers = []
    for name in entry:
        above = re.fullmatch(r"input_cost_per_token_above_(\d+)k_tokens", name)
        if above:
            tier = {"above_prompt_tokens": int(above.group(1)) * 1000}
            tier.update(band(entry, provider, f"_above_{above.group(1)}k_tokens", base))
            tiers.append(tier)
    return base | {"tiers": sorted(tiers, key=lambda tier: tier["above_prompt_tokens"])}


def faster(entry, factor):
    return {name: value * Decimal(factor) if "_token" in name and "cost" in name and value else value
            for name, value in entry.items()}


def canonical(name):
    return LATEST.sub("", DATED.sub("", name))


def also_called(name, provider):
    """What senders call a model that has no date in its name."""
    if provider != "anthropic" or name.endswith("-latest"):
        return []
    bare = re.fullmatch(r"claude-(opus|sonnet)-4", name)
    return [name + "-latest"] + ([name + "-0"] if bare else [])


def main():
    new_release, models = read(sys.argv[1])
    old_release, retired = read(sys.argv[2])
    for name, entry in retired.items():
        models.setdefault(name, entry)
    grouped = {}
    for name in sorted(models):
        provider, price = models[name]
        base = canonical(name)
        same = base in models and models[base] == (provider, price)
        home = base if same or base not in models else name
        if home in grouped and grouped[home][1] != price:
            home = name
        grouped.setdefault(home, (provider, price, []))
        if name != home:
            grouped[home][2].append(name)
    taken = set(models) | set(grouped)
    for home, (provider, _, aliases) in grouped.items():
        aliases.extend(name for name in also_called(home, provider) if name not in taken)
    lines = [
        json.dumps({"model": name, "provider": provider, "aliases": aliases} | price)
        for name, (provider, price, aliases) in sorted(
            grouped.items(), key=lambda item: (item[1][0], item[0]))
    ]
    updated = sys.argv[3]
    print("{")
    print(f'"version": "{updated}",')
    print(f'"updated": "{updated}",')
    print(f'"source": "LiteLLM {new_release}, retired models from LiteLLM {old_release}",')
    print('"models": [')
    print(",\n".join(lines))
    print("]\n}")


main()
