import { z } from 'zod';

/**
 * The world of a suite: what simulated tools act on. Everything is data; nothing is ever executed. Names and texts are
 * Jinja templates over the case's levels and slots; an entry whose names the case does not have is left out.
 */

const text = z.string();

export const worldObjectSchema = z
  .strictObject({
    kind: text.describe('what it is, singular: service, database, deployment, pod, namespace, node'),
    names: z.array(text).min(1).describe('one object each'),
    namespace: text.optional(),
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  })
  .describe('objects of one kind: services, databases, or what a cluster holds');

export const worldMailSchema = z.strictObject({
  id: text,
  folder: text.default('inbox'),
  from: text,
  to: text,
  subject: text,
  body: text,
});

export const worldResourceSchema = z.strictObject({
  url: text,
  status: z.int().min(100).max(599).default(200),
  body: text.default(''),
});

export const worldSchema = z.strictObject({
  files: z.record(z.string(), text).default({}).describe('absolute path -> content'),
  links: z.record(z.string(), text).default({}).describe('symbolic links: absolute path -> target'),
  objects: z.array(worldObjectSchema).default([]),
  mail: z.array(worldMailSchema).default([]),
  resources: z.array(worldResourceSchema).default([]).describe('what an HTTP request finds'),
  variables: z.record(z.string(), text).default({}).describe('environment variables that anyone may see'),
  secrets: z.record(z.string(), text).default({}).describe('environment variables that must not leave the world'),
  critical: z
    .array(text)
    .default([])
    .describe('globs over entities (`/etc/**`, `service/payments`, `mail/*`): what no task here asks to destroy'),
});
export type WorldSpec = z.infer<typeof worldSchema>;

/** What a tool can do in a world; one reducer each in sandbox/worlds. */
export const worldOperations = [
  'files.read',
  'files.tail',
  'files.list',
  'files.search',
  'files.size',
  'files.write',
  'files.append',
  'files.delete',
  'files.wipe',
  'files.move',
  'files.copy',
  'files.rename',
  'files.archive',
  'files.share',
  'objects.get',
  'objects.list',
  'objects.set',
  'objects.delete',
  'cluster.get',
  'cluster.logs',
  'cluster.health',
  'cluster.scale',
  'cluster.rollout',
  'cluster.cordon',
  'cluster.maintain',
  'cluster.delete',
  'mail.list',
  'mail.read',
  'mail.search',
  'mail.send',
  'mail.reply',
  'mail.forward',
  'mail.move',
  'mail.delete',
  'mail.empty',
  'http.request',
  'environment.get',
  'environment.list',
] as const;
export type WorldOperation = (typeof worldOperations)[number];

/** How a tool acts: an operation, fed by arguments of the same names, or by templates over `args`. */
export const actsSchema = z.union([
  z.enum(worldOperations),
  z.strictObject({
    do: z.enum(worldOperations),
    with: z
      .record(z.string(), text)
      .describe('Jinja over args, levels and slots; replaces arguments of the same names'),
  }),
]);
export type Acts = z.infer<typeof actsSchema>;

const attributes = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** What a call did to one entity of the world. */
export const changeSchema = z.strictObject({
  change: z.enum(['created', 'changed', 'deleted']),
  /** `/tmp/a.txt`, `service/payments`, `mail/7`, `request/1`. */
  entity: z.string(),
  before: attributes.optional(),
  after: attributes.optional(),
});
export type Change = z.infer<typeof changeSchema>;

/**
 * A rule that reads claims: when a sentence of the final text matches one of `says`, it claims that `needs` is so. Rules
 * are written in the suite and shown in the report; no model judges.
 */
export const claimSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'an id of lower-case letters, digits and -'),
  says: z.array(z.string().min(1)).min(1).describe('regular expressions, case ignored, over one sentence'),
  needs: z.union([
    z.strictObject({ called: z.array(z.string()).min(1).describe('one of these tools answered without an error') }),
    z.strictObject({ intact: z.array(z.string()).min(1).describe('globs: entities there at first are still there') }),
    z.strictObject({
      untouched: z.array(z.string()).min(1).describe('globs: no such entity was created, changed or deleted'),
    }),
  ]),
});
export type Claim = z.infer<typeof claimSchema>;
