// `--allow RULE@ID=reason`: an alarm of the files that is none for this user; `RULE=reason`: whatever a rule finds, later too.
import { Option } from 'commander';
import { UserError } from '../errors.ts';
import { type Allowances, allowancesSchema } from '../records/allowances.ts';

/** As often as one likes; the last that names a rule wins. */
export const allowOption = (): Option =>
  new Option(
    '--allow <alarm=reason>',
    'an alarm of the files that is none, and why: RULE@ID as `inspect` prints it, or RULE for all of its; may be repeated',
  ).argParser<Allowances>((text, before) => ({ ...before, ...readAllowance(text) }));

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
