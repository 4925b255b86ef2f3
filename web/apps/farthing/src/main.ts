// One page with three faces: for readers, for creators, for causes. What is shown, the address says after its #, so
// that the page is a folder of files that any server can serve.

import { App } from './app.js';
import { causes } from './views/causes.js';
import { channels } from './views/channels.js';
import { creator, creators } from './views/creators.js';
import { library } from './views/library.js';
import { pool } from './views/pool.js';
import { round } from './views/rounds.js';
import { studio } from './views/studio.js';

const app = new App({ '': creators, creator, library, channels, studio, causes, pool, round });
void app.show();
