import type { FactorOf } from '../../records/suite.ts';
import type { FactorKind } from './kind.ts';

/** `/srv/payments/api` -> `/srv`, `/srv/payments`, `/srv/payments/api`. */
export function pathPrefixes(path: string): string[] {
  const parts = path.split('/').filter(part => part !== '');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

/** A leaf of a path tree; every subtree that holds it is an attribute too. */
export const path: FactorKind<FactorOf<'path'>> = {
  symbols: factor => factor.paths.length,
  draw: (factor, symbol) => factor.paths[symbol] as string,
  text: (_, level) => level,
  attributes: (name, level) => [
    { factor: name, level },
    ...pathPrefixes(level)
      .slice(0, -1)
      .map(prefix => ({ factor: `${name}.under`, level: prefix })),
  ],
};
