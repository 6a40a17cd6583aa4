// The review page on 127.0.0.1: the page itself, the cases as data, and decisions on their way back.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { type Decision, judgementSchema } from '../records/decision.ts';
import type { CaseView } from '../report/case-view.ts';
import { contentPolicy } from '../report/formats/html.ts';
import { createGuard } from './guard.ts';

/** What a reviewer sends: who and when is the server's to say. */
const judgedSchema = z.strictObject({
  case: z.string().max(64),
  verdict: judgementSchema.optional(),
  note: z.string().max(10_000),
});
export type Judged = z.infer<typeof judgedSchema>;

/** What the server shows and where decisions go. */
export interface ReviewSource {
  /** The built page. */
  readonly page: string;
  /** A ReportModel as JSON text. */
  model(): Promise<string>;
  /** ToolColumns as JSON text. */
  columns(tool: string): Promise<string>;
  caseView(id: string): Promise<CaseView | undefined>;
  /** Stores a decision; undefined where there is no such case. */
  decide(judged: Judged): Promise<Decision | undefined>;
}

/** A sweep: its pairs, and the runs behind them, each opened when somebody looks at it. */
export interface SweepSource {
  readonly page: string;
  /** A SweepModel as JSON text. */
  model(): Promise<string>;
  /** undefined where the sweep has no such run. */
  run(id: string): Promise<ReviewSource | undefined>;
}

export interface ReviewServer extends AsyncDisposable {
  /** The one-time address. */
  readonly address: string;
}

/**
 * Listens on 127.0.0.1.
 * @param port 0: any that is free
 * @throws UserError `port-taken`
 */
export async function serveReview(source: ReviewSource | SweepSource, port: number): Promise<ReviewServer> {
  let authority = '';
  const guard = createGuard(() => authority);
  const app = reviewApp(source, guard.check);
  const server = createServer(getRequestListener(app.fetch));
  await listen(server, port);
  authority = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address: `http://${authority}/?token=${guard.token}`,
    [Symbol.asyncDispose]: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', error => {
      const hint = 'choose another with --port, or leave it out for any that is free';
      reject(new UserError('port-taken', `port ${port}: ${error.message}`, hint, { port }, error));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

function reviewApp(source: ReviewSource | SweepSource, guard: ReturnType<typeof createGuard>['check']): Hono {
  const policy = contentPolicy(source.page, ["connect-src 'self'", "frame-ancestors 'none'"]);
  // Not strict: a run's page is `/runs/ID/`, and relative paths on it need that slash.
  const app = new Hono({ strict: false });
  app.use(async (context, next) => {
    await next();
    context.header('Content-Security-Policy', policy);
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Referrer-Policy', 'no-referrer');
    context.header('Cross-Origin-Resource-Policy', 'same-origin');
    context.header('Cache-Control', 'no-store');
  });
  app.use(guard);
  if (!('run' in source))
    return app.route(
      '/',
      runRoutes(async () => source),
    );
  app.get('/', context => context.html(source.page));
  app.get('/api/model', async context => context.body(await source.model(), 200, json));
  return app.route(
    '/runs/:run',
    runRoutes(id => source.run(id)),
  );
}

/** The page of one run and its data; paths on the page are relative, so that it works below any path. */
function runRoutes(sourceOf: (run: string) => Promise<ReviewSource | undefined>): Hono<Place> {
  const app = new Hono<Place>({ strict: false });
  app.use(async (context, next) => {
    const source = await sourceOf(context.req.param('run') ?? '');
    if (source === undefined) return context.text('404: no such run in this sweep\n', 404);
    context.set('source', source);
    return next();
  });
  app.get('/', context => context.html(context.get('source').page));
  app.get('/api/model', async context => context.body(await context.get('source').model(), 200, json));
  app.get('/api/columns', async context =>
    context.body(await context.get('source').columns(context.req.query('tool') ?? ''), 200, json),
  );
  app.get('/api/cases/:id', async context => {
    const view = await context.get('source').caseView(context.req.param('id'));
    return view === undefined ? context.json({ error: 'no such case' }, 404) : context.json(view);
  });
  app.post('/api/decisions', bodyLimit({ maxSize: 64 * 1024 }), async context => {
    const judged = judgedSchema.safeParse(await context.req.json().catch(() => undefined));
    if (!judged.success) return context.json({ error: 'not a decision' }, 400);
    const decision = await context.get('source').decide(judged.data);
    return decision === undefined ? context.json({ error: 'no such case' }, 404) : context.json(decision);
  });
  return app;
}

type Place = { Variables: { source: ReviewSource } };

const json = { 'Content-Type': 'application/json; charset=utf-8' };
