import { render } from 'preact';
import { App } from './app.tsx';
import { isFile, openSource } from './source.ts';
import { Sweep } from './sweep.tsx';
import './styles/page.css';

// The token is used up, and has no place in the history. A file has none; there `?run=ID` opens one run of a sweep.
const run = new URLSearchParams(location.search).get('run') ?? undefined;
if (location.search !== '' && !isFile()) history.replaceState(null, '', location.pathname + location.hash);

const place = document.getElementById('page') as HTMLElement;

openSource(run)
  .then(async source => {
    const model = await source.model();
    render(
      'sweep' in model ? <Sweep model={model} addressOf={source.addressOf} /> : <App source={source} model={model} />,
      place,
    );
  })
  .catch((error: Error) => render(<p class="failure">{error.message}</p>, place));
