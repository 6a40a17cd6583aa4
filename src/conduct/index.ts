// A trial's replies -> what it did, said and hid. Pure: recomputed from the stored replies and the simulated world.
export { conductOf, type Trialled } from './conduct.ts';
export { canonical } from './concealment.ts';
