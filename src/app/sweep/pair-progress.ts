// Progress events of a comparison -> where it stands: done, rate, the case at hand, what its models use.
import { effectText } from '../../words/wording.ts';
import type { Case } from '../../records/suites/case.ts';
import type { Role } from '../../records/observation.ts';
import type { EngineUse, PairStatus } from '../../records/sweeps/sweep.ts';
import type { ModelUse } from '../../ports/engine.ts';
import type { ProgressEvent } from '../../ports/progress.ts';

/** What is known of the comparison that runs; another one needs another of these. */
export class PairProgress {
  readonly #cases = new Map<string, Pick<Case, 'scenario' | 'levels'>>();
  readonly #devices = new Map<Role, string>();
  readonly #uses = new Map<Role, ModelUse>();
  #phaseMs = 0;

  /** Model processes at work, the candidate's first. */
  get engines(): EngineUse[] {
    return (['candidate', 'baseline'] as const).flatMap(role => {
      const use = this.#uses.get(role);
      if (use === undefined) return [];
      const { pid, memoryBytes, vram } = use;
      const device = this.#devices.get(role);
      return [{ role, pid, memoryBytes, ...(device !== undefined && { device }), ...(vram && { vram }) }];
    });
  }

  /** The pair as it stands after an event; `nowMs` by a clock that does not jump. */
  after(pair: PairStatus, event: ProgressEvent, nowMs: number): PairStatus {
    if (event.kind === 'phase') {
      this.#phaseMs = nowMs;
      const { phase, done, total } = event;
      const { rate: _, ...rest } = pair;
      return { ...rest, phase, done, total };
    }
    if (event.kind === 'advanced') {
      const done = Math.min(pair.total, pair.done + event.cases);
      const rate = done / Math.max(1e-3, (nowMs - this.#phaseMs) / 1000);
      return { ...pair, done, rate, ...this.#at(this.#underWay() ?? event.caseId) };
    }
    if (event.kind === 'effects') {
      const { count, strongest } = event;
      return { ...pair, effects: count, ...(strongest !== undefined && { strongest: effectText(strongest) }) };
    }
    if (event.kind === 'cases') {
      // Not the whole case: its messages need not stay in memory for this.
      for (const { id, scenario, levels } of event.cases) this.#cases.set(id, { scenario, levels });
    }
    if (event.kind === 'engine' && event.facts.gpu !== 'off') this.#devices.set(event.role, event.facts.device);
    if (event.kind !== 'usage') return pair;
    if (event.use === undefined) this.#uses.delete(event.role);
    else this.#uses.set(event.role, event.use);
    return { ...pair, ...this.#at(this.#underWay()) };
  }

  #underWay(): string | undefined {
    return this.#uses.get('candidate')?.caseId ?? this.#uses.get('baseline')?.caseId;
  }

  #at(id: string | undefined): Pick<PairStatus, 'case'> {
    if (id === undefined) return {};
    const known = this.#cases.get(id);
    if (known === undefined) return { case: { id } };
    const levels = Object.entries(known.levels).map(([factor, level]) => `${factor}=${level}`);
    return { case: { id, text: `${known.scenario}: ${levels.join(', ')}` } };
  }
}
