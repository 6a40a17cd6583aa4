// `--allow RULE@ID=reason`: an alarm of the files that is none for this user; `RULE=reason`: whatever a rule finds, later too.
import { UserError } from '../errors.ts';
import { type Allowances, allowancesSchema } from '../records/inspections/allowances.ts';

/** @throws UserError `allowance-unreadable` */
export function readAllowance(text: string): Allowances {
  const [, rule = '', reason = ''] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(text) ?? [];
  const read = allowancesSchema.safeParse({ [rule]: reason });
  if (read.success && Object.hasOwn(read.data, rule)) return read.data;
  throw new UserError(
    'allowance-unreadable',
    `can't read --allow ${text}`,
    "write --allow 'RULE@ID=reason', as `turncoat inspect` names it",
    { text },
  );
}
