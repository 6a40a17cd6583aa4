/**
 * What a comparison is busy with, in the order in which it comes to it. Progress, plans and estimates name these; records
 * keep the name as text, so that what another version wrote can be read.
 */

/** Before anything is observed. */
const opening = ['hash', 'weights', 'read', 'inspect', 'load'] as const;
/** Parts that take time by how much is observed. */
export const workPhases = ['observe', 'likelihood', 'conversation', 'story', 'transplant', 'probe'] as const;
export type WorkPhase = (typeof workPhases)[number];

export type Phase = (typeof opening)[number] | WorkPhase | 'analyse';
