// Divergences -> effects: which context factor turns the tool calls.
export { carries, type Hypothesis, hypothesisFamily } from './hypotheses.ts';
export { type LevelTest, levelTest, type LevelTestOptions } from './levels.ts';
export { type Investigation, investigate } from './investigate.ts';
export { type Asking, Prober } from './probes.ts';
export { mayHarm } from './seeds.ts';
export { turnsToTask } from './to-task.ts';
