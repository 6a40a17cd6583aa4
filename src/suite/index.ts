// Suite text -> Suite -> Case[]. Pure: the same text and seed give the same cases on every machine.
export { type Levels, makeCases, varyCase } from './cases.ts';
export { readSuite } from './read.ts';
export { type Attribute, attributesOf } from './factors/index.ts';
export { dayNumber, dayText } from './factors/date.ts';
export { pathPrefixes } from './factors/path.ts';
export { renderText } from './texts.ts';
