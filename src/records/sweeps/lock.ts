import { z } from 'zod';

/** `turncoat.lock.json`: what each reference meant when it was pinned. Commit it beside the suite. */

export const lockedFileSchema = z.strictObject({
  /** Path in the repository, or the last part of an address. */
  file: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.int().min(0),
});
export type LockedFile = z.infer<typeof lockedFileSchema>;

export const lockedModelSchema = z.strictObject({
  /** `user/repo` on the Hub; absent for a plain https address. */
  repo: z.string().optional(),
  commit: z.string().optional(),
  /** One file, or all parts of a split model in order. */
  files: z.array(lockedFileSchema).min(1),
});
export type LockedModel = z.infer<typeof lockedModelSchema>;

export const lockSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** By reference, as the user writes it. */
  models: z.record(z.string(), lockedModelSchema),
});
export type Lock = z.infer<typeof lockSchema>;
