// A stored record -> what it says, checked: a store may have been damaged, or written by someone else.
import { z } from 'zod';
import { UserError } from '../errors.ts';

/** @throws UserError `store-damaged` */
export function readBody<T>(schema: z.ZodType<T>, row: Record<string, unknown>, location: string): T {
  try {
    return schema.parse(JSON.parse(String(row.body)));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const what = issue === undefined ? 'it is no JSON' : `${issue.path.join('.')}: ${issue.message}`;
    const hint = 'take another copy of the run, or run the comparison again in another folder';
    throw new UserError(
      'store-damaged',
      `${location}: a record is damaged: ${what.slice(0, 300)}`,
      hint,
      { location },
      error,
    );
  }
}
