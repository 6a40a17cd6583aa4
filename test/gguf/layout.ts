// Where each number and text of a right GGUF file lies, for changes to them.

export interface Place {
  readonly kind:
    | 'magic'
    | 'version'
    | 'count'
    /** Of a text. */
    | 'length'
    | 'key'
    | 'type'
    | 'array-type'
    | 'array-length'
    /** A number, by its own. */
    | 'value'
    /** A number in an array. */
    | 'array-value'
    /** A text in an array. */
    | 'element'
    | 'text'
    | 'template'
    | 'tensor-name'
    | 'dimensions'
    | 'dimension'
    | 'tensor-type'
    | 'offset'
    | 'data';
  readonly at: number;
  /** In bytes. */
  readonly size: number;
  /** Of a value, as GGUF numbers types. */
  readonly type?: number;
}

const text = 8;
const array = 9;
const sizes: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };

/** In their order. @param bytes of a file that is as it should be: nothing is checked */
export function layoutOf(bytes: Buffer): readonly Place[] {
  const places: Place[] = [];
  let at = 0;
  const take = (kind: Place['kind'], size: number, type?: number): number => {
    places.push({ kind, at, size, ...(type !== undefined && { type }) });
    at += size;
    return at - size;
  };
  const number = (kind: Place['kind']): number => Number(bytes.readBigUInt64LE(take(kind, 8)));
  const word = (kind: Place['kind']): number => bytes.readUInt32LE(take(kind, 4));
  const string = (kind: Place['kind']): string => {
    const size = number('length');
    const start = take(kind, size);
    return bytes.toString('utf8', start, start + size);
  };
  take('magic', 4);
  take('version', 4);
  const [tensors, keys] = [number('count'), number('count')];
  for (let key = 0; key < keys; key++) {
    const name = string('key');
    const type = word('type');
    if (type === text) string(name === 'tokenizer.chat_template' ? 'template' : 'text');
    else if (type !== array) take('value', sizes[type] ?? 0, type);
    else {
      const of = word('array-type');
      const length = number('array-length');
      for (let n = 0; n < length; n++) {
        if (of === text) string('element');
        else take('array-value', sizes[of] ?? 0, of);
      }
    }
  }
  for (let tensor = 0; tensor < tensors; tensor++) {
    string('tensor-name');
    const dimensions = word('dimensions');
    for (let n = 0; n < dimensions; n++) number('dimension');
    word('tensor-type');
    number('offset');
  }
  const data = Math.ceil(at / 32) * 32;
  places.push({ kind: 'data', at: data, size: bytes.length - data });
  return places;
}
