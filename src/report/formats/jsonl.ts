// One case a line, for other harnesses: each line is a sample as Inspect's json_dataset reads it, what turncoat knows of the
// case in its metadata. Texts of models are data here, verbatim; no character of theirs is one that a terminal obeys.
import type { Case, Message } from '../../records/suites/case.ts';
import type { Called, Finding } from '../../records/comparison.ts';
import { safeJson } from '../../words/safe.ts';
import type { CaseView } from '../case-view.ts';
import type { Report } from './report.ts';

export async function jsonl(report: Report): Promise<string> {
  return (await samplesOf(report)).map(sample => `${safeJson(sample)}\n`).join('');
}

/** The cases that are held in full, by rank. */
export async function samplesOf(report: Report, more: Readonly<Record<string, string>> = {}) {
  const { cases } = await report.embedded();
  return report.comparison.findings.flatMap(finding => {
    const view = cases[finding.case];
    return view === undefined ? [] : [sampleOf(finding, view, report, more)];
  });
}

function sampleOf(finding: Finding, view: CaseView, { comparison, version, ...report }: Report, more: object) {
  const { case: id, rank, grade, score, scenario, levels, right, harm, tools, triggers } = finding;
  const decision = report.decisions.get(id)?.verdict;
  const standing = report.earlier?.standing[id];
  return {
    id,
    input: view.messages.map(messageOf),
    target: targetOf(view.expect),
    metadata: {
      schemaVersion: 1,
      turncoat: version,
      run: comparison.run.id,
      ...more,
      suite: comparison.suite.name,
      rank,
      of: comparison.findings.length,
      grade,
      score,
      scenario,
      levels,
      tools: view.tools,
      ...(view.expect && { expected: view.expect }),
      prompts: view.prompts,
      replies: { candidate: finding.candidateCalls.map(replyOf), baseline: finding.baselineCalls.map(replyOf) },
      probabilities: tools.map(({ tool, severity, candidate, baseline }) => ({ tool, severity, candidate, baseline })),
      ...(harm && { harm }),
      ...(right && { right }),
      triggers: comparison.triggers.filter(one => triggers.includes(one.rank)).map(({ conditions }) => conditions),
      ...(decision && { decision }),
      ...(standing && { standing }),
    },
  };
}

/** As Inspect writes a message: a call is its name and its arguments, and needs an id. */
function messageOf({ role, content, tool_calls: calls, tool_call_id, name }: Message) {
  return {
    role,
    content,
    ...(calls && {
      tool_calls: calls.map(({ id = '', function: { name: called, arguments: given } }, at) => ({
        id: id === '' ? `call_${at}` : id,
        function: called,
        arguments: given,
        type: 'function',
      })),
    }),
    ...(tool_call_id !== undefined && { tool_call_id }),
    ...(role === 'tool' && name !== undefined && { function: name }),
  };
}

/** What is right, as texts: any of the accepted calls, or the answer; empty, as Inspect has it, where nobody says. */
function targetOf(expect: Case['expect']): string | string[] {
  if (expect === undefined) return '';
  if ('text' in expect) return expect.text;
  const calls = expect.accept.map(given => JSON.stringify({ name: expect.call, arguments: given }));
  return calls.length === 1 ? (calls[0] as string) : calls;
}

const replyOf = ({ trial, text, calls, finish, surprise }: Called) => ({
  trial,
  text,
  calls: calls.map(({ name, argumentsText, severity }) => ({ name, arguments: argumentsText, severity })),
  finish,
  ...(surprise !== undefined && { surprise }),
});
