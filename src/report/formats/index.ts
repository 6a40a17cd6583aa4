import { codeScanning } from './code-scanning.ts';
import { csv } from './csv.ts';
import { cyclonedx } from './cyclonedx.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { jsonl } from './jsonl.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import type { ReportFormat } from './report.ts';
import { sarif } from './sarif.ts';

/** Every format of `turncoat report`. A new one is one file and one line here. */
export const reportFormats = {
  html,
  md: markdown,
  json,
  jsonl,
  sarif,
  'code-scanning': codeScanning,
  junit,
  csv,
  cyclonedx,
} satisfies Record<string, ReportFormat>;
export type ReportFormatName = keyof typeof reportFormats;
