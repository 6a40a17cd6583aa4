// Inspection -> SARIF 2.1.0: each finding a result of its rule, allowed ones suppressed.
import type { Inspection, InspectionFinding } from '../../records/inspections/inspection.ts';
import { findingKey } from '../../records/inspections/allowances.ts';
import { inspectionCodes, inspectionSentence } from '../../words/inspection.ts';
import { line } from '../../words/safe.ts';
import { mostResults, rule, sarifLog } from '../sarif-log.ts';

const rules = inspectionCodes.map(([code, sentence]) => {
  const text = sentence.replace(/:? ?\{\}/, '') || code;
  return rule(code, text, `turncoat inspect: ${text}`);
});

export function inspectionSarif(inspection: Inspection, version: string): string {
  const { findings, candidate, baseline } = inspection;
  const run = {
    automationDetails: { id: line(`turncoat/inspect/${candidate.path}`) },
    results: findings.slice(0, mostResults).map(finding => result(finding, inspection)),
    properties: {
      candidate: line(candidate.path),
      ...(baseline && { baseline: line(baseline.path) }),
      ...(inspection.tried && { branches: inspection.tried.branches, branchesReached: inspection.tried.reached }),
    },
  };
  return sarifLog(version, [{ rules, run }]);
}

function result(finding: InspectionFinding, { candidate }: Inspection) {
  const { code, gravity, detail, lines, allowed } = finding;
  const key = findingKey(finding);
  const uri = line(candidate.path, 500).split(/[/\\]/).map(encodeURIComponent).join('/');
  // Lines are those of the chat template inside of the file.
  const templateLines = lines && { templateLines: `${lines[0]}-${lines[1]}` };
  const properties = { allow: key, ...templateLines };
  return {
    ruleId: code,
    level: gravity === 'alarm' || allowed !== undefined ? 'error' : 'note',
    message: { text: line(inspectionSentence(finding), 1000) },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri } },
        logicalLocations: [{ name: lines === undefined ? 'file' : 'tokenizer.chat_template' }],
      },
    ],
    partialFingerprints: { 'turncoatInspection/v1': line(`${code} ${detail}`, 200) },
    ...(allowed === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: line(allowed, 1000) }] }),
    properties,
  };
}
