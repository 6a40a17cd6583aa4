import { render } from 'preact';
import { App } from './app.tsx';
import { openSource } from './source.ts';
import { Sweep } from './sweep.tsx';
import './styles/page.css';

// The token is used up, and has no place in the history.
if (location.search !== '') history.replaceState(null, '', location.pathname + location.hash);

const place = document.getElementById('page') as HTMLElement;

openSource()
  .then(async source => {
    const model = await source.model();
    render('sweep' in model ? <Sweep model={model} /> : <App source={source} model={model} />, place);
  })
  .catch((error: Error) => render(<p class="failure">{error.message}</p>, place));
