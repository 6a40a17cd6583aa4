// How a run's replies are taken apart.
import type { ReplyReader } from '../divergence/index.ts';
import type { RunRecord } from '../records/run.ts';
import { canonicalReply, readReply } from '../toolcalls/index.ts';

/** Replies are parsed again from raw text, each model's in its own format. */
export function replyReader({ formats }: RunRecord): ReplyReader {
  return (role, trial, about) => {
    const { format, markers, generationPrompt } = formats[role];
    const { tools } = about;
    const parsed = readReply(trial.text, { format, markers, generationPrompt, tools, finish: trial.finish });
    return { parsed, canonical: canonicalReply(parsed.calls, tools) };
  };
}
