// Suite text -> Suite -> Case[]. Pure: the same text and seed give the same cases on every machine.
export {
  composeCase,
  knowingTools,
  type Levels,
  makeCases,
  usesFactor,
  varyCase,
  withOtherTemplate,
  withOtherTexts,
} from './cases.ts';
export { readSuite } from './read.ts';
export { printedText, referencedNames, renderText } from './texts.ts';
