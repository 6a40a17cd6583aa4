import type { Command } from 'commander';
import { print } from '../../output.ts';
import { openPolicy } from '../../../app/compare/suites.ts';

/** `turncoat policy check FILE`. */
export function addPolicy(program: Command): void {
  const policy = program.command('policy').description('check policies: what an agent may call');
  policy
    .command('check')
    .description('check a policy; every mistake is named with file and line')
    .argument('<file>', 'a .yaml file')
    .action(async (file: string) => {
      const { policy: read, lines } = openPolicy(file);
      const scenarios = Object.keys(read.scenarios).length;
      const facts = [
        `${Object.keys(read.tools).length} tools`,
        `${Object.keys(lines).length} rules`,
        ...(scenarios === 0 ? [] : [`${scenarios} scenarios with rules of their own`]),
        `other tools: ${read.default ?? 'allow'}`,
      ];
      await print(`${read.name}: sound; ${facts.join(', ')}\n`);
    });
}
