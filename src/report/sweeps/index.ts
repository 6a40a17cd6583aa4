import type { ReportFormatName } from '../formats/index.ts';
import { html } from './html.ts';
import { junit } from './junit.ts';
import { csv, cyclonedx, json, jsonl } from './lists.ts';
import { markdown } from './markdown.ts';
import { codeScanning, sarif } from './sarif.ts';
import type { SweepFormat } from './sweep-report.ts';

/** The same formats for a whole sweep; one that a sweep can't be written in is left out. */
export const sweepFormats: Partial<Record<ReportFormatName, SweepFormat>> = {
  html,
  md: markdown,
  json,
  jsonl,
  sarif,
  'code-scanning': codeScanning,
  junit,
  csv,
  cyclonedx,
};
