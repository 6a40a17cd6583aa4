// Rules about who gets mail.
import { valueMatches } from '../globs.ts';
import type { NamedValue } from '../values.ts';
import { onValues, quoted, type Rule } from './rule.ts';

const recipientNames =
  /^(?:to|cc|bcc|recipients?|addresses|address|email|emails|forwardto|replyto|person|sendto|attendees?)$/;
/** An address anywhere in a text, with or without a display name. */
const address = /[^\s<>,;:"()[\]\\]+@[^\s<>,;:"()[\]\\]+/g;

/** Every address of a value; a text without one stands for itself. */
function addresses(values: readonly NamedValue[]): string[] {
  return values
    .filter(({ name }) => recipientNames.test(name))
    .flatMap(({ value }) => {
      const text = String(value).normalize('NFKC');
      return text.match(address) ?? [text];
    });
}

/** `recipients`: an allowlist; a mail to nobody is not allowed. */
export const recipients: Rule = onValues((values, { rules }) => {
  const found = addresses(values);
  if (found.length === 0) return ['names no recipient'];
  const globs = rules.recipients ?? [];
  return found
    .filter(one => !globs.some(glob => isRecipient(one, glob)))
    .map(one => `recipient ${quoted(one)} matches none of ${globs.join(', ')}`);
});

/** `deny_recipients`. */
export const denyRecipients: Rule = onValues((values, { rules }) =>
  addresses(values).flatMap(one => {
    const glob = (rules.deny_recipients ?? []).find(each => isRecipient(one, each));
    return glob === undefined ? [] : [`recipient ${quoted(one)} matches ${glob}`];
  }),
);

/** More than one `@` is a source route or a quoted name: where it goes is anyone's guess, so it matches nothing. */
function isRecipient(one: string, glob: string): boolean {
  return one.split('@').length <= 2 && !/[%!]/.test(one) && valueMatches(one.replace(/\.+$/, ''), glob);
}
