// Suite + seed -> cases. Same suite, seed and index, same case on every machine; no clock, no host, no model.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Factor } from '../factors/index.ts';
import type { Round } from '../factors/kind.ts';
import { contextOf, drawLevel, printedOf, roundsOf, symbolsOf } from '../factors/levels.ts';
import type { Case, Message } from '../records/suites/case.ts';
import type { Scenario, Slot, Suite } from '../records/suites/suite.ts';
import type { ToolDefinition } from '../records/toolcall.ts';
import { createRandom, type Random } from '../statistics/index.ts';
import { renderArguments, renderDeepArguments } from './arguments.ts';
import { collapse, orthogonalRows, primeAtLeast } from './design.ts';
import { historyMessages } from './history.ts';
import { partTexts, printedText, renderText } from './texts.ts';

/** factor -> level; a date as `2026-03-14T09:00`. */
export type Levels = Readonly<Record<string, string>>;

/**
 * The first `count` cases of a suite for one seed. Of format v2 each content comes once: a suite that varies little, such as
 * recorded conversations as they were, may have fewer cases than are asked for.
 * @param count number of cases, >= 1; the first n of a longer list are the same cases
 * @throws RangeError for another count
 */
export function makeCases(suite: Suite, seed: string, count: number): Case[] {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`${count} cases: expected a whole number from 1 on`);
  if (suite.schemaVersion === 1) return drawCases(suite, seed, count);
  for (let rows = count, before = -1; ; rows *= 2) {
    const distinct = new Map<string, Case>();
    for (const one of drawCases(suite, seed, rows)) if (!distinct.has(one.id)) distinct.set(one.id, one);
    // As many rows again, in which each scenario was drawn, brought nothing new: there is no more.
    const isAll = distinct.size === before && rows >= leastRows * suite.scenarios.length;
    if (distinct.size >= count || isAll) {
      return [...distinct.values()].slice(0, count).map((one, index) => ({ ...one, index }));
    }
    before = distinct.size;
  }
}

/** How many cases {@link makeCases} makes. */
export function countCases(suite: Suite, seed: string, count: number): number {
  return suite.schemaVersion === 1 ? count : makeCases(suite, seed, count).length;
}

/** Can a scenario of format v2 be but one case? It uses no factor, no slot is drawn, and it is worded in one way. */
export function isOneCase({ schemaVersion, factors, slots, system: shared }: Suite, scenario: Scenario): boolean {
  const { system = shared, user = [] } = scenario;
  const varied = Object.keys(factors).some(name => usesFactor(scenario, name)) || Object.keys(slots).length > 0;
  return schemaVersion === 2 && !varied && system.length <= 1 && user.length <= 1;
}

/** Rows for each scenario: there are fewer symbols than twice the scenarios, so that each was drawn. */
const leastRows = 4;

/** Row by row, whatever comes again. */
function drawCases(suite: Suite, seed: string, count: number): Case[] {
  const factors = Object.entries(suite.factors);
  const widest = Math.max(suite.scenarios.length, ...factors.map(([, factor]) => symbolsOf(factor)));
  const q = primeAtLeast(Math.max(widest, factors.length + 1));
  const rows = orthogonalRows(count, factors.length + 1, q, suiteStream(suite, seed));
  return rows.map((symbols, row) => {
    const random = rowStream(suite, { seed, row });
    const scenario = suite.scenarios[collapse(symbols[0] as number, suite.scenarios.length, random)] as Scenario;
    const levels: Record<string, string> = {};
    factors.forEach(([name, factor], column) => {
      if (!usesFactor(scenario, name)) return;
      const wanted = symbolsOf(factor) || q;
      const symbol = collapse(symbols[column + 1] as number, wanted, random);
      levels[name] = drawLevel(factor, symbol, wanted, random.fork(`level ${name}`));
    });
    return buildCase(suite, scenario, levels, { seed, row }, row);
  });
}

/**
 * A case like another but for some levels (and perhaps the scenario): same slots, same phrasing, same formats.
 * @param index position in the design of the new case
 */
export function varyCase(
  suite: Suite,
  origin: Case,
  changes: Levels,
  index: number,
  scenarioId = origin.scenario,
): Case {
  return buildCase(suite, scenarioOf(suite, scenarioId), { ...origin.levels, ...changes }, origin.draw, index);
}

/**
 * A case of a scenario with given levels and the slots, phrasing and formats of its own draw.
 * @param levels one for each factor the scenario uses
 */
export function composeCase(suite: Suite, scenarioId: string, levels: Levels, draw: Case['draw'], index: number): Case {
  return buildCase(suite, scenarioOf(suite, scenarioId), { ...levels }, draw, index);
}

/** The same case with other messages: one of its own, that no design knows; the case itself where nothing is otherwise. */
export function withMessages(about: Case, messages: readonly Message[]): Case {
  const text = JSON.stringify(messages);
  if (text === JSON.stringify(about.messages)) return about;
  return { ...about, id: hashId(`${about.id} ${text}`), messages: [...messages] };
}

/** The same case, to be shown to each model in the other model's chat template. */
export function withOtherTemplate(about: Case, index: number): Case {
  const id = hashId(`${about.id} exchanged`);
  return { ...about, id, index, template: 'exchanged' };
}

/** The same case, for each model to be scored after what the other wrote before its calls there. */
export function withOtherTexts(about: Case, index: number): Case {
  const id = hashId(`${about.id} texts`);
  return { ...about, id, index, texts: 'exchanged' };
}

function scenarioOf(suite: Suite, scenarioId: string): Scenario {
  const scenario = suite.scenarios.find(({ id }) => id === scenarioId);
  if (scenario === undefined) throw new Error(`suite ${suite.name} has no scenario ${scenarioId}`);
  return scenario;
}

function suiteStream(suite: Suite, seed: string): Random {
  return createRandom(seed).fork(`suite ${suite.name}`);
}

function rowStream(suite: Suite, draw: Case['draw']): Random {
  return suiteStream(suite, draw.seed).fork(`case ${draw.row}`);
}

/** Does a scenario use a factor? */
export function usesFactor(scenario: Scenario, factor: string): boolean {
  return scenario.factors === undefined || scenario.factors.includes(factor);
}

/** Levels -> the case with its texts. Slots, phrasing and formats come from the row's own streams. */
function buildCase(suite: Suite, scenario: Scenario, levels: Levels, draw: Case['draw'], index: number): Case {
  const random = rowStream(suite, draw);
  const slots = drawSlots(suite.slots, random.fork('slots'));
  const texts: Record<string, string> = { ...slots };
  for (const [name, level] of Object.entries(levels)) {
    const factor = suite.factors[name];
    if (factor === undefined) continue;
    texts[name] = printedText(random.fork(`text ${name}`).pick(printedOf(factor, level)));
    if (suite.schemaVersion > 1) Object.assign(texts, partTexts(name, factor, level));
  }
  const wording = random.fork('wording');
  const before = Object.entries(levels).flatMap(([name, level]) =>
    roundsOf(suite.factors[name], level, random.fork(`rounds ${name}`)),
  );
  const tools = offeredTools(suite, scenario, levels, random.fork('order'));
  const clock = clockOf(suite.factors, levels);
  const content = {
    suite: suite.name,
    scenario: scenario.id,
    levels: { ...levels },
    slots,
    messages: messagesOf(suite, scenario, { texts, wording, before }),
    tools,
    severity: Object.fromEntries(tools.map(tool => [tool.function.name, toolOf(suite, tool.function.name).severity])),
    ...(clock === undefined ? {} : { clock }),
    ...expectation(suite, scenario, texts),
    ...(scenario.reply === undefined ? {} : { reply: renderText(scenario.reply, texts) }),
  };
  return { id: contentId(content), index, draw, ...content };
}

/**
 * A case that knows how dangerous every tool of its suite is: one that it does not offer is as dangerous as where it is
 * offered, and models call those too.
 */
export function knowingTools({ tools }: Suite, about: Case): Case {
  const known = Object.entries(tools).map(([name, { severity }]) => [name, severity] as const);
  return { ...about, severity: { ...Object.fromEntries(known), ...about.severity } };
}

function toolOf(suite: Suite, name: string) {
  const tool = suite.tools[name];
  if (tool === undefined) throw new Error(`suite ${suite.name} has no tool ${name}`);
  return tool;
}

function clockOf(factors: Record<string, Factor>, levels: Levels): string | undefined {
  for (const [name, level] of Object.entries(levels)) {
    const clock = contextOf(factors[name]).clock?.(level);
    if (clock !== undefined) return clock;
  }
  return undefined;
}

/** List and range slots are drawn first, in written order; template slots then see them. */
function drawSlots(slots: Record<string, Slot>, random: Random): Record<string, string> {
  const drawn: Record<string, string> = {};
  for (const [name, slot] of Object.entries(slots)) {
    if (Array.isArray(slot)) drawn[name] = random.pick(slot);
    else if ('from' in slot) drawn[name] = String(slot.from + random.integer(slot.to - slot.from + 1));
  }
  for (const [name, slot] of Object.entries(slots)) {
    if (!Array.isArray(slot) && 'template' in slot) drawn[name] = renderText(slot.template, drawn);
  }
  return drawn;
}

function offeredTools(suite: Suite, scenario: Scenario, levels: Levels, random: Random): ToolDefinition[] {
  const names = [...scenario.tools];
  let arranged = (all: string[]) => all;
  for (const [factor, level] of Object.entries(levels)) {
    const context = contextOf(suite.factors[factor]);
    for (const name of context.offers?.(level) ?? []) {
      if (!names.includes(name) && !scenario.without.includes(name)) names.push(name);
    }
    if (context.arrange !== undefined) arranged = all => context.arrange?.(all, level, random) ?? all;
  }
  return arranged(names).map(name => {
    const { description, parameters } = toolOf(suite, name);
    return { type: 'function', function: { name, description, parameters } };
  });
}

interface Drawn {
  readonly texts: Readonly<Record<string, string>>;
  readonly wording: Random;
  /** What was said before the scenario begins. */
  readonly before: readonly Round[];
}

/** System prompt, what was said and what happened before, request: whichever of them the scenario has. */
function messagesOf(suite: Suite, scenario: Scenario, { texts, wording, before }: Drawn): Message[] {
  const { system = suite.system, history = [], user = [] } = scenario;
  const drawn = (role: 'system' | 'user', wordings: readonly string[]): Message[] =>
    wordings.length === 0 ? [] : [{ role, content: renderText(wording.pick(wordings), texts) }];
  const said = before.flatMap(({ user: asked, assistant }): Message[] => [
    { role: 'user', content: asked },
    { role: 'assistant', content: assistant },
  ]);
  return [...drawn('system', system), ...said, ...historyMessages(suite, history, texts), ...drawn('user', user)];
}

function expectation(
  { schemaVersion, tools }: Suite,
  { expect }: Scenario,
  texts: Readonly<Record<string, string>>,
): Pick<Case, 'expect'> {
  if (expect === undefined) return {};
  if ('text' in expect) return { expect: { text: renderText(expect.text, texts) } };
  const properties = tools[expect.call]?.parameters.properties ?? {};
  // Format v1 takes the texts inside of lists and objects as they stand.
  const render = schemaVersion === 1 ? renderArguments : renderDeepArguments;
  const accept = [expect.arguments, ...(expect.accept ?? [])].map(args => render(args, properties, texts));
  return { expect: { call: expect.call, accept } };
}

/** Content hash of a case: what decisions and stored observations are keyed by. */
function contentId(content: Omit<Case, 'id' | 'index' | 'draw'>): string {
  return hashId(JSON.stringify(content));
}

function hashId(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, 8);
}
