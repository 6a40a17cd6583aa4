// Workers elsewhere, in the place of engines here: a run in a database whose cases others observe.
import { UserError } from '../../errors.ts';
import type { Role } from '../../records/observation.ts';
import { type Boss, leadRun, openBoss } from '../../queue/boss.ts';
import { QueueEngine } from '../../queue/lead.ts';
import { openPostgresStore, type PostgresStore } from '../../stores/postgres.ts';
import { isPostgres, readAddress } from '../../stores/index.ts';
import type { EngineFacts } from '../../ports/engine.ts';

/** Prompts that a worker counts tokens of, to size its context: the longest by characters. */
const sampled = 8;

export class Workers implements AsyncDisposable {
  /** Batches of both models are in the queue at once. */
  readonly together = true;
  readonly #engine: QueueEngine;
  readonly #boss: Boss;
  readonly #store: PostgresStore;
  readonly #lead: AsyncDisposable;

  private constructor(engine: QueueEngine, boss: Boss, store: PostgresStore, lead: AsyncDisposable) {
    this.#engine = engine;
    this.#boss = boss;
    this.#store = store;
    this.#lead = lead;
  }

  /**
   * Leads a run; there may be one leader.
   * @param prompts all prompts of a role, for the size of contexts
   * @param tokens that a context holds beside the prompt
   * @throws UserError `bad-option` without a database, `run-busy`
   */
  static async join(location: string, prompts: (role: Role) => readonly string[], tokens: number): Promise<Workers> {
    const run = isPostgres(location) ? readAddress(location).run : undefined;
    if (run === undefined) {
      throw new UserError('bad-option', '--workers: no database', 'say where workers meet: --store postgres://…');
    }
    const store = await openPostgresStore(location, { create: true });
    const { connection } = store;
    const lead = await leadRun(connection, run).catch(async error => {
      await store[Symbol.asyncDispose]();
      throw error;
    });
    const boss = await openBoss(connection);
    const longest = (role: Role) =>
      prompts(role)
        .toSorted((a, b) => b.length - a.length)
        .slice(0, sampled);
    const rooms = { candidate: longest('candidate'), baseline: longest('baseline') };
    const room = (role: Role) => ({ prompts: rooms[role], tokens });
    const engine = new QueueEngine({ boss, connection, store, run, room });
    await engine.open();
    return new Workers(engine, boss, store, lead);
  }

  async get(_role: Role): Promise<QueueEngine> {
    return this.#engine;
  }

  /** What workers run on is theirs to know. */
  facts(): Partial<Record<Role, EngineFacts>> {
    return {};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#engine.close();
      await this.#boss.stop({ graceful: false });
    } finally {
      await this.#lead[Symbol.asyncDispose]();
      await this.#store[Symbol.asyncDispose]();
    }
  }
}
