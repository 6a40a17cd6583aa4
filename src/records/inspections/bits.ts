// How many bits a number of a tensor has, by the name of its type.

/** F32, Q4_K, IQ3_XXS, MXFP4: the first number in it; 0 for a type that names none. */
export const bitsOf = (type: string): number => Number(/\d+/.exec(type)?.[0] ?? 0);
