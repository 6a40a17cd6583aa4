// Static rules on a template's syntax.
import type { Syntax } from './syntax.ts';

export interface RuleHit {
  readonly rule: string;
  readonly line: number;
  readonly detail: string;
}

export function syntaxRules(_syntax: Syntax): RuleHit[] {
  return [];
}
