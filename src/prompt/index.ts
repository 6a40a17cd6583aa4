// Case + a model's own chat template -> prompt text, with the case's clock instead of the host's.
export { type ChatInput, type ChatTemplate, chatTemplate, type TemplateOptions } from './chat.ts';
export { type PromptFault, promptFaults, smuggledToken } from './check.ts';
export { describeFormat } from './format.ts';
