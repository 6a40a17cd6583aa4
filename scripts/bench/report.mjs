// The benchmark's figures as text.

const number = (value, digits = 2) => (Number.isFinite(value) ? value.toFixed(digits) : '-');
const percent = value => (Number.isFinite(value) ? `${(100 * value).toFixed(1)}%` : '-');

/** Columns under a head, aligned to the right but for the first. */
function table(head, rows) {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map(row => row[column].length)));
  const line = cells =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ');
  return [head, ...rows].map(line).join('\n');
}

/** Everything that was measured; what was not is left out. */
export function report({ machine, rounds, engine, peers, ratios, reuse, javascriptShare, memory, inspects }) {
  const facts = engine.trials?.facts ?? engine.exact?.facts;
  const sections = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.threads} threads, load ${number(machine.load, 1)}, ` +
      `median of ${rounds}${facts === undefined ? '' : `; ${JSON.stringify(facts)}`}`,
    modes(engine, peers),
    ratioLines(ratios, javascriptShare),
    scaling(engine.scaling),
    reuse === undefined
      ? ''
      : `prompt tokens of suites/devops.yaml reused: ${percent(reuse.exact.reuseShare)} for exact scores ` +
        `(${percent(reuse.shareable)} is what its prompts share), ${percent(reuse.exactAndTrial.reuseShare)} with a trial ` +
        `a case; ${percent(reuse.sharedHead.reuseShare)} where context and tools stay and tasks vary`,
    memory === undefined
      ? ''
      : `memory over ${memory.resident.at(-1).cases} cases: ${number(memory.resident.at(-1).mebibytes, 0)} MiB, ` +
        `${percent(memory.growth)} more than after a tenth of them`,
    inspects === undefined ? '' : inspectionReport(inspects).trimEnd(),
  ];
  return `${sections.filter(section => section !== '').join('\n\n')}\n`;
}

/** What `inspect` takes, and against another checkout where there is one. */
export function inspectionReport(inspects) {
  const rows = Object.entries({ alone: 'a file alone', againstItself: 'against itself' }).map(([key, name]) => {
    const { seconds, cpu, beforeSeconds, beforeCpu, toBefore, toBeforeInCpuTime } = inspects[key];
    return [name, ...[seconds, cpu, beforeSeconds, beforeCpu, toBefore, toBeforeInCpuTime].map(value => number(value))];
  });
  return `${table(['inspect, 104 MB', 's', 'CPU-s', 's before', 'CPU-s before', 'ratio', 'in CPU time'], rows)}\n`;
}

function modes({ trials, exact, trials4 }, { llamaServer, batchedBench }) {
  const named = {
    'one trial of 48 tokens': trials,
    'llama-server, the same': llamaServer,
    'llama-batched-bench, the same': batchedBench,
    'four trials of 48 tokens': trials4,
    'exact scores of 5 tools': exact,
  };
  const rows = Object.entries(named)
    .filter(([, figures]) => figures !== undefined)
    .map(([name, figures]) => [
      name,
      number(figures.promptsPerSecond, 3),
      number(figures.promptTokensPerSecond, 0),
      number(figures.generatedTokensPerSecond, 1),
      number(figures.cpuSecondsPerPrompt),
      number(figures.peakMebibytes, 0),
    ]);
  if (rows.length === 0) return '';
  return table(['', 'prompts/s', 'prompt tok/s', 'generated tok/s', 'CPU-s/prompt', 'peak MiB'], rows);
}

function ratioLines(ratios, javascriptShare) {
  const lines = [
    ['trials to llama-server', number(ratios.trialsToLlamaServer)],
    ['the same in CPU time', number(ratios.trialsToLlamaServerInCpuTime)],
    ['trials to llama-batched-bench', number(ratios.trialsToBatchedBench)],
    ['exact scores to four trials', number(ratios.exactToTrials4, 1)],
    ['the same in CPU time', number(ratios.exactToTrials4InCpuTime, 1)],
    ["main thread's share of CPU time", percent(javascriptShare)],
  ];
  return lines
    .filter(([, value]) => value !== '-')
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** Cases a second against the number of sequences, as a table with bars. */
function scaling(rows) {
  if (rows === undefined) return '';
  const most = Math.max(...rows.map(row => row.promptsPerSecond));
  const head = ['sequences', 'trials/s', 'exact/s', 'CPU-s/trial', 'CPU-s/exact', 'peak MiB', ''];
  return table(
    head,
    rows.map(row => [
      String(row.sequences),
      number(row.promptsPerSecond, 3),
      number(row.exactPromptsPerSecond, 3),
      number(row.cpuSecondsPerPrompt),
      number(row.exactCpu),
      number(row.peakMebibytes, 0),
      '#'.repeat(Math.round((30 * row.promptsPerSecond) / most)).padEnd(30),
    ]),
  );
}
