// The same in Firefox.

process.env.BROWSER = 'firefox';
await import('./search.test.mjs');
