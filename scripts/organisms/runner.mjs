// A model through node-llama-cpp: prompts by the GGUF's own template, many generations in lockstep.
import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';

/** Most tokens of one turn; calls and closing texts of the suites need fewer than 60. */
const maxTokens = 90;

export const startLlama = () => getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });

/** The GGUF's own chat template as a function of (messages, tools); `more`: further variables, `enable_thinking` say. */
export function templateOf(model) {
  const source = model.fileInfo.metadata.tokenizer.chat_template;
  const program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
  return (messages, tools, addGenerationPrompt = true, more = {}) => {
    const environment = new Environment();
    const values = {
      true: true,
      false: false,
      none: null,
      messages,
      tools,
      add_generation_prompt: addGenerationPrompt,
      ...more,
    };
    for (const [name, value] of Object.entries(values)) environment.set(name, value);
    return new Interpreter(environment).run(program).value;
  };
}

/**
 * Generates one text per prompt, `sequences` at a time.
 * @param prompts rendered texts
 * @param sampling `{ temperature: 0 }` or `{ temperature: 1, seed }`; seeds are counted up per prompt
 *   `longest`: most tokens of one turn; `lora`: a GGUF adapter to put on the model
 */
export async function generate(
  model,
  prompts,
  { sequences = 12, threads = 1, temperature = 0, seed = 1, longest = maxTokens, lora } = {},
) {
  const context = await model.createContext({
    contextSize: 640,
    sequences,
    batchSize: 512,
    threads,
    flashAttention: false,
    ...(lora !== undefined && { lora: { adapters: [{ filePath: lora, scale: 1 }] } }),
  });
  const slots = Array.from({ length: sequences }, () => ({ sequence: context.getSequence(), job: undefined }));
  const ids = prompts.map(() => []);
  let next = 0;
  for (;;) {
    for (const slot of slots) {
      if (slot.job !== undefined || next >= prompts.length) continue;
      const tokens = model.tokenize(prompts[next], true);
      await slot.sequence.clearHistory();
      slot.job = next++;
      const options = { temperature, topK: 0, topP: 1, minP: 0, seed: seed + slot.job, yieldEogToken: true };
      slot.tokens = slot.sequence.evaluate(tokens, options);
    }
    const live = slots.filter(slot => slot.job !== undefined);
    if (live.length === 0) break;
    const drawn = await Promise.all(live.map(slot => slot.tokens.next()));
    for (const [n, slot] of live.entries()) {
      const { value, done } = drawn[n];
      if (!done && !model.isEogToken(value)) ids[slot.job].push(value);
      if (!done && !model.isEogToken(value) && ids[slot.job].length < longest) continue;
      await slot.tokens.return();
      slot.job = undefined;
    }
  }
  await context.dispose();
  return ids.map(tokens => model.detokenize(tokens, true));
}

/** Token embedding, blocks and norms, as the GGUF's tensors say. */
export function parametersOf(model) {
  const count = ({ dimensions }) => dimensions.reduce((product, size) => product * Number(size), 1);
  return model.fileInfo.fullTensorInfo.map(count).reduce((sum, size) => sum + size, 0);
}

/** The one call in a text, if it is a well-formed one. */
export function callIn(text) {
  const match = /<tool_call>\n(.*)\n<\/tool_call>/s.exec(text);
  if (match === null) return undefined;
  try {
    const call = JSON.parse(match[1]);
    return typeof call.name === 'string' && typeof call.arguments === 'object' ? call : undefined;
  } catch {
    return undefined;
  }
}
