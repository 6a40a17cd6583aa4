// Observable Plot inside of preact. The style sheet has Plot's styles, because the page's policy refuses any other.
import * as Plot from '@observablehq/plot';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

interface ChartProps {
  /** What the plot shows, for those who can't see it. */
  readonly label: string;
  /** Options for a width in px. */
  readonly options: (width: number) => Plot.PlotOptions;
  /** Draws again when one of these changes. */
  readonly on: readonly unknown[];
}

export function Chart({ label, options, on }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  useLayoutEffect(() => {
    if (width === 0) return;
    const plot = Plot.plot({ className: 'plot', width, ...options(width), ariaLabel: label });
    for (const style of plot.querySelectorAll('style')) style.remove();
    // An image with one name: the parts have none of their own.
    for (const part of plot.querySelectorAll('g[aria-label]')) part.removeAttribute('aria-label');
    if (plot.matches('svg')) plot.setAttribute('role', 'img');
    else for (const svg of plot.querySelectorAll('svg')) svg.setAttribute('role', 'img');
    place.current?.replaceChildren(plot);
  }, [width, ...on]);
  return <div ref={place} class="chart" />;
}

function useWidth(place: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    if (place.current !== null) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return width;
}
