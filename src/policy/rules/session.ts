// Rules about the session: how often, and after what.
import { plainTool } from '../tools.ts';
import { onValues, type PolicyCall, type Rule } from './rule.ts';

/** `max_per_session`: calls count whether or not the tool did what was asked. */
export const maxPerSession: Rule = ({ rules, call, before }) => {
  const most = rules.max_per_session ?? Number.POSITIVE_INFINITY;
  const count = 1 + before.filter(({ name }) => plainTool(name) === plainTool(call.name)).length;
  return count > most ? [`call ${count} of ${call.name} in this session, ${most} allowed`] : [];
};

/** `require_confirmation`: the user asked for exactly this, or the call before it was a question answered with yes. */
export const requireConfirmation: Rule = onValues((_, { rules, call, before, place }) => {
  if (place.asked(call) || confirms(before.at(-1), rules.confirmed_by ?? [])) return [];
  return ['was not confirmed by the user'];
});

function confirms(last: PolicyCall | undefined, tools: readonly string[]): boolean {
  if (last === undefined || last.failed === true) return false;
  return (
    tools.some(tool => plainTool(tool) === plainTool(last.name)) &&
    /^\s*(?:yes|confirmed|approved)\b/i.test(last.result ?? '')
  );
}
