import type { Factor } from '../../records/suite.ts';
import { refineDate } from './date.ts';
import type { Refine } from './kind.ts';
import { refineLevel } from './level.ts';
import { refinePath } from './path.ts';
import { refineTools } from './tools.ts';

/** How the least condition on a factor is found, by the factor's kind. */
export const refinements: Readonly<Record<Factor['kind'], Refine>> = {
  choice: refineLevel,
  order: refineLevel,
  date: refineDate,
  path: refinePath,
  tools: refineTools,
};

export type { Seed } from './kind.ts';
