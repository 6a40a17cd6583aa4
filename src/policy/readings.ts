// A text -> all the texts that some program on the way might take it for. A rule must hold for every one of them, so
// that a disguise which only some programs see through does not pass.

/** Longer than any real path or URL; matching it would only cost time. */
const longest = 4096;
/** More readings than any honest text has. */
const mostReadings = 64;

/** Characters that are drawn as nothing: zero-width, bidi controls, soft hyphen, tags. */
const invisible = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

const transforms: readonly ((text: string) => string)[] = [
  text => text.trim(),
  text => text.normalize('NFKC'),
  text => text.replace(invisible, ''),
];

/**
 * All readings of a text, itself first: trimmed, in compatibility form, without invisible characters, and any
 * combination of these.
 * @param decode true: percent-decoded too, as often as it takes
 * @returns undefined when the text is too long or has too many readings to be honest
 */
export function readingsOf(text: string, decode: boolean): string[] | undefined {
  if (text.length > longest) return undefined;
  const readings = new Set([text]);
  const used = decode ? [...transforms, percentDecoded] : transforms;
  for (const reading of readings) {
    for (const transform of used) readings.add(transform(reading));
    if (readings.size > mostReadings) return undefined;
  }
  return [...readings];
}

/** Percent escapes decoded once, as UTF-8 where they are that (overlong forms too: old decoders take them). */
function percentDecoded(text: string): string {
  if (!/%[0-9a-f]{2}/i.test(text)) return text;
  const plain = text.replace(/%c0%(?:ae|2e)/gi, '.').replace(/%c0%(?:af|2f)|%e0%80%af/gi, '/');
  return plain.replace(/(?:%[0-9a-f]{2})+/gi, run => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    }
  });
}
