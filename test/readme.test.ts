// The README tells the truth: its commands run, and what it shows of the demonstration is what the demonstration prints.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freshFolder, turncoat } from './cli/run.ts';

const readme = readFileSync('README.md', 'utf8');
const block = (info: string) =>
  readme.match(new RegExp(`\n\`\`\`${info}\n([\\s\\S]*?)\n\`\`\`\n`))?.[1]?.split('\n') ?? [];

test('the demonstration prints what the README shows, and its commands run on that run', async () => {
  const out = freshFolder();
  const demo = await turncoat(['demo', '--out', out]);
  expect(demo.code).toBe(0);
  const printed = demo.stdout.split('\n').map(line => line.trimEnd());
  const shown = block('text').filter(line => line !== ' …');
  expect(shown.length).toBeGreaterThan(10);
  for (const line of shown) expect(printed).toContain(line);
  const commands = [...readme.matchAll(/\n```sh\n([\s\S]*?)\n```\n/g)].flatMap(match =>
    (match[1] as string).split('\n'),
  );
  expect(commands.length).toBeGreaterThan(4);
  for (const command of commands) {
    const args = command.replace(/^npx turncoat /, '').split(' ');
    const stored = ['runs', 'show', 'analyze', 'report', 'decisions', 'attest', 'explain'].includes(args[0] as string)
      ? ['--out', out]
      : [];
    const { code, stdout, stderr } = await turncoat([...args, ...stored]);
    // What asks the models says how far it is.
    expect(stderr).toMatch(args[0] === 'explain' ? /^(turncoat: .+\n)+$/ : /^$/);
    // A recomputed verdict exits as the comparison did.
    expect(code).toBe(args[0] === 'analyze' ? 1 : 0);
    expect(stdout.length).toBeGreaterThan(20);
  }
});

test('every file and folder the README links to is there', () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(match => match[1] as string);
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) expect(() => readFileSync(link)).not.toThrow();
});
