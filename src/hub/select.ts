// The files of a repository -> the one that a reference means, with all its parts.
import { UserError } from '../errors.ts';
import { peftAdapter } from '../gguf/adapters/peft.ts';
import { splitName, splitNames } from '../gguf/file/split.ts';
import { nearest } from './nearest.ts';
import type { Wanted } from './references.ts';

/** Files that llama.cpp keeps beside a model. */
export const companions = /mmproj|imatrix|mtp-|eagle3-|dflash-|dspark-/;
const usualTags = ['Q4_K_M', 'Q8_0'];

/** Whose files are chosen from, and how one of them is written: `hf:user/repo`, `/`. */
export interface Shelf {
  readonly what: string;
  readonly separator: string;
}

/**
 * Chooses as llama.cpp's `-hf` does: a tag matches any part of a path that `.` or `-` follows, without regard to case;
 * without a tag Q4_K_M, then Q8_0, then the first. Where llama.cpp takes the first of several with the tag, this asks.
 * @param files paths in the repository, in its order
 * @returns the file, or all parts of a split one in order
 * @throws UserError `no-such-file`, `no-such-tag`, `ambiguous-tag`, `no-gguf`, `part-missing`, listing what is there
 */
export function selectFiles(shelf: string | Shelf, files: readonly string[], wanted: Wanted): string[] {
  const { what: repo, separator } = typeof shelf === 'string' ? { what: shelf, separator: undefined } : shelf;
  const all = files.filter(file => /\.gguf$/i.test(file));
  const models = all.filter(file => !companions.test(file.slice(file.lastIndexOf('/') + 1)));
  if (wanted.by === 'file') {
    if (!files.includes(wanted.file)) throw missing('no-such-file', repo, wanted.file, all.length > 0 ? all : files);
    return withParts(repo, wanted.file, files);
  }
  const firsts = models.filter(file => (splitName(file)?.part ?? 1) === 1);
  if (firsts.length === 0) {
    if (files.includes('adapter_config.json')) throw peftAdapter(repo, `hf download ${repo} --local-dir ADAPTER`);
    const hint = 'name a repository with .gguf files; such are often called …-GGUF';
    throw new UserError('no-gguf', `${repo} has no GGUF model`, hint, { repo, files: files.slice(0, 50) });
  }
  if (wanted.by === 'tag') return withParts(repo, tagged(repo, firsts, wanted.tag, separator), files);
  const usual = usualTags.flatMap(tag => firsts.find(file => hasTag(file, tag)) ?? [])[0];
  return withParts(repo, usual ?? (firsts[0] as string), files);
}

/** The one file with a tag; one that ends in it goes before one that only contains it. */
function tagged(repo: string, models: readonly string[], tag: string, separator?: string): string {
  const containing = models.filter(file => hasTag(file, tag));
  const ending = containing.filter(file => {
    const stem = file.replace(/(-\d{5}-of-\d{5})?\.gguf$/i, '').toUpperCase();
    return stem.endsWith(tag.toUpperCase());
  });
  const [chosen, ...others] = ending.length > 0 ? ending : containing;
  if (chosen === undefined) throw missing('no-such-tag', repo, tag, tagsOf(models));
  if (others.length === 0) return chosen;
  const hint = `name one of them: ${separator === undefined ? `hf:${repo}/` : `${repo}${separator}`}${chosen}`;
  const message = `${repo} has ${others.length + 1} models that ${tag} may mean: ${[chosen, ...others].join(', ')}`;
  throw new UserError('ambiguous-tag', message, hint, { repo, tag, files: [chosen, ...others] });
}

function hasTag(file: string, tag: string): boolean {
  const upper = file.toUpperCase();
  for (let at = upper.indexOf(tag.toUpperCase()); at >= 0; at = upper.indexOf(tag.toUpperCase(), at + 1)) {
    if (/[.-]/.test(upper[at + tag.length] ?? '')) return true;
  }
  return false;
}

function withParts(repo: string, file: string, files: readonly string[]): string[] {
  const parts = splitNames(file) ?? [file];
  const gone = parts.find(part => !files.includes(part));
  if (gone === undefined) return parts;
  const hint = 'the upload is not complete; choose another file or ask its publisher';
  throw new UserError('part-missing', `${repo} lacks ${gone}, one of ${parts.length} parts`, hint, {
    repo,
    file: gone,
  });
}

/** Quantisations as file names spell them; file names where they spell none. */
function tagsOf(files: readonly string[]): string[] {
  const tag = /(?:^|[./_-])((?:UD-)?(?:I?Q\d\w*|TQ\d_\d|BF16|F16|F32|MXFP4\w*))[.-]/i;
  return [...new Set(files.map(file => tag.exec(file)?.[1] ?? file))];
}

function missing(code: string, repo: string, wanted: string, known: readonly string[]): UserError {
  const near = nearest(wanted, known);
  const shown = known.slice(0, 30).join(', ') + (known.length > 30 ? `, and ${known.length - 30} more` : '');
  const hint = near === undefined ? `choose one of them` : `did you mean ${near}?`;
  return new UserError(code, `${repo} has no ${wanted}; it has ${shown || 'no files'}`, hint, { repo, wanted, known });
}
