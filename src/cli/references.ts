import { UserError } from '../errors.ts';

/** A model reference -> the path of a local file; `hf:` and https references are downloaded by the hub room. */
export async function resolveReference(reference: string, _signal: AbortSignal): Promise<string> {
  if (/^(hf:|hf\.co\/|https?:\/\/)/.test(reference)) {
    throw new UserError(
      'not-local',
      `${reference}: downloading is not built yet`,
      'download the .gguf file and give its path',
    );
  }
  return reference;
}
