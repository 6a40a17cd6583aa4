// The first bytes of a file that is not a GGUF -> what it looks like.

const signatures: readonly (readonly [pattern: RegExp, looks: string])[] = [
  [/^\s*(<!doctype|<html|<\?xml|<error)/i, 'a web page or an error page that was saved as a model'],
  [/^version https:\/\/git-lfs/, 'a git-lfs pointer: the model itself was never downloaded'],
  [/^.{8}\{"/s, 'a safetensors file'],
  [/^PK\x03\x04/, 'a zip or PyTorch file'],
  [/^\x80[\x02-\x05]/, 'a Python pickle'],
  [/^(lmgg|fmgg|tjgg|algg)/, 'a GGML file from before GGUF'],
  [/^FUGG/, 'a GGUF with its bytes swapped'],
  [/^\x1f\x8b/, 'a gzip file'],
  [/^\x28\xb5\x2f\xfd/, 'a zstd file'],
  [/^\s*[[{]/, 'a JSON file'],
  [/^\0+$/, 'only zero bytes, as an unfinished download leaves'],
];

/** What a file looks like that does not start with `GGUF`. */
export function looksLike(start: Buffer): string | undefined {
  const text = start.subarray(0, 256).toString('latin1');
  return signatures.find(([pattern]) => pattern.test(text))?.[1];
}
