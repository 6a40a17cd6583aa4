// A comparison with everything that observing needs at hand: store, models, prompts.
import { UserError } from '../../errors.ts';
import type { ThreadRenderer } from '../../engines/renderer.ts';
import { replyReader } from '../../findings/analyse.ts';
import type { Case } from '../../records/suites/case.ts';
import type { RunRecord } from '../../records/run.ts';
import { openStore } from '../../stores/index.ts';
import { observeConversations } from '../../observe/conversations.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Progress } from '../../ports/progress.ts';
import type { RunStore } from '../../ports/store.ts';
import { renderChats } from '../../observe/prompts.ts';
import { observeCases, type Prompts, type RunParts } from '../../observe/run.ts';
import { engineWarnings } from './engine-check.ts';
import { EnginePair, type MachineSettings, machineSettings } from './engines.ts';
import type { Role } from '../../records/observation.ts';
import { writesBeforeCalls } from './writing/pilot.ts';
import { conversationTokens, textsOf } from './writing/texts.ts';
import { withNames } from './identity/naming.ts';
import { withWeighing } from './weighing.ts';
import { Workers } from './workers.ts';
import { type CompareRequest, newRun, options, type Prepared, promptsOf } from './preparing.ts';

/** What observes: models here, workers elsewhere, or a script that stands for them where only the rest is measured. */
export interface Observers extends AsyncDisposable {
  get(role: Role): Promise<Pick<Engine, 'observe'>>;
  facts(): RunRecord['engines'];
  /** true: both models are observed at the same time. */
  readonly together: boolean;
}

/** How this machine observes; nothing of it decides what is observed. */
export interface Machine
  extends MachineSettings,
    Pick<CompareRequest, 'weights' | 'workers' | 'takeOver' | 'designOnly'> {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Opens what observes the design's cases; default: the models, in processes of their own. */
  readonly observers?: ((design: readonly Case[]) => Promise<Observers>) | undefined;
}

export interface Stage {
  readonly store: RunStore;
  readonly parts: RunParts;
  readonly run: RunRecord;
  /** Of the design. */
  readonly prompts: Prompts;
  readonly engines: Pick<Observers, 'facts'>;
  /** Prompts of further cases. */
  render(cases: readonly Case[]): Promise<Prompts>;
  /** Observes cases by themselves: scores, trials, likelihoods, conversations. @param prompts default: the design's */
  observe(cases: readonly Case[], prompts?: Prompts): Promise<void>;
}

interface StageOptions {
  readonly renderer: ThreadRenderer;
  readonly location: string;
  /** All cases of the design: contexts are sized to the longest. */
  readonly design: readonly Case[];
  /** What the run's record says beside what it says already. */
  readonly record: Partial<RunRecord>;
}

/** Opens models and store, and gives them to some work; a model that can't be loaded fails before anything is written. */
export async function onStage<T>(
  prepared: Prepared,
  { renderer, location, design, record }: StageOptions,
  machine: Machine,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  const { progress, signal } = machine;
  const { spec, models } = prepared;
  progress({ kind: 'cases', cases: design });
  const optionsOf = (role: Role) => options(prepared, role);
  const formats = {
    candidate: await renderer.describe(models.candidate.template, optionsOf('candidate'), signal),
    baseline: await renderer.describe(models.baseline.template, optionsOf('baseline'), signal),
  };
  const prompts = await promptsOf(prepared, renderer, design, signal);
  const checkedRun = async (fresh: RunRecord): Promise<RunRecord> => {
    const warnings = await engineWarnings(prepared, optionsOf, renderer, design, signal);
    return { ...fresh, warnings: [...fresh.warnings, ...warnings] };
  };
  const texts = (role: Role) => [...prompts[role].values()];
  const usual = async (written: RunRecord['texts']): Promise<Observers> => {
    const maxTokens = conversationTokens({ spec, texts: written });
    return machine.workers
      ? await Workers.join(location, texts, maxTokens)
      : new EnginePair({
          models: spec,
          machine: machineSettings(machine),
          prompts: texts,
          maxTokens,
          progress,
          signal,
        });
  };
  const known = await storedRun(location);
  const expected = known === undefined ? textsOf(spec, formats) : known.texts;
  const open = (written: RunRecord['texts']) => machine.observers?.(design) ?? usual(written);
  // Only models of this machine are tried before a run, and only where nothing says how they call.
  const tried = known === undefined && spec.thoughts === undefined && !machine.workers && !machine.observers;
  const opened = await openPiloted(open, expected, async engines => {
    const shown: Role[] = [];
    for (const role of tried ? (['candidate', 'baseline'] as const) : []) {
      if (expected?.roles.includes(role)) continue;
      const asked = { design, prompts, signal };
      if (await writesBeforeCalls(await engines.get(role), role, { spec, formats }, asked)) shown.push(role);
    }
    return shown.length === 0 ? expected : textsOf(spec, formats, shown);
  });
  await using engines = opened.engines;
  await engines.get('candidate');
  await using store = await openStore(location, { create: true });
  const stored = (await store.run()) ?? (await checkedRun(newRun(prepared, formats, opened.texts)));
  const run = { ...withNames(withWeighing(stored, spec), spec), ...record };
  await store.saveRun(run);
  const { together } = engines;
  const parts: RunParts = { store, run, engines: role => engines.get(role), together, progress, signal };
  return await work({
    store,
    parts,
    run,
    prompts,
    engines,
    render: cases => {
      progress({ kind: 'cases', cases });
      return promptsOf(prepared, renderer, cases, signal);
    },
    observe: async (cases, shown = prompts) => {
      await store.addCases(cases);
      await observeCases(parts, cases, shown);
      await observeConversations(parts, cases, replyReader(run), (role, chats) =>
        renderChats(renderer, models[role], chats, options(prepared, role), signal),
      );
    },
  });
}

/** Opens what observes; once more, with more room, where the models turn out to write more than their templates say. */
async function openPiloted(
  open: (texts: RunRecord['texts']) => Promise<Observers>,
  expected: RunRecord['texts'],
  pilot: (engines: Observers) => Promise<RunRecord['texts']>,
): Promise<{ engines: Observers; texts: RunRecord['texts'] }> {
  const engines = await open(expected);
  let texts = expected;
  try {
    texts = await pilot(engines);
    if (texts === expected) return { engines, texts };
  } catch (error) {
    await engines[Symbol.asyncDispose]();
    throw error;
  }
  await engines[Symbol.asyncDispose]();
  return { engines: await open(texts), texts };
}

/** The run's record, where there is one already. */
export async function storedRun(location: string): Promise<RunRecord | undefined> {
  try {
    await using store = await openStore(location, { create: false });
    return await store.run();
  } catch (error) {
    if (error instanceof UserError && error.code === 'store-missing') return undefined;
    throw error;
  }
}
