// Calls -> violations of a policy: an allowlist in YAML whose every rule has a line.
export { deniesTool, violationsOf } from './check.ts';
export { type ReadPolicy, readPolicy } from './read.ts';
export type { PolicyCall, PolicyPlace } from './rules/rule.ts';
export { violationWeight } from './weight.ts';
