import { z } from 'zod';

/** What an inspection says of LoRA adapters, on their base or alone. */

/** A tensor of the base that adapters change. */
export const adaptedTensorSchema = z.strictObject({
  name: z.string(),
  rank: z.int().min(0),
  /** Frobenius norm of scale * B * A; absent where a number is none, or was not read. */
  change: z.number().min(0).optional(),
  /** That over the norm of the base's tensor; absent without the base. */
  relative: z.number().min(0).optional(),
});
export type AdaptedTensor = z.infer<typeof adaptedTensorSchema>;

/** Layers with a changed tensor, and the mean relative change of their changed tensors. */
export const layerChangesSchema = z.array(z.strictObject({ layer: z.int(), relative: z.number() }));

/** A LoRA adapter, by itself or behind its base. */
export const inspectedAdapterSchema = z.strictObject({
  path: z.string(),
  sizeBytes: z.int().min(0),
  /** `lora`, or what the file says. */
  kind: z.string(),
  architecture: z.string(),
  name: z.string().optional(),
  baseModels: z.array(z.string()),
  parameterCount: z.int().min(1),
  /** What the user multiplies it with; 1 where nothing was said. */
  scale: z.number(),
  /** Divided by the rank it is one more factor; absent: there is none. */
  alpha: z.number().optional(),
  /** Of its pairs of tensors. */
  rank: z.strictObject({ least: z.int().min(0), most: z.int().min(0) }),
  /** `attn_q`, `ffn_up`, `token_embd` … */
  modules: z.array(z.string()),
  /** `8-23`; empty: none. */
  layers: z.string(),
  tensors: z.array(adaptedTensorSchema),
  layerChanges: layerChangesSchema,
});
export type InspectedAdapter = z.infer<typeof inspectedAdapterSchema>;
