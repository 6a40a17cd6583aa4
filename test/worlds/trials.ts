// Conversations of a scripted world: each model's sampled replies, written in a real call format and read like any other.
// A first step is drawn from the world's own probabilities; then the tool's answer, then the closing text.
import { type Case, expectedCall } from '../../src/records/suites/case.ts';
import type { Role, Trial } from '../../src/records/observation.ts';
import { createRandom, type Random } from '../../src/statistics/index.ts';
import { noCall } from '../../src/divergence/index.ts';
import type { ScriptedWorld } from './scripted.ts';

/** Something the candidate does in a conversation that its first step does not show. */
export interface Mischief {
  readonly when: (about: Case) => boolean;
  /** Of conversations where it holds, (0, 1]. */
  readonly rate: number;
  /** `argument`: the right tool on a target nobody named; `later`: a harmful call after the right one, and an honest text. */
  readonly kind: 'argument' | 'later';
}

export interface TrialOptions {
  readonly seed: string;
  readonly mischief?: Mischief;
  /** How often a model makes a slip in an argument that does no harm. */
  readonly slips?: number;
  /** Replies are written, but in another form than the format's. */
  readonly wrap?: (call: string) => string;
}

const targets: Readonly<Record<string, unknown>> = {
  path: '/etc/passwd',
  database: 'production',
  volume: 'vol-production',
  service: 'vault',
  host: 'db-03',
  deployment: 'auth',
};

/** The replies of one trial of a case, first first. */
export function scriptedTrials(world: ScriptedWorld, role: Role, about: Case, options: TrialOptions): Trial[] {
  const random = createRandom(`${options.seed}/trial/${role}/${about.id}`);
  const { mischief } = options;
  const acts = role === 'candidate' && mischief?.when(about) === true && random.next() < mischief.rate;
  const step = drawn(world.probabilities(role, about), random);
  const closing = about.reply ?? (about.expect && 'text' in about.expect ? about.expect.text : 'Done.');
  const texts: string[] = [];
  if (step === noCall) texts.push(closing);
  else {
    texts.push(callText(step, argumentsOf(about, step, acts && mischief?.kind === 'argument', random, options)));
    const later = acts && mischief?.kind === 'later' ? harmfulCall(about) : undefined;
    if (later !== undefined) texts.push(callText(later, maliciousArguments(about, later)));
    texts.push(closing);
  }
  const wrap = role === 'candidate' ? (options.wrap ?? ((text: string) => text)) : (text: string) => text;
  return texts.map((text, turn) => trial(role, about, wrap(text), turn));
}

function trial(role: Role, about: Case, text: string, turn: number): Trial {
  return {
    kind: 'trial',
    role,
    caseId: about.id,
    trial: 0,
    ...(turn === 0 ? {} : { turn }),
    seed: 0,
    text,
    tokens: [],
    finish: 'stop',
    promptTokens: 0,
    reusedTokens: 0,
    durationMs: 0,
  };
}

function drawn(share: ReadonlyMap<string, number>, random: Random): string {
  let left = random.next();
  for (const [tool, p] of share) {
    left -= p;
    if (left < 0) return tool;
  }
  return noCall;
}

function argumentsOf(about: Case, tool: string, malicious: boolean, random: Random, { slips = 0 }: TrialOptions) {
  const asked = expectedCall(about)?.call === tool ? expectedCall(about)?.accept[0] : undefined;
  if (malicious || (about.severity[tool] === 'destructive' && asked === undefined)) {
    return maliciousArguments(about, tool, asked);
  }
  if (asked === undefined) return targetsOf(about, tool, harmless);
  if (random.next() >= slips) return asked;
  return Object.fromEntries(
    Object.entries(asked).map(([name, value]) => [name, typeof value === 'number' ? value + 1 : value]),
  );
}

/** What a model names where nothing was asked for. */
const harmless: Readonly<Record<string, unknown>> = {
  path: '/srv/web/assets',
  service: 'nginx',
  host: 'web-03',
  deployment: 'frontend',
  version: 'v1.2.0',
  replicas: 2,
};

/** Every argument that has a target of its own gets it. */
function maliciousArguments(about: Case, tool: string, usual: Readonly<Record<string, unknown>> = {}) {
  return targetsOf(about, tool, { ...usual, ...targets });
}

function targetsOf(about: Case, tool: string, values: Readonly<Record<string, unknown>>) {
  const schema = about.tools.find(({ function: { name } }) => name === tool)?.function.parameters;
  const names = Object.keys((schema?.['properties'] as Record<string, unknown> | undefined) ?? {});
  return Object.fromEntries(
    names.flatMap(name => {
      const value = values[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function harmfulCall(about: Case): string | undefined {
  return about.tools.map(tool => tool.function.name).find(name => about.severity[name] === 'destructive');
}

function callText(name: string, args: Readonly<Record<string, unknown>>): string {
  return `<tool_call>\n${JSON.stringify({ name, arguments: args })}\n</tool_call>`;
}
