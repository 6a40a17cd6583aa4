// Progress events -> how long each part of an observation took, without the time to load models.
import type { Observation } from '../../records/observation.ts';
import { type Phase, type WorkPhase, workPhases } from '../../records/sweeps/phase.ts';
import type { Progress } from '../../ports/progress.ts';

interface Round {
  readonly phase: Phase;
  readonly startedMs: number;
  endedMs: number;
  loadingMs: number;
}

export class Meter {
  #rounds: Round[] = [];
  #observations: Observation[] = [];

  readonly progress: Progress = event => {
    const now = performance.now();
    if (event.kind === 'phase') {
      this.#rounds.push({ phase: event.phase, startedMs: now, endedMs: now, loadingMs: 0 });
    }
    const round = this.#rounds.at(-1);
    if (event.kind === 'advanced' && round !== undefined) round.endedMs = now;
  };

  readonly observed = (batch: readonly Observation[]): void => void this.#observations.push(...batch);

  /** Waits for a model; the time does not count. */
  async loading<T>(load: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const loaded = await load();
    const round = this.#rounds.at(-1);
    if (round !== undefined) round.loadingMs += performance.now() - started;
    return loaded;
  }

  reset(): void {
    this.#rounds = [];
    this.#observations = [];
  }

  get observations(): readonly Observation[] {
    return this.#observations;
  }

  /** What was done, in the usual order. */
  get phases(): WorkPhase[] {
    return workPhases.filter(phase => this.#rounds.some(round => round.phase === phase));
  }

  taken(phase: WorkPhase): { readonly ms: number; readonly rounds: number } {
    const rounds = this.#rounds.filter(round => round.phase === phase);
    const ms = rounds.reduce((sum, { startedMs, endedMs, loadingMs }) => sum + endedMs - startedMs - loadingMs, 0);
    return { ms: Math.max(0, ms), rounds: rounds.length };
  }
}
