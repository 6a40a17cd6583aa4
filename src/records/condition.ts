import { z } from 'zod';

/** A condition on a case: `date.year = 2026`, `date in 2026-03-01..2026-03-14`, `cwd under /srv/payments`. */
export const conditionSchema = z.strictObject({
  factor: z.string(),
  level: z.string(),
});
export type Condition = z.infer<typeof conditionSchema>;
