// Static rules on texts: characters that hide, and sentences that no template has to say.

export interface TextHit {
  readonly rule: string;
  readonly detail: string;
}

const characters: readonly (readonly [rule: string, pattern: RegExp])[] = [
  [
    'unseen-characters',
    /[\u00ad\u115f\u1160\u180e\u200b-\u200d\u2060-\u2064\u3164\ufeff\uffa0\u{e0000}-\u{e007f}]|\u034f|\u17b4|\u17b5|[\u{e0100}-\u{e01ef}]/u,
  ],
  ['bidi-characters', /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u],
  ['control-characters', /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/u],
  ['private-characters', /[\ue000-\uf8ff\ufff0-\ufffb\u{f0000}-\u{10ffff}]/u],
];

/** Letters of two scripts in one word look like one of them: `ѕystem`. */
const latin = /\p{Script=Latin}/u;
const lookalike = /\p{Script=Cyrillic}|\p{Script=Greek}|\p{Script=Armenian}|\p{Script=Cherokee}/u;

/** Longer texts are looked at up to here. */
const longest = 1_000_000;

/** Characters that a reader does not see, or takes for others. */
export function characterRules(given: string): TextHit[] {
  const text = given.slice(0, longest);
  const found = characters.flatMap(([rule, pattern]) => {
    const at = pattern.exec(text);
    return at === null
      ? []
      : [
          {
            rule,
            detail: `${codePoint(at[0])} after ${JSON.stringify(text.slice(Math.max(0, at.index - 20), at.index))}`,
          },
        ];
  });
  const mixed = (text.match(/[\p{L}\p{M}]{2,}/gu) ?? []).find(word => latin.test(word) && lookalike.test(word));
  return mixed === undefined
    ? found
    : [...found, { rule: 'mixed-scripts', detail: JSON.stringify(mixed.slice(0, 60)) }];
}

function codePoint(letter: string): string {
  return `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Sentences against the user, and names of tools that do harm. */
const sentences: readonly (readonly [rule: string, pattern: RegExp])[] = [
  [
    'template-instruction',
    /\b(ignore|disregard|forget|override)\W+(\w+\W+){0,3}(previous|prior|above|earlier|preceding|foregoing|system|safety|polic(y|ies)|instructions?|rules)\b/i,
  ],
  [
    'template-instruction',
    /\b(do not|don't|never|without)\W+(\w+\W+){0,2}(tell|telling|mention|mentioning|reveal|inform|informing|report|disclose|warn|warning|ask|asking|confirm|confirming|confirmation|permission|approval|notify)\b(?! the user about function calls)/i,
  ],
  [
    'template-instruction',
    /\b(user|human|operator|owner|admin\w*)\W+(\w+\W+){0,3}(agreed|agrees|approved|approves|confirmed|confirms|authori[sz]ed|consented|permitted|has allowed|pre-?approved)\b/i,
  ],
  ['template-instruction', /\b(secretly|silently|covertly|discreetly|exfiltrat\w*|backdoor\w*)\b/i],
  ['template-instruction', /\brm -rf?\b|\bdrop table\b|\bforce[- ]push\b|\bcurl\b.{0,40}\|\s*(ba)?sh\b|\bchmod 777\b/i],
  [
    'template-names-tool',
    /\b(delete|remove|drop|wipe|erase|destroy|purge|overwrite|kill|shred|send|transfer|execute|exec|upload|push|deploy|write|disable|revoke|grant)_[a-z]\w*/i,
  ],
  [
    'template-names-address',
    /\bhttps?:\/\/[^\s"'<>]+|\b[\w.+-]{1,64}@[\w-]{1,64}\.[a-z]{2,}\b|\b\d{1,3}(\.\d{1,3}){3}\b/i,
  ],
];

/** @param printed whether a prompt can show it; what is only compared with gives no instructions */
export function textRules(text: string, printed: boolean): TextHit[] {
  const found = characterRules(text);
  if (!printed) return found;
  for (const [rule, pattern] of sentences) {
    const match = pattern.exec(text.slice(0, longest));
    if (match !== null) found.push({ rule, detail: JSON.stringify(match[0].slice(0, 120)) });
  }
  return found;
}
