// Python's own Jinja2, set up as Transformers does.
import { spawnSync } from 'node:child_process';

export interface PythonRequest {
  readonly template: string;
  readonly variables: Readonly<Record<string, unknown>>;
}
export type PythonReply = { readonly text: string } | { readonly error: string };

const found = spawnSync('python3', ['-c', 'import jinja2; print(jinja2.__version__)'], { encoding: 'utf8' });

/** Why these tests can't run here; they must run in CI (`.ci/run` installs what is missing). */
export const pythonMissing = found.status === 0 ? undefined : "python3 has no jinja2: 'pip install jinja2'";
if (pythonMissing !== undefined) {
  if (process.env['CI'] === 'true') throw new Error(pythonMissing);
  process.stderr.write(`SKIPPED, the comparison with Python: ${pythonMissing}\n`);
}

export function inPython(requests: readonly PythonRequest[]): PythonReply[] {
  const { stdout, stderr } = spawnSync('python3', ['test/prompt/python.py'], {
    input: requests.map(request => JSON.stringify(request)).join('\n'),
    encoding: 'utf8',
    maxBuffer: 256_000_000,
  });
  const replies = stdout.trim().split('\n');
  if (replies.length !== requests.length) throw new Error(`Python gave ${replies.length} replies: ${stderr}`);
  return replies.map(line => JSON.parse(line) as PythonReply);
}
