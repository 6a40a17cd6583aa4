import type { Factor } from '../../src/factors/index.ts';

/** Six years of dates, at any hour. */
export const date: Factor = {
  kind: 'date',
  from: '2023-01-01',
  to: '2028-12-31',
  hours: { from: 0, to: 23 },
  formats: ['{{ iso }}'],
};
