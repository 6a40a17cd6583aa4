import { z } from 'zod';
import type { StoredCondition } from '../factors/condition.ts';

/** A condition on a case as it is stored; `src/factors/` reads and writes it. */
export const conditionSchema = z.strictObject({
  factor: z.string(),
  level: z.string(),
}) satisfies z.ZodType<StoredCondition>;
