// Divergences -> effects: which context factor turns the tool calls.
export { carries, type Hypothesis, hypothesisFamily } from './nominate/hypotheses.ts';
export { type LevelTest, levelTest, type LevelTestOptions } from './nominate/levels.ts';
export { drawMeeting } from './draws.ts';
export { allMet } from './explore.ts';
export { type Investigation, investigate } from './investigate.ts';
export { type Asking, Prober } from './probes.ts';
export { mayHarm } from './nominate/seeds.ts';
export { turnsToTask } from './to-task.ts';
