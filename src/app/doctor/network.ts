// The way to the Hub: proxies, certificates, and whether it answers.
import { askHub, wayOut } from '../../hub/index.ts';
import { UserError } from '../../errors.ts';
import { line } from '../../words/safe.ts';
import type { Check, Checker } from './check.ts';

const patienceMs = 5000;

export const network: Checker = async asked => {
  const way = await leaving(asked);
  // What is wrong already would only be said again.
  return way.state === 'fault' ? [way] : [way, await hub(asked)];
};

async function leaving({ environment }: Parameters<Checker>[0]): Promise<Check> {
  try {
    const { proxies, except, certificates } = await wayOut(environment);
    const through = proxies.length === 0 ? 'no proxy' : `proxy of ${proxies.map(one => line(one, 120)).join(' and ')}`;
    const without = proxies.length > 0 && except.length > 0 ? `, none for ${line(except.join(', '), 200)}` : '';
    const trusted = certificates.map(
      ({ from, value, count }) =>
        `${count} ${count === 1 ? 'authority' : 'authorities'} of ${from} (${line(value, 200)})`,
    );
    const authorities = trusted.length === 0 ? "Node's own" : trusted.join(' and ');
    const says = `${through}${without}; certificates: ${authorities}`;
    return { name: 'way-out', state: 'ok', says, facts: { proxies, except, certificates } };
  } catch (error) {
    return fault('way-out', error);
  }
}

async function hub({ environment, offline, signal }: Parameters<Checker>[0]): Promise<Check> {
  const { endpoint, token } = environment;
  const host = line(new URL(endpoint).host, 120);
  const facts = { endpoint, token: token !== undefined };
  if (offline || environment.offline) {
    const why = offline ? '--offline' : 'HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE';
    return {
      name: 'hub',
      state: 'note',
      says: `${host} was not asked (${why})`,
      facts: { ...facts, state: 'not-asked' },
    };
  }
  try {
    const answer = await askHub(environment, patienceMs, signal);
    const all = { ...facts, ...answer };
    switch (answer.state) {
      case 'reached': {
        const as = token === undefined ? 'without a token: gated models need HF_TOKEN' : 'and takes the token';
        return { name: 'hub', state: 'ok', says: `${host} answers, ${as}`, facts: all };
      }
      case 'token-refused': {
        const hint = 'log in with `hf auth login`, or set HF_TOKEN to a token that is valid';
        return { name: 'hub', state: 'fault', says: `${host} answers, and refuses the token`, hint, facts: all };
      }
      case 'refused': {
        const hint = 'check HF_ENDPOINT';
        return { name: 'hub', state: 'fault', says: line(answer.why, 200), hint, facts: all };
      }
      case 'silent': {
        const says = `${host} did not answer within ${patienceMs / 1000} s`;
        const hint =
          'check the network, HF_ENDPOINT and HTTPS_PROXY; --offline leaves this out, models on this machine need no Hub';
        return { name: 'hub', state: 'fault', says, hint, facts: all };
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    return fault('hub', error, facts);
  }
}

function fault(name: string, error: unknown, facts: Check['facts'] = {}): Check {
  const known = error instanceof UserError;
  const hint = known
    ? error.hint
    : 'check the network, HF_ENDPOINT and HTTPS_PROXY; --offline leaves this out, models on this machine need no Hub';
  return { name, state: 'fault', says: line((error as Error).message, 300), hint, facts };
}
