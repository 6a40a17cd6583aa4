// The address of the page: which view, which case, which filter. All of it is in the fragment, so it works from a file too.
import { type Filter, filterFrom, filterQuery } from '../../report/filter.ts';

export type ViewName = 'cases' | 'effects' | 'validation' | 'about';

export interface Address {
  readonly view: ViewName;
  /** A case that is open. */
  readonly case?: string;
  readonly filter: Filter;
  /** Tool of the effect plots. */
  readonly tool?: string;
}

const views: readonly string[] = ['cases', 'effects', 'validation', 'about'] satisfies ViewName[];

/** Reads a fragment such as `#/case/7f895477?text=drop`; whatever can't be read is the list of cases. */
export function readAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const filter = filterFrom(query);
  const plotted = new URLSearchParams(query).get('plot');
  const [view = '', id] = path.split('/');
  if (view === 'case' && id && /^[0-9a-f]{8,64}$/.test(id)) return { view: 'cases', case: id, filter };
  return { view: (views.includes(view) ? view : 'cases') as ViewName, filter, ...(plotted && { tool: plotted }) };
}

export function addressText({ view, case: id, filter, tool }: Address): string {
  const query = [filterQuery(filter), tool === undefined ? '' : `plot=${encodeURIComponent(tool)}`]
    .filter(Boolean)
    .join('&');
  return `#/${id === undefined ? view : `case/${id}`}${query === '' ? '' : `?${query}`}`;
}
