// Suite text -> Suite -> Case[]. Pure: the same text and seed give the same cases on every machine.
export { composeCase, knowingTools, type Levels, makeCases, usesFactor, varyCase, withOtherTemplate } from './cases.ts';
export { readSuite } from './read.ts';
export { type Attribute, attributesOf, randomLevel } from './factors/index.ts';
export { extraTools } from './factors/tools.ts';
export { dateParts, dayNumber, dayText } from './factors/calendar.ts';
export { dateText } from './factors/date.ts';
export { pathPrefixes } from './factors/path.ts';
export { referencedNames, renderText } from './texts.ts';
