// Amounts as people read them.

/** `4.7 GB`, decimal as disks and networks count. */
export function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** `9 s`, `12 min`, `7.5 h`. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** `0.7%`; as many digits as it takes to tell it from 0. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value !== 0 && Math.abs(value) < 0.05) return value < 0 ? '-<0.1%' : '<0.1%';
  return `${value.toFixed(Math.abs(value) < 10 ? 1 : 0)}%`;
}

/** `2.1 points`: a difference of shares. */
export const points = (share: number): string => `${(100 * share).toFixed(1)} points`;
