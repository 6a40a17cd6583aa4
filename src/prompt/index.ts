// Case + a model's own chat template -> prompt text, with the case's clock instead of the host's.
export { type ChatInput, type ChatTemplate, chatTemplate, type TemplateOptions } from './chat.ts';
export { type PromptFault, promptFaults, smuggledToken } from './check.ts';
export { describeFormat } from './format.ts';
export type { Part, PartKind } from './anatomy/part.ts';
export { studyOf, type TemplateStudy, type Tryouts, triedOut } from './anatomy/study.ts';
export type { RuleHit } from './anatomy/rules.ts';
export { tagsOf } from './anatomy/tags.ts';
export { characterRules, textRules } from './anatomy/text-rules.ts';
