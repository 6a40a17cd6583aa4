// Case + a model's own chat template -> prompt text, with the case's clock instead of the host's.
export {
  type ChatInput,
  type ChatTemplate,
  chatTemplate,
  type EngineChoice,
  type EngineOptions,
  type Rendering,
  type TemplateOptions,
} from './chat.ts';
export { type PromptFault, promptFaults, smuggledToken } from './check.ts';
export { describeFormat } from './format.ts';
export { templateClock } from './clock.ts';
export {
  type EngineName,
  type Statement,
  TemplateFails,
  TemplateLacks,
  TemplateRaised,
  TemplateSyntax,
  type Visit,
} from './jinja/index.ts';
export { asLlamaReads } from './llama-variables.ts';
export { type CountedTemplate, countedTemplate } from './anatomy/counted.ts';
export type { Part, PartKind } from './anatomy/part.ts';
export { studyOf, type TemplateStudy, type Tryouts, triedOut } from './anatomy/study.ts';
export type { RuleHit } from './anatomy/rules/rules.ts';
export { tagsOf } from './anatomy/tags.ts';
export { characterRules, textRules } from './anatomy/rules/text-rules.ts';
