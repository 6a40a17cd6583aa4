// What `--template-arg` may not set.

/** Variables that a case, the model's file or the clock of a case decides, as llama.cpp sets them. */
export const ownVariables: readonly string[] = [
  'messages',
  'tools',
  'add_generation_prompt',
  'bos_token',
  'eos_token',
  'date_string',
  'datetime',
];
/** Names of variables that are the user's to set. */
export const notOwn = new RegExp(`^(?!(?:${ownVariables.join('|')})$)`);
