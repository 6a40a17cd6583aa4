// Suite text -> Suite -> Case[]. Pure: the same text and seed give the same cases on every machine.
export {
  composeCase,
  countCases,
  isOneCase,
  knowingTools,
  type Levels,
  makeCases,
  usesFactor,
  varyCase,
  withMessages,
  withOtherTemplate,
  withOtherTexts,
} from './cases.ts';
export { callId } from './history.ts';
export { readSuite } from './read.ts';
export { printedText, referencedNames, renderText } from './texts.ts';
