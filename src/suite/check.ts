// What a schema cannot say about a suite: names that must exist, texts that must render, calls that must be valid.
import { Ajv } from 'ajv';
import { factorMistakes as mistakesIn, isSeenUnprinted, partsTogether } from '../factors/levels.ts';
import { expectedCall } from '../records/suites/case.ts';
import type { Scenario, Suite } from '../records/suites/suite.ts';
import { makeCases, usesFactor } from './cases.ts';
import { type Mistake, textMistakes, unknownTools } from './check-texts.ts';
import { partNames } from './texts.ts';
import { formatMistakes, historyCallMistakes, historyMistakes, textsOf } from './check-history.ts';
import { claimMistakes, worldMistakes } from './check-world.ts';

/** All mistakes of a suite that its schema lets through; empty when it is sound. */
export function findMistakes(suite: Suite): Mistake[] {
  const parts = partNames(suite);
  // The world knows levels, and not how they are printed.
  const inWorld = [...Object.keys(suite.factors), ...Object.keys(suite.slots)];
  const names = [...inWorld, ...parts];
  const mistakes = [
    ...duplicateNames(suite, parts),
    ...factorMistakes(suite),
    ...formatMistakes(suite),
    ...unseenFactors(suite),
    ...slotMistakes(suite),
    ...suite.system.flatMap((text, index) => textMistakes(text, names, ['system', index])),
    ...suite.scenarios.flatMap((scenario, index) => scenarioMistakes(suite, scenario, index, names)),
    ...toolMistakes(suite, inWorld),
    ...worldMistakes(suite, inWorld),
    ...claimMistakes(suite),
  ];
  return mistakes.length > 0 ? mistakes : [...expectedCallMistakes(suite), ...historyCallMistakes(suite)];
}

function duplicateNames(suite: Suite, parts: readonly string[]): Mistake[] {
  const clash = Object.keys(suite.slots).filter(name => name in suite.factors);
  const [part] = Object.keys({ ...suite.slots, ...suite.factors }).filter(name => parts.includes(name));
  const taken = part === undefined ? [] : [{ path: [], message: `'${part}' is what a part of a factor is called` }];
  const seen = new Set<string>();
  const twice = suite.scenarios.flatMap(({ id }, index) => {
    const again = seen.has(id);
    seen.add(id);
    return again ? [{ path: ['scenarios', index, 'id'], message: `the id '${id}' is used twice` }] : [];
  });
  return [
    ...taken,
    ...clash.map(name => ({ path: ['slots', name], message: `'${name}' is a factor already` })),
    ...twice,
  ];
}

function factorMistakes(suite: Suite): Mistake[] {
  const messages = (mistakes: readonly Mistake[]) => mistakes.map(({ message }) => message);
  const checks = {
    unknownTools: (names: readonly string[]) => messages(unknownTools(suite, names, [])),
    brokenTemplate: (text: string, variables: readonly string[]) => messages(textMistakes(text, variables, [])),
  };
  return Object.entries(suite.factors).flatMap(([name, factor]): Mistake[] => {
    const path = ['factors', name];
    return mistakesIn(factor, checks).map(({ key, message }) => {
      return { path: key === undefined ? path : [...path, key], message };
    });
  });
}

/**
 * A factor that no prompt shows can turn nothing, and a clean verdict would say that it was varied. Since format v2 in each
 * task by itself. Descriptions of tools and slots don't print factors.
 */
function unseenFactors(suite: Suite): Mistake[] {
  const { schemaVersion, system: shared, factors, scenarios } = suite;
  const tasks = scenarios.map((scenario, index) => ({ scenario, index, prints: printsOf(scenario, shared) }));
  return Object.entries(factors).flatMap(([name, factor]): Mistake[] => {
    if (isSeenUnprinted(factor)) return [];
    const names = namesOf(suite, name);
    if (!tasks.some(({ prints }) => prints(names)))
      return [{ path: ['factors', name], message: 'no text that a prompt is made of prints it' }];
    const without = tasks.find(({ scenario, prints }) => usesFactor(scenario, name) && !prints(names));
    if (schemaVersion === 1 || without === undefined) return [];
    const message = `no text of its prompts prints ${name}, which it varies: list its factors without it`;
    return [{ path: ['scenarios', without.index], message }];
  });
}

/** Whether a task's prompts print one of some names. */
function printsOf(
  { user, history = [], system }: Scenario,
  shared: Suite['system'],
): (names: readonly string[]) => boolean {
  const texts = JSON.stringify([user, history.flatMap(textsOf), system ?? shared]);
  return names => names.some(name => new RegExp(`\\{[^}]*\\b${name}\\b`).test(texts));
}

/** Names by which texts print a factor, whole or in parts. */
function namesOf({ schemaVersion, factors }: Suite, name: string): string[] {
  return [name, ...partNames({ schemaVersion, factors: { [name]: factors[name] as Suite['factors'][string] } })];
}

/** A part of a level that a task leaves out is a level that is not there, where the design says it is. */
function partMistakes(suite: Suite, scenario: Scenario, path: (string | number)[]): Mistake[] {
  const prints = printsOf(scenario, suite.system);
  return Object.entries(suite.factors).flatMap(([name, factor]) => {
    const parts = usesFactor(scenario, name) ? partsTogether(factor).map(part => `${name}_${part}`) : [];
    const missing = parts.filter(part => !prints([part]));
    if (missing.length === 0 || !prints(namesOf(suite, name))) return [];
    const places = missing.join(' }}, {{ ');
    return [{ path, message: `its texts print ${name}, and not {{ ${places} }}: say where each place is` }];
  });
}

/** A slot's template sees the other slots alone: a factor would be nothing in it. */
function slotMistakes({ slots }: Suite): Mistake[] {
  const names = Object.keys(slots);
  return Object.entries(slots).flatMap(([name, slot]) =>
    'template' in slot ? textMistakes(slot.template, names, ['slots', name]) : [],
  );
}

function scenarioMistakes(suite: Suite, scenario: Scenario, index: number, names: string[]): Mistake[] {
  const path = ['scenarios', index];
  const visible = names.filter(name => isVisible(suite, scenario, name));
  const unknown = (scenario.factors ?? []).filter(name => !(name in suite.factors));
  const { expect, user = [], system = [] } = scenario;
  const called = expect !== undefined && 'call' in expect ? [expect.call] : [];
  const texts = expect === undefined ? [] : 'call' in expect ? Object.values(expect.arguments) : [expect.text];
  return [
    ...unknown.map(name => ({ path: [...path, 'factors'], message: `no factor '${name}'` })),
    ...unknownTools(suite, scenario.tools, [...path, 'tools']),
    ...unknownTools(suite, called, [...path, 'expect']),
    ...called
      .filter(name => !scenario.tools.includes(name))
      .map(name => ({ path: [...path, 'expect'], message: `expects '${name}', which it does not offer` })),
    ...[...user, scenario.reply ?? ''].flatMap(text => textMistakes(text, visible, [...path, 'user'])),
    ...system.flatMap((text, at) => textMistakes(text, visible, [...path, 'system', at])),
    ...historyMistakes(suite, scenario, visible, path),
    ...partMistakes(suite, scenario, path),
    ...texts.flatMap(text => (typeof text === 'string' ? textMistakes(text, visible, [...path, 'expect']) : [])),
  ];
}

/** A slot is always there; a factor and its parts are where the scenario uses it. */
function isVisible({ factors, slots }: Suite, { factors: used }: Scenario, name: string): boolean {
  if (used === undefined || name in slots || used.includes(name)) return true;
  return !(name in factors) && used.some(factor => name.startsWith(`${factor}_`));
}

function toolMistakes(suite: Suite, names: string[]): Mistake[] {
  const ajv = new Ajv({ strict: false, logger: false });
  return Object.entries(suite.tools).flatMap(([name, tool]): Mistake[] => {
    const path = ['tools', name];
    const schema = ajv.validateSchema(tool.parameters)
      ? []
      : [{ path: [...path, 'parameters'], message: `not a JSON Schema: ${ajv.errorsText(ajv.errors)}` }];
    const filled = typeof tool.acts === 'object' ? Object.values(tool.acts.with) : [];
    return [
      ...schema,
      ...textMistakes(tool.result ?? '', [...names, 'args', 'out'], [...path, 'result']),
      ...filled.flatMap(text => textMistakes(text, [...names, 'args'], [...path, 'acts'])),
    ];
  });
}

/** Draws some cases of every scenario and checks the expected arguments against the tool's own schema. */
function expectedCallMistakes(suite: Suite): Mistake[] {
  const ajv = new Ajv({ strict: false, logger: false });
  const mistakes = new Map<string, Mistake>();
  for (const drawn of makeCases(suite, 'check', 200)) {
    const expected = expectedCall(drawn);
    if (expected === undefined || mistakes.has(drawn.scenario)) continue;
    const schema = suite.tools[expected.call]?.parameters ?? {};
    const wrong = expected.accept.find(args => !ajv.validate(schema, args));
    if (wrong === undefined) continue;
    const index = suite.scenarios.findIndex(({ id }) => id === drawn.scenario);
    const message = `arguments ${JSON.stringify(wrong)} do not fit ${expected.call}: ${ajv.errorsText(ajv.errors)}`;
    mistakes.set(drawn.scenario, { path: ['scenarios', index, 'expect'], message });
  }
  return [...mistakes.values()];
}
