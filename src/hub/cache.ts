// Python huggingface_hub's folder layout: blobs by their hash, snapshots of commits that link to them, refs to commits.
import { copyFile, mkdir, readdir, readFile, readlink, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

/** Folders of one repository in the cache. */
export class RepositoryCache {
  readonly folder: string;

  constructor(cache: string, repo: string) {
    this.folder = join(cache, `models--${repo.replace('/', '--')}`);
  }

  blob(oid: string): string {
    return join(this.folder, 'blobs', oid);
  }

  snapshot(commit: string, file: string): string {
    return join(this.folder, 'snapshots', commit, ...file.split('/'));
  }

  /** The path of a file of a commit; undefined unless it is there in full. */
  async find(commit: string, file: string, sizeBytes: number | undefined): Promise<string | undefined> {
    const path = this.snapshot(commit, file);
    const found = await stat(path).catch(() => undefined);
    return found?.isFile() && (sizeBytes === undefined || found.size === sizeBytes) ? path : undefined;
  }

  /** Names a blob as a file of a commit: a relative link, or a copy where links are not possible. */
  async link(commit: string, file: string, oid: string): Promise<string> {
    const path = this.snapshot(commit, file);
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      await symlink(relative(dirname(path), this.blob(oid)), temporary);
    } catch {
      await copyFile(this.blob(oid), temporary);
    }
    await rename(temporary, path);
    return path;
  }

  /** The commit that a branch or tag was when it was last asked for. */
  async commitOf(revision: string): Promise<string | undefined> {
    if (/^[0-9a-f]{40}$/.test(revision)) return revision;
    const text = await readFile(join(this.folder, 'refs', ...revision.split('/')), 'utf8').catch(() => undefined);
    // It becomes part of a path.
    return /^[0-9a-f]{40}$/.exec(text?.trim() ?? '')?.[0];
  }

  async setCommit(revision: string, commit: string): Promise<void> {
    if (/^[0-9a-f]{40}$/.test(revision)) return;
    const path = join(this.folder, 'refs', ...revision.split('/'));
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}.tmp`;
    await writeFile(temporary, commit);
    await rename(temporary, path);
  }

  /** Files of a commit that are in the cache, sorted. */
  async files(commit: string): Promise<string[]> {
    const folder = join(this.folder, 'snapshots', commit);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    return entries
      .filter(entry => !entry.isDirectory())
      .map(entry => relative(folder, join(entry.parentPath, entry.name)).split('\\').join('/'))
      .sort();
  }

  /** The sha256 that a file's link names; undefined for files that are no links to such a blob. */
  async linkedHash(path: string): Promise<string | undefined> {
    const target = await readlink(path).catch(() => undefined);
    const name = target && basename(target);
    return name && /^[0-9a-f]{64}$/.test(name) ? name : undefined;
  }
}
