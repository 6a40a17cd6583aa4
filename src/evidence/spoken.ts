// A run's record -> how the models were spoken to, and whether that is as their own templates say. A prompt that nobody
// else would send shows a model that nobody else meets.
import type { Spoken } from '../records/evidence.ts';
import type { Role } from '../records/observation.ts';
import type { RunRecord, Warning } from '../records/run.ts';

/** Notes of a format and warnings of a run that say so, and whether a clean verdict may rest on such prompts. */
const told: Readonly<Record<string, Pick<Spoken, 'what' | 'grave'>>> = {
  'prompt-tools': { what: 'tools-elsewhere', grave: true },
  'prompt-system': { what: 'system-elsewhere', grave: false },
  'template-file': { what: 'template-replaced', grave: false },
  'engines-differ': { what: 'engines-differ', grave: true },
  // Thoughts are in the sampled replies alone, which are few: one that turns the call may be in none.
  'prompt-thought': { what: 'thought-skipped', grave: true },
};

export function spokenEvidence({
  formats,
  warnings,
  texts,
}: Pick<RunRecord, 'formats' | 'warnings' | 'texts'>): Spoken[] {
  return (['candidate', 'baseline'] as const).flatMap(role => [
    ...known(
      role,
      formats[role].notes.filter(({ code }) => code !== 'prompt-thought' || !texts?.roles.includes(role)),
    ),
    ...known(role, warningsOf(warnings, role)),
    ...formatOf(formats, role),
  ]);
}

/** Warnings of a run that are about one model begin with its role. */
function warningsOf(warnings: readonly Warning[], role: Role): Warning[] {
  const head = `${role}: `;
  return warnings
    .filter(({ code, detail }) => (code === 'engines-differ' || code === 'template-file') && detail.startsWith(head))
    .map(({ code, detail }) => ({ code, detail: detail.slice(head.length) }));
}

function known(role: Role, notes: readonly Warning[]): Spoken[] {
  return notes.flatMap(({ code, detail }) => {
    const one = told[code];
    return one === undefined ? [] : [{ role, detail, ...one }];
  });
}

/** A reply that is read in a format nobody tested may hold calls that nobody sees. */
function formatOf(formats: RunRecord['formats'], role: Role): Spoken[] {
  const { format, how, selfTest } = formats[role];
  if (how === 'generic') return [{ role, what: 'format-generic', detail: format, grave: true }];
  // Passed, or the template makes no call of its own that could be tested.
  if (selfTest !== 'failed') return [];
  return [{ role, what: 'self-test', detail: format, grave: true }];
}
