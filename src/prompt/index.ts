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
