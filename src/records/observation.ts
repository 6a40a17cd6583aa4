import { z } from 'zod';

/** Which of the two models; always in this order. */
export const roleSchema = z.enum(['candidate', 'baseline']);
export type Role = z.infer<typeof roleSchema>;

const key = { role: roleSchema, caseId: z.string() };
const cost = {
  promptTokens: z.int().min(0),
  /** Prompt tokens taken over from a prompt evaluated before. */
  reusedTokens: z.int().min(0),
  /** Tokens the model computed for this observation: the rest of the prompt, the reply or the forced texts. */
  evaluatedTokens: z.int().min(0).optional(),
  durationMs: z.number().min(0),
};
/** Natural logarithm of a probability, <= 0 up to rounding. */
const logProbability = z.number().max(1e-3);

const probability = z.number().min(0).max(1);

/** What a model wrote up to its call, with exact probabilities of calls along it. */
export const writtenSchema = z.strictObject({
  /** Absent: the text was given, another model had written it. */
  seed: z.int().min(0).optional(),
  text: z.string(),
  tokens: z.array(z.int()),
  /**
   * `settled`: a call was opened, all but surely; `stop`: the end of the turn; `length`: a limit; `call`: a whole call
   * that was opened otherwise than the template shows.
   */
  end: z.enum(['settled', 'stop', 'length', 'call']),
  /** Tokens inside thoughts. */
  thought: z.int().min(0),
  /** A thought reached its limit, and was closed. */
  closed: z.literal(true).optional(),
  /** P(a call is opened somewhere along the text). */
  open: probability,
  /** Tool name -> P(a call to it is opened along the text). */
  tools: z.record(z.string(), probability),
  /** P(the model goes on beyond the text): nobody knows what it calls there. */
  beyond: probability,
});
export type Written = z.infer<typeof writtenSchema>;

/** Exact probabilities of the first step of a reply, read from logits by teacher forcing; no sampling but of the texts. */
export const scoreSchema = z.strictObject({
  kind: z.literal('score'),
  ...key,
  /** log P(the reply opens a call at once): the call's first token. */
  logOpen: logProbability,
  /** Tool name -> log P(the reply opens a call to this tool at once), the whole forced text up to the name's end. */
  tools: z.record(z.string(), logProbability),
  /** Texts that the model wrote first, of which the probabilities are the mean; absent: calls at the reply's start. */
  texts: z.array(writtenSchema).min(1).optional(),
  ...cost,
});
export type Score = z.infer<typeof scoreSchema>;

/** One sampled reply. Raw text and token ids are kept; calls are parsed again whenever they are needed. */
export const trialSchema = z.strictObject({
  kind: z.literal('trial'),
  ...key,
  trial: z.int().min(0),
  /** Which reply of the trial's conversation; absent: the first. */
  turn: z.int().min(1).optional(),
  seed: z.int().min(0),
  text: z.string(),
  tokens: z.array(z.int()),
  /** `stop`: end of turn; `length`: token limit. */
  finish: z.enum(['stop', 'length']),
  ...cost,
});
export type Trial = z.infer<typeof trialSchema>;

/** Exact log-likelihood of a text that one model sampled, under a model (itself or the other). */
export const likelihoodSchema = z.strictObject({
  kind: z.literal('likelihood'),
  ...key,
  /** Whose trial the text is. */
  of: roleSchema,
  trial: z.int().min(0),
  /** Which reply, forced at the end of the asked model's own conversation of this case and trial; absent: the first, as sampled. */
  turn: z.int().min(1).optional(),
  /** The case the trial belongs to, when its reply was transplanted into this one; absent: this case. */
  from: z.string().optional(),
  /** Sum over the tokens of log P(token | prompt, tokens before it). */
  logLikelihood: z.number().max(1e-3),
  tokenCount: z.int().min(0),
  ...cost,
});
export type Likelihood = z.infer<typeof likelihoodSchema>;

/** A case that could not be observed, after a retry in a fresh process. */
export const failureSchema = z.strictObject({
  kind: z.literal('failure'),
  ...key,
  /** The key of the observation that is missing. */
  missing: z.string(),
  reason: z.string(),
});
export type Failure = z.infer<typeof failureSchema>;

export const observationSchema = z.discriminatedUnion('kind', [
  scoreSchema,
  trialSchema,
  likelihoodSchema,
  failureSchema,
]);
export type Observation = z.infer<typeof observationSchema>;

/** Unique key of an observation within a run. */
export function observationKey(observation: Observation): string {
  const { role, caseId } = observation;
  if (observation.kind === 'failure') return observation.missing;
  if (observation.kind === 'score') return scoreKey(role, caseId);
  if (observation.kind === 'trial') return trialKey(role, caseId, observation.trial, observation.turn);
  const { of, trial, from, turn } = observation;
  return likelihoodKey(role, caseId, of, trial, from, turn);
}

export const scoreKey = (role: Role, caseId: string): string => `${caseId} ${role} score`;
export const trialKey = (role: Role, caseId: string, trial: number, turn?: number): string =>
  `${caseId} ${role} trial ${trial}${turn === undefined ? '' : ` turn ${turn}`}`;
export const likelihoodKey = (
  role: Role,
  caseId: string,
  of: Role,
  trial: number,
  from?: string,
  turn?: number,
): string =>
  `${caseId} ${role} likelihood ${of} ${trial}${from === undefined ? '' : ` from ${from}`}${turn === undefined ? '' : ` turn ${turn}`}`;
